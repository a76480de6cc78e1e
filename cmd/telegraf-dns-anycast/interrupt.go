package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilInterrupted is done when the program is to end: by Ctrl-C or Ctrl-\, by kill, or since its
// terminal is gone. What is ignored stays so: nohup(1) wants it to outlive its terminal.
func untilInterrupted() (context.Context, context.CancelFunc) {
	ends := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			ends = append(ends, s)
		}
	}
	return signal.NotifyContext(context.Background(), ends...)
}
