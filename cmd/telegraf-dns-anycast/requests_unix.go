//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// requestsKept is how many signals wait while the process starts; Linux itself keeps one of each
// kind.
const requestsKept = 16

// catchRequests brings the signals that Telegraf's execd can be told to ask for a round with.
// SIGHUP would end a process that has not called it.
func catchRequests() <-chan os.Signal {
	asked := make(chan os.Signal, requestsKept)
	signal.Notify(asked, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	return asked
}
