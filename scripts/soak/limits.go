//go:build linux

package main

import "time"

// Options of the plugin that its answers are held against.
const (
	timeout      = 100 * time.Millisecond // what silent servers cost each round
	maxInstances = 80
	confirm      = 2 // answers in turn that make a change
)

// clockSlip is what two readings of the time may differ by though one followed the other.
const clockSlip = time.Millisecond
