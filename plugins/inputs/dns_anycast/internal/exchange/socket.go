package exchange

import (
	"errors"
	"net/netip"
	"os"
)

const (
	// receiveBuffer is how much is asked for, in bytes: room for what a group may be sent in a
	// moment. Linux grants net.core.rmem_max at most, and doubles it.
	receiveBuffer = 1 << 20
	// drainMost is more messages than a receive buffer holds: what is read beyond it is a flood,
	// which must not go on for ever.
	drainMost = 4096
	// readSize is the largest datagram that there is, in bytes: some answer with more than the size
	// offered.
	readSize = 1<<16 - 1
)

// errNothing says that there is nothing to read now.
var errNothing = errors.New("nothing to read")

// errFull says that the send buffer has no room.
var errFull = os.NewSyscallError("sendmsg", eNoBufs)

// event is an entry of a socket's error queue: a departure stamp, or an ICMP error.
type event struct {
	data []byte // the frame that left; of an ICMP error what it quotes of the query, maybe nothing
	tx   int64  // a departure: when, in ns of the wall clock; else 0
	// A departure from a stream: of how many bytes before its last.
	//
	//lint:ignore U1000 the portable twin has no events
	count uint32
	to    netip.AddrPort // an ICMP error: where the query went
	icmp  ICMP           // zero: none
}
