package main

import (
	"bufio"
	"io"
	"os"
	"time"
)

// quietTime is how long a process is asked for nothing until it says so.
const quietTime = time.Minute

// requests are the ways in which rounds are asked for. A nil channel never asks.
type requests struct {
	newlines <-chan struct{}  // closed at the end of stdin
	signals  <-chan os.Signal // see catchRequests
	ticks    <-chan time.Time // of the process' own interval
	quiet    <-chan time.Time // comes once, when something should have asked
}

func newRequests(in io.Reader, signals <-chan os.Signal, poll time.Duration) requests {
	q := requests{newlines: newlines(in), signals: signals}
	if poll > 0 {
		q.ticks = time.Tick(poll)
	} else {
		q.quiet = time.After(quietTime)
	}
	return q
}

// newlines sends a value for each newline read and is closed at the end of in.
func newlines(in io.Reader) <-chan struct{} {
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		for b := bufio.NewReader(in); ; {
			c, err := b.ReadByte()
			if err != nil {
				return
			}
			if c == '\n' {
				asked <- struct{}{}
			}
		}
	}()
	return asked
}
