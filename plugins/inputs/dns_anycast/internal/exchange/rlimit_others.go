//go:build !unix

package exchange

// MaxSockets returns how many sockets UDP and TCP may have open at a time. No limit is known here.
func MaxSockets() int { return 1 << 20 }

// MaxLookups returns how many look-ups of names may run at a time.
func MaxLookups() int { return mostLookups }
