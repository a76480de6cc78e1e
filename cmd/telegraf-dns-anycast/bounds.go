package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const (
	manyServers = 4000
	collectAt   = 50  // percent; Go's default is 100
	holdingAt   = 20  // likewise, where much is held
	atOnceAt    = 200 // likewise, where garbage is collected behind each round
)

// boundGarbage lets less garbage pile up, in percent of what is in use, where there is much of both,
// and gives back what reading the configuration took. In a small process that would cost more than
// the memory is worth. It reports whether that is to be done behind each round as well: where all
// is asked at once, to collect in the middle makes a round longer and frees little.
func boundGarbage(d *dns_anycast.DNSAnycast) (collects bool) {
	servers := 0
	for _, c := range d.Clouds {
		servers += len(c.Servers)
	}
	if servers < manyServers {
		return false
	}
	d.Clouds = nil // the plugin has made its own of them
	debug.FreeOSMemory()
	switch {
	case os.Getenv("GOGC") != "":
		return false
	case d.AtOnce():
		debug.SetGCPercent(atOnceAt)
		return true
	case d.Holds():
		debug.SetGCPercent(holdingAt)
		return false
	}
	debug.SetGCPercent(collectAt)
	return false
}

// resume reads the state file, and where that tells of much gives back what reading it took.
func resume(d *dns_anycast.DNSAnycast) {
	before := debug.SetGCPercent(collectAt)
	targets := d.Resume()
	debug.SetGCPercent(before)
	if targets >= manyServers {
		debug.FreeOSMemory()
	}
}

// boundThreads lets one thread at a time do all work where that is little: each further one that is
// woken up for a moment costs as much as the queries of that moment.
func boundThreads(d *dns_anycast.DNSAnycast) {
	if d.Light() && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
}
