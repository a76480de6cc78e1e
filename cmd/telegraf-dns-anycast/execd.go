package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/term"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const (
	finishTime = 4300 * time.Millisecond // after EOF; Telegraf sends SIGTERM after 5 s
	stopTime   = 200 * time.Millisecond  // for what has come to be written, read or not
	closeTime  = 400 * time.Millisecond  // for the state file to be written after finishTime
	signalTime = 2 * time.Second         // for it after a signal; Telegraf sends SIGKILL after 5 s
	lingerTime = 100 * time.Millisecond  // before the end: execd loses what it has not read
	lateEvery  = time.Minute             // between two warnings that rounds take too long
)

// runner answers execd's requests. All its state belongs to one loop; a worker runs rounds beside it,
// one at a time.
type runner struct {
	d       *dns_anycast.DNSAnycast
	con     *console.Console
	out     *lineWriter
	ctx     context.Context // ends the round under way
	cancel  context.CancelFunc
	work    chan func() // the worker's; there is room for what comes next
	done    chan error  // a round has ended
	running bool
	wrote   time.Time // when the last round had been written
	until   time.Time // the state file may be written until then; zero: for closeTime
	pending bool      // a round was asked for while one ran
	warned  time.Time

	asked    time.Time     // when a round was asked for last, whether it began or not
	interval time.Duration // between the last two of these; zero: there was one at most

	// The last points of the round under way are being written, and a round was asked for since
	// then: a reader that has them all may ask before the writer is back.
	ending atomic.Bool
	next   bool

	resume   func() // reads the state file, once
	collects bool   // garbage, behind each round, and gives its memory back

	arrived bool // something was found beside a round; what comes of it has not been written
}

// catchSignals comes before the first message: a stdout or stderr whose reader is gone shows as an
// error of the write.
func catchSignals(stop chan<- os.Signal) {
	signal.Ignore(syscall.SIGPIPE)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
}

// execd runs until stdin ends or a signal comes and returns the exit status.
func execd(d *dns_anycast.DNSAnycast, poll time.Duration, con *console.Console,
	signals, stop <-chan os.Signal,
) int {
	defer con.Detach()()
	if term.IsTerminal(int(os.Stdin.Fd())) {
		con.Info("execd mode: each newline starts a round; --once asks one round and prints it")
	}
	r := &runner{
		d: d, con: con, out: newLineWriter(promptly(os.Stdout)), done: make(chan error, 1),
		resume: sync.OnceFunc(func() { resume(d) }), collects: boundGarbage(d),
	}
	boundThreads(d)
	r.ctx, r.cancel = context.WithCancel(context.Background())
	defer r.cancel()
	d.Follow()
	in, done := pollable(os.Stdin)
	defer done()
	return r.loop(newRequests(in, signals, poll), stop)
}

func (r *runner) loop(q requests, stop <-chan os.Signal) int {
	r.work = make(chan func(), 1)
	go r.worker()
	defer close(r.work)
	var finish <-chan time.Time // runs once stdin has ended
	for {
		select {
		case _, more := <-q.newlines:
			if more {
				r.ask()
				break
			}
			q, finish = requests{}, time.After(finishTime)
			r.until = time.Now().Add(finishTime + closeTime)
		case <-q.signals:
			r.ask()
		case <-q.ticks:
			r.ask()
		case <-q.quiet:
			r.warnQuiet()
		case <-r.d.Arrived():
			r.arrived = true
		case err := <-r.done:
			r.running, r.wrote = false, time.Now()
			if r.failed(err, finish != nil) {
				r.close()
				return statusFailed
			}
			if err == nil {
				r.startAsked()
			}
		case <-finish:
			return r.end()
		case <-stop:
			r.until = time.Now().Add(signalTime)
			return r.end()
		}
		if r.arrived && !r.running {
			r.tellArrived()
		}
		if finish != nil && !r.running {
			return r.close()
		}
	}
}

// ask starts a round, or remembers once that another one is wanted.
func (r *runner) ask() {
	now := time.Now()
	if !r.asked.IsZero() {
		r.interval = now.Sub(r.asked)
	}
	r.asked = now
	if !r.running {
		r.start()
		return
	}
	if r.ending.Load() && !r.next {
		r.next = true
		return
	}
	if r.pending {
		r.d.CountSkipped()
	}
	r.pending = true
	if r.warned.IsZero() || now.Sub(r.warned) >= lateEvery {
		r.warned = now
		r.con.Warn("a round was asked for while one was running: " +
			"rounds take longer than the interval")
	}
}

// warnQuiet says what is wrong where nothing asks for rounds: Telegraf's signal may be unset or
// "none".
func (r *runner) warnQuiet() {
	if r.asked.IsZero() {
		r.con.Warn(`no round was asked for in the first minute: unless the interval is longer, ` +
			`set signal = "STDIN" in the [[inputs.execd]] block, ` +
			`or add "--poll_interval", "10s" to its command`)
	}
}

// startAsked starts what was asked for since the last round began: first what came when all of it
// was there to be read.
func (r *runner) startAsked() {
	switch {
	case r.next:
		r.next = false
		r.start()
	case r.pending:
		r.pending = false
		r.start()
	}
}

func (r *runner) start() {
	r.running = true
	r.d.Interval = r.interval
	r.ending.Store(false)
	r.work <- func() {
		r.resume()
		r.write("round", func(write func(line []byte)) { r.d.RoundLines(r.ctx, write) })
		if r.collects {
			debug.FreeOSMemory()
		}
	}
}

// worker does what there is to be done, one thing after the other. A new goroutine for each would have
// to grow its stack, and in small rounds that shows.
func (r *runner) worker() {
	for do := range r.work {
		do()
	}
}

// tellArrived writes what was found beside rounds. A round that is asked for meanwhile comes next.
func (r *runner) tellArrived() {
	r.running, r.arrived = true, false
	r.ending.Store(true)
	r.work <- func() { r.write("beside rounds", r.d.ArrivedLines) }
}

// write writes the points that come of something.
func (r *runner) write(what string, come func(write func(line []byte))) {
	began, points := time.Now(), 0
	come(func(line []byte) {
		points++
		r.out.write(line)
	})
	r.ending.Store(true)
	err := r.out.flush()
	r.con.Debugf("%s: %d points in %s", what, points, time.Since(began).Round(time.Millisecond))
	r.done <- err
}

// end cuts the round under way short and gives what has come a moment to be written.
func (r *runner) end() int {
	r.cancel()
	if r.running {
		select {
		case err := <-r.done:
			r.wrote = time.Now()
			if r.failed(err, true) {
				r.close()
				return statusFailed
			}
		case <-time.After(stopTime):
			return statusOK
		}
	}
	return r.close()
}

// failed says that stdout cannot be written. Once the program was asked to end, a reader that has
// gone is no failure.
func (r *runner) failed(err error, asked bool) bool {
	if err == nil || asked && readerGone(err) {
		return false
	}
	r.con.Errorf("cannot write to stdout: %v", err)
	return true
}

// close keeps what the rounds have learnt, if the disk takes it in time, and gives the last points
// time to be read.
func (r *runner) close() int {
	ctx, cancel := context.WithTimeout(context.Background(), max(closeTime, time.Until(r.until)))
	defer cancel()
	r.d.Close(ctx)
	time.Sleep(time.Until(r.wrote.Add(lingerTime)))
	return statusOK
}
