//go:build unix

package exchange

import "golang.org/x/sys/unix"

const (
	keptDescriptors = 64      // for what is no socket of a target: streams, files, look-ups
	mostSockets     = 1 << 20 // where there is no limit
)

// MaxSockets returns how many sockets UDP and TCP may have open at a time: what the limit of this
// process for descriptors leaves.
func MaxSockets() int {
	sockets, _ := share(descriptors())
	return sockets
}

// MaxLookups returns how many look-ups of names, of a socket each, may run at a time beside
// MaxSockets sockets.
func MaxLookups() int {
	_, lookups := share(descriptors())
	return lookups
}

func share(descriptors int) (sockets, lookups int) {
	sockets = max(descriptors/2, descriptors-max(keptDescriptors, descriptors/16), 1)
	return sockets, max(min((descriptors-sockets)*3/4, mostLookups), 1)
}

func descriptors() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return mostSockets
	}
	return int(min(uint64(limit.Cur), mostSockets))
}
