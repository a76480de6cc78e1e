//go:build linux

package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

const (
	pause   = time.Millisecond       // between rounds: the command is ready for the next once it has written the last
	idle    = 300 * time.Millisecond // until goroutines that are ending have
	quitted = "SIGQUIT: quit"        // what the runtime writes before all its goroutines
	held    = 5 * time.Second        // a descriptor that is open for so long is no trace's, which takes two
)

// process is the command under execd, and what it takes.
type process struct {
	*execdtest.Process
	opened map[string]time.Time // descriptors, by number and what they are of: when they were seen first
}

func start(ctx context.Context, binary, file string) (process, error) {
	cmd := exec.CommandContext(ctx, binary, "--config", file)
	cmd.Env = append(os.Environ(), "GOTRACEBACK=all")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for soak
	p, err := execdtest.Start(cmd)
	return process{p, map[string]time.Time{}}, err
}

// round asks for a round and returns its points, and the time it took place in.
func (p process) round(clouds int) (points []execdtest.Point, from, to time.Time, err error) {
	time.Sleep(pause)
	from = time.Now()
	text, err := p.Round(execdtest.Clouds(clouds))
	if to = time.Now(); err == nil {
		points, err = execdtest.Points(text)
	}
	return points, from, to, err
}

// sample looks at the process between two rounds.
func (p process) sample(state string) (s sample, err error) {
	time.Sleep(pause)
	proc := fmt.Sprintf("/proc/%d/", p.Cmd.Process.Pid)
	text, err := os.ReadFile(proc + "status")
	if err != nil {
		return s, err
	}
	for key, to := range map[string]*int64{"RssAnon": &s.memory, "VmRSS": &s.rss, "Threads": &s.threads} {
		_, rest, _ := strings.Cut(string(text), "\n"+key+":")
		value, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		kilobytes, isSize := strings.CutSuffix(value, " kB")
		if *to, err = strconv.ParseInt(kilobytes, 10, 64); err != nil {
			return s, fmt.Errorf("%s of /proc: %w", key, err)
		}
		if isSize {
			*to <<= 10
		}
	}
	s.state = fileSize(state)
	open, err := os.ReadDir(proc + "fd")
	names := make([]string, len(open))
	for i, fd := range open {
		of, _ := os.Readlink(proc + "fd/" + fd.Name()) // one that has been closed meanwhile is not held
		names[i] = fd.Name() + " " + of
	}
	s.descriptors = p.descriptors(names, time.Now())
	return s, err
}

// descriptors counts those of the names that are held. What is open at the first look is.
func (p process) descriptors(names []string, now time.Time) (n int64) {
	first := len(p.opened) == 0
	for _, name := range names {
		switch _, known := p.opened[name]; {
		case first:
			p.opened[name] = time.Time{}
		case !known:
			p.opened[name] = now
		}
		if now.Sub(p.opened[name]) >= held {
			n++
		}
	}
	maps.DeleteFunc(p.opened, func(name string, _ time.Time) bool { return !slices.Contains(names, name) })
	return n
}

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

// stalls watches how long this machine lets a process that wants to run wait: a server that could
// not answer in time is no fault of the command's.
type stalls struct {
	most atomic.Int64 // ns
	due  atomic.Int64 // when it should run again, in ns since 1970
}

// watchStalls watches until ctx is done.
func watchStalls(ctx context.Context) *stalls {
	s := &stalls{}
	go func() {
		const step = 5 * time.Millisecond
		for ctx.Err() == nil {
			began := time.Now()
			s.due.Store(began.Add(step).UnixNano())
			time.Sleep(step)
			s.most.Store(max(s.most.Load(), int64(time.Since(began)-step)))
		}
	}()
	return s
}

// worst is the longest wait so far, one that is not over included.
func (s *stalls) worst() time.Duration {
	return time.Duration(max(s.most.Load(), time.Now().UnixNano()-s.due.Load()))
}
