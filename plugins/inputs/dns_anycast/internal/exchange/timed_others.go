//go:build !linux || portable

package exchange

import "net"

// timed is the portable twin: it reads, and no kernel tells when.
type timed struct {
	*net.TCPConn
	written uint32
	rx      int64
}

func newTimed(conn *net.TCPConn) (*timed, error) { return &timed{TCPConn: conn}, nil }

func (*timed) departure() int64 { return 0 }
