//go:build linux

package main

import "time"

const (
	patience = 20 * time.Second      // with what takes two seconds on a machine that has time
	pace     = 20 * time.Millisecond // of looking whether something is so by now
	longest  = time.Second           // that a wire may hold a packet
)
