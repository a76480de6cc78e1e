// Package execdtest runs the command as Telegraf's inputs.execd does, for tests and tools: a
// newline on stdin asks for a round, line protocol on stdout answers, and the end of stdin ends it.
// It is never part of the command.
package execdtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

const (
	// Patience is how long a process may take for a round, and to end.
	Patience = 30 * time.Second

	outSize  = 1 << 20 // bytes of a line, at most
	saidSize = 4 << 20 // bytes of stderr that are kept
)

// Process is a command that runs.
type Process struct {
	Cmd   *exec.Cmd
	In    *os.File      // its stdin
	Out   *bufio.Reader // its stdout; nil where the caller has it
	Ended chan struct{} // closed once Cmd has been waited for

	pipe *os.File
	err  error // of the wait
	said said
}

// Start starts a command, whose stdin is the process's. So are stdout and stderr where they are not
// set.
func Start(cmd *exec.Cmd) (*Process, error) { return StartBy(cmd, cmd.Start) }

// StartBy is Start where something else than cmd.Start is to start it, such as a thread in another
// namespace.
func StartBy(cmd *exec.Cmd, start func() error) (_ *Process, err error) {
	p := &Process{Cmd: cmd, Ended: make(chan struct{})}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.said
	}
	stdin, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdin.Close()
	p.In, cmd.Stdin = in, stdin
	if cmd.Stdout == nil {
		r, w, err := os.Pipe()
		if err != nil {
			in.Close()
			return nil, err
		}
		defer w.Close()
		p.pipe, p.Out, cmd.Stdout = r, bufio.NewReaderSize(r, outSize), w
	}
	if err := start(); err != nil {
		in.Close()
		p.pipe.Close()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.Ended)
	}()
	return p, nil
}

// Until is told of every line of an answer, with its end, and reports whether it is the last.
type Until func(line []byte) bool

// Lines ends an answer of so many.
func Lines(n int) Until {
	return func([]byte) bool { n--; return n <= 0 }
}

// Clouds ends a round of so many: each has a point of its own behind those of its queries.
func Clouds(n int) Until {
	return func(line []byte) bool {
		if bytes.HasPrefix(line, []byte("dns_anycast_cloud,")) {
			n--
		}
		return n <= 0
	}
}

// Round asks for a round and returns its lines.
func (p *Process) Round(last Until) (text []byte, err error) { return p.Ask("\n", last) }

// Ask writes text to stdin and returns the lines that answer. An error has what the process said.
func (p *Process) Ask(text string, last Until) (answer []byte, err error) {
	if _, err := io.WriteString(p.In, text); err != nil {
		return nil, p.failed(err)
	}
	p.pipe.SetReadDeadline(time.Now().Add(Patience))
	for {
		line, err := p.Out.ReadSlice('\n')
		if answer = append(answer, line...); err != nil {
			return answer, p.failed(fmt.Errorf("line %d of an answer: %w", bytes.Count(answer, []byte("\n"))+1, err))
		}
		if last(line) {
			return answer, nil
		}
	}
}

// End ends stdin, which is how Telegraf stops a plugin, and returns what had not been read of
// stdout.
func (p *Process) End() (rest []byte, err error) {
	if err := p.In.Close(); err != nil {
		return nil, p.failed(err)
	}
	if rest, err = p.Rest(); err == nil {
		err = p.err
	}
	if err != nil {
		return rest, p.failed(fmt.Errorf("end of stdin: %w", err))
	}
	return rest, nil
}

// Rest is what had not been read of stdout when the process has ended, which it does by itself or
// by a signal.
func (p *Process) Rest() (rest []byte, err error) {
	p.pipe.SetReadDeadline(time.Now().Add(Patience))
	if rest, err = io.ReadAll(p.Out); err != nil {
		return rest, err
	}
	select {
	case <-p.Ended:
		return rest, nil
	case <-time.After(Patience):
		return rest, errors.New("it does not end")
	}
}

// Kill ends a process that nothing else has, and its pipes.
func (p *Process) Kill() {
	p.Cmd.Process.Kill()
	<-p.Ended
	p.In.Close()
	p.pipe.Close()
}

// Said is what the process wrote to stderr so far.
func (p *Process) Said() string { return p.said.String() }

// failed adds what the process said, all of it.
func (p *Process) failed(err error) error {
	p.Cmd.Process.Kill()
	<-p.Ended
	if said := bytes.TrimSpace([]byte(p.Said())); len(said) > 0 {
		return fmt.Errorf("%w: %s", err, said)
	}
	return err
}

// said keeps what is written to it, of a flood its beginning.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.b.Len() < saidSize {
		s.b.Write(b)
	}
	return len(b), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
