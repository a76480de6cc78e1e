//go:build unix

package exchange

import "golang.org/x/sys/unix"

const (
	keptDescriptors = 64      // for what is no socket of a target: streams, files, look-ups
	mostSockets     = 1 << 20 // where there is no limit
)

// MaxSockets returns how many sockets UDP and TCP may have open at a time: what the limit of this process for descriptors
// leaves.
func MaxSockets() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return mostSockets
	}
	n := int(min(uint64(limit.Cur), mostSockets))
	return max(n/2, n-keptDescriptors, 1)
}
