//go:build !windows

package main

import (
	"errors"
	"syscall"
)

// readerGone reports whether a write failed since nobody is left to read.
func readerGone(err error) bool { return errors.Is(err, syscall.EPIPE) }
