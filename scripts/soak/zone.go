//go:build linux

package main

const (
	zone    = "soak.example"
	refresh = 60 // seconds, of every zone's SOA record
)

// serial is the zone's at a primary: each ten rounds another.
func serial(round int64) uint32 { return 2026110000 + uint32(round/10) }

// lateSerial comes three rounds after serial.
func lateSerial(round int64) uint32 { return serial(max(round-3, 0)) }
