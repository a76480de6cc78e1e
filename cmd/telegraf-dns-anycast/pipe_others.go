//go:build !windows

package main

import (
	"errors"
	"syscall"
)

// readerGone reports whether a write failed because its reader has gone.
func readerGone(err error) bool { return errors.Is(err, syscall.EPIPE) }
