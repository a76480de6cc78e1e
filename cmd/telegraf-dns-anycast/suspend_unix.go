//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// catchSuspend brings the terminal's Ctrl-Z, which is not obeyed until suspend is called.
func catchSuspend() <-chan os.Signal {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTSTP)
	return c
}

// suspend stops the program, as Ctrl-Z would have, and returns when the shell lets it go on. Other
// threads may get the signal, so that this one could run on for a moment.
func suspend() {
	resumed := make(chan os.Signal, 1)
	signal.Notify(resumed, syscall.SIGCONT)
	defer signal.Stop(resumed)
	if syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) == nil {
		<-resumed
	}
}
