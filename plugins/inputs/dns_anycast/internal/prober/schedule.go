package prober

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

const (
	spreadLeast  = 10 * time.Millisecond
	spreadTarget = 100 * time.Microsecond // for each target: ten thousand queries a second
	spreadMost   = time.Second
	spreadStep   = 10 * time.Millisecond // moments this close are as good as one
)

// spreadOver is the time over which a round of a number of targets starts its queries, where no
// option says otherwise.
func spreadOver(targets int) time.Duration {
	return min(spreadLeast+time.Duration(targets)*spreadTarget, spreadMost)
}

// batchSize is how many of a number of targets may be sent to at one moment, and from one socket,
// where they are to be spread over a time.
func batchSize(targets int, over time.Duration) int {
	if over <= 0 {
		return exchange.GroupSize
	}
	most := (int64(targets)*int64(spreadStep) + int64(over) - 1) / int64(over)
	return int(min(max(most, 1), exchange.GroupSize))
}

// batch is what starts together: datagrams that share a socket, or a stream.
type batch struct {
	targets []*Target
	repeats int // how often it is run, each time with a socket of its own
	spacing int // of the repeats
	run     run
}

// run starts exchanges with targets, without waiting for them, and calls over once all have ended.
type run func(ts []*Target, d exchange.Deadline, over func())

const (
	fixed      = iota // repeatSpacing after one began the next one does
	afterReply        // or quickSpacing after it has ended
)

// repeatSpacing is the time between the queries to a target whose cookie is not known: BIND answers
// three CHAOS queries a second and drops the rest, over all addresses of a machine together.
const repeatSpacing = 350 * time.Millisecond

// quickSpacing keeps apart the time stamps of a target's points when they are cut to milliseconds:
// in InfluxDB two of one series and time are one.
const quickSpacing = 5 * time.Millisecond

// schedule is what leaves when in one round.
type schedule struct {
	ctx     context.Context
	wg      sync.WaitGroup
	began   time.Time
	phase   float64       // a part of one: where in its share of a spread this host sends
	timeout time.Duration // the whole of one query
	patient bool          // what a look-up took is in no target's time
	sockets semaphore
	moments *exchange.Moments
}

// departures are batches that leave one after the other over a time, each at the same point of its
// own share of it or at the moment behind that: those of one moment leave together.
type departures struct {
	*schedule
	batches []batch // that have not left, in order
	over    time.Duration
	start   time.Time // of that time
	began   time.Time // of the time that the round may take
	total   int       // targets of all
	left    int       // targets of those that have left
}

// start runs batches over a time.
func (s *schedule) start(batches []batch, over time.Duration) {
	if len(batches) == 0 {
		return
	}
	now, began := time.Now(), s.began
	if s.patient {
		began = now
	}
	if over <= 0 {
		s.startAtOnce(batches, exchange.Deadline{Timeout: s.timeout, End: began.Add(2 * s.timeout)})
		return
	}
	d := &departures{schedule: s, batches: batches, over: over, start: now, began: began}
	for _, b := range batches {
		d.total += len(b.targets)
	}
	s.wg.Add(1)
	d.await()
}

// fewBatches are sent sooner than another processor has begun to.
const fewBatches = 8

// startAtOnce runs batches, and many of them as soon as all processors can.
func (s *schedule) startAtOnce(batches []batch, deadline exchange.Deadline) {
	if len(batches) <= fewBatches {
		s.wg.Add(1)
		s.moments.At(time.Now(), func() {
			s.repeatAll(batches, deadline)
			s.wg.Done()
		})
		return
	}
	share := (len(batches)-1)/runtime.GOMAXPROCS(0) + 1
	for part := range slices.Chunk(batches, share) {
		s.wg.Go(func() { s.repeatAll(part, deadline) })
	}
}

func (s *schedule) repeatAll(batches []batch, deadline exchange.Deadline) {
	for _, b := range batches {
		s.repeat(b, b.repeats, deadline)
		// What has come in is read before the next ones leave: fewer are on their way at a time.
		runtime.Gosched()
	}
}

// await lets the next batch depart when it is time.
func (d *departures) await() {
	if len(d.batches) == 0 {
		d.wg.Done()
		return
	}
	d.moments.At(d.moments.Moment(d.start.Add(d.offset())), func() {
		d.depart()
		d.await()
	})
}

// offset is when the next batch leaves, since the start.
func (d *departures) offset() time.Duration {
	share := (float64(d.left) + d.phase*float64(len(d.batches[0].targets))) / float64(d.total)
	return time.Duration(share * float64(d.over))
}

// depart runs the next batch.
func (d *departures) depart() {
	b, end := d.batches[0], d.began.Add(d.offset()+2*d.timeout)
	d.left += len(b.targets)
	d.batches = d.batches[1:]
	d.repeat(b, b.repeats, exchange.Deadline{Timeout: d.timeout, End: end})
}

// repeat runs a batch n times, each time once a socket may be opened. What waits for that has as
// much longer.
func (s *schedule) repeat(b batch, n int, deadline exchange.Deadline) {
	if s.ctx.Err() != nil {
		return
	}
	if s.sockets.tryTake() {
		s.run(b, n, deadline)
		return
	}
	asked := time.Now()
	s.wg.Go(func() {
		if s.sockets.take(s.ctx) {
			deadline.End = deadline.End.Add(time.Since(asked))
			s.run(b, n, deadline)
		}
	})
}

// run runs a batch with a socket that it may open, and sees to the further n-1 times. What begins
// late, since this process stood still, has a timeout all the same.
func (s *schedule) run(b batch, n int, deadline exchange.Deadline) {
	if least := time.Now().Add(deadline.Timeout); deadline.End.Before(least) {
		deadline.End = least
	}
	ended := func() {}
	if n > 1 {
		soon := s.again(b, n-1, exchange.Deadline{Timeout: deadline.Timeout, End: deadline.End.Add(repeatSpacing)})
		if b.spacing == afterReply {
			ended = soon
		}
	}
	s.wg.Add(1)
	b.run(b.targets, deadline, func() {
		s.sockets.give()
		ended()
		s.wg.Done()
	})
}

// again repeats a batch after repeatSpacing, or quickSpacing after soon is called. It does not wait
// for the silent targets of the run before.
func (s *schedule) again(b batch, n int, deadline exchange.Deadline) (soon func()) {
	s.wg.Add(1)
	soon = sync.OnceFunc(func() {
		s.moments.At(time.Now().Add(quickSpacing), func() {
			s.repeat(b, n, deadline)
			s.wg.Done()
		})
	})
	s.moments.At(time.Now().Add(repeatSpacing-quickSpacing), soon)
	return soon
}

// pause waits for a time; false where ctx ends the wait.
func pause(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-ctx.Done():
		case <-t.C:
		}
	}
	return ctx.Err() == nil
}
