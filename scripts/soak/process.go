//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	patience = 10 * time.Second       // for one round
	pause    = time.Millisecond       // between rounds: the command is ready for the next once it has written the last
	idle     = 300 * time.Millisecond // until goroutines that are ending have
)

// process is the command as Telegraf's inputs.execd runs it.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	pipe   *os.File
	out    *bufio.Reader
	errors *tail
}

func start(ctx context.Context, binary, file string) (*process, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	p := &process{cmd: exec.CommandContext(ctx, binary, "--config", file), pipe: r, out: bufio.NewReader(r), errors: &tail{}}
	p.cmd.Env = append(os.Environ(), "GOTRACEBACK=all")
	p.cmd.Stdout, p.cmd.Stderr = w, p.errors
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for soak
	if p.in, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return p, nil
}

// round asks for a round and returns its points, which end with one a cloud, and the time it took place in.
func (p *process) round(clouds int) (points []point, from, to time.Time, err error) {
	time.Sleep(pause)
	from = time.Now()
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		return nil, from, to, fmt.Errorf("ask for a round: %w", err)
	}
	p.pipe.SetReadDeadline(from.Add(patience))
	for ended := 0; ended < clouds; {
		line, err := p.out.ReadBytes('\n')
		if err != nil {
			return nil, from, to, fmt.Errorf("read a round: after %d points: %w", len(points), err)
		}
		pt, err := parse(line)
		if err != nil {
			return nil, from, to, fmt.Errorf("%q is no point: %w", line, err)
		}
		if pt.name == "dns_anycast_cloud" {
			ended++
		}
		points = append(points, pt)
	}
	return points, from, time.Now(), nil
}

// sample looks at the process between two rounds.
func (p *process) sample(state string) (sample, error) {
	time.Sleep(pause)
	proc := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	text, err := os.ReadFile(proc + "status")
	if err != nil {
		return sample{}, err
	}
	s := sample{state: fileSize(state)}
	var threads int64
	for key, to := range map[string]*int64{"RssAnon": &s.memory, "VmRSS": &s.rss, "Threads": &threads} {
		if *to, err = statusValue(string(text), key); err != nil {
			return sample{}, err
		}
	}
	s.threads = int(threads)
	s.memory, s.rss = s.memory<<10, s.rss<<10
	open, err := os.ReadDir(proc + "fd")
	s.descriptors = len(open)
	return s, err
}

// statusValue reads a number of /proc/PID/status.
func statusValue(text, key string) (int64, error) {
	_, rest, found := strings.Cut(text, "\n"+key+":")
	fields := strings.Fields(rest)
	if !found || len(fields) == 0 {
		return 0, fmt.Errorf("/proc has no %s", key)
	}
	return strconv.ParseInt(fields[0], 10, 64)
}

// quit ends the process by SIGQUIT, at which the runtime writes all its goroutines.
func (p *process) quit() (all []string, rest []point, err error) {
	time.Sleep(idle)
	said := len(p.said())
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return nil, nil, err
	}
	p.cmd.Wait() // status 2, as for any crash
	dump := p.said()[said:]
	p.errors.cut(said)
	rest, err = p.rest()
	return goroutines(dump), rest, err
}

// finish ends stdin, which is how Telegraf stops a plugin.
func (p *process) finish() (rest []point, err error) {
	if err := p.in.Close(); err != nil {
		return nil, err
	}
	if rest, err = p.rest(); err != nil {
		return nil, err
	}
	if err := p.cmd.Wait(); err != nil {
		return nil, fmt.Errorf("end of stdin: %w", err)
	}
	return rest, nil
}

// rest are the points that had not been read.
func (p *process) rest() (all []point, err error) {
	p.pipe.SetReadDeadline(time.Now().Add(patience))
	for {
		line, err := p.out.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read to the end: %w", err)
		}
		pt, err := parse(line)
		if err != nil {
			return nil, err
		}
		all = append(all, pt)
	}
}

// kill ends a process that neither of them did.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	}
	p.pipe.Close()
}

func (p *process) said() string { return p.errors.String() }

// unexpected are the lines on stderr that these servers do not call for.
func unexpected(said string) (faults []string) {
	for line := range strings.Lines(said) {
		known := false
		for _, text := range []string{
			"more than max_instances",
			"answers as several instances in turn",
			"a round was asked for while one was running", // soak was quicker than the command after its last byte
		} {
			known = known || strings.Contains(line, text)
		}
		if !known && len(faults) < 10 {
			faults = append(faults, "on stderr: "+strings.TrimSpace(line))
		}
	}
	return faults
}

// fileSize is zero where there is no file.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail keeps what is written to it, of a flood its beginning.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const tailSize = 4 << 20

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.b.Len() < tailSize {
		t.b.Write(b)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

func (t *tail) cut(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b.Truncate(n)
}

// stalls watches how long this machine lets a process that wants to run wait: a server that could not answer in time is
// no fault of the command's.
type stalls struct {
	most atomic.Int64 // ns
	due  atomic.Int64 // when it should run again, in ns since 1970
	done chan struct{}
}

func watchStalls() *stalls {
	s := &stalls{done: make(chan struct{})}
	go func() {
		const step = 5 * time.Millisecond
		for {
			began := time.Now()
			s.due.Store(began.Add(step).UnixNano())
			select {
			case <-s.done:
				return
			case <-time.After(step):
			}
			if late := int64(time.Since(began) - step); late > s.most.Load() {
				s.most.Store(late)
			}
		}
	}()
	return s
}

func (s *stalls) reset() { s.most.Store(0) }

// worst is the longest wait so far, one that is not over included.
func (s *stalls) worst() time.Duration {
	return time.Duration(max(s.most.Load(), time.Now().UnixNano()-s.due.Load()))
}

func (s *stalls) stop() { close(s.done) }
