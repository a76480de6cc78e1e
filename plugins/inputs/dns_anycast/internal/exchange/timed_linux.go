//go:build linux && !portable

package exchange

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// timed reads a connection and tells when the kernel saw what was read and what was written.
type timed struct {
	raw     syscall.RawConn
	control [controlSize]byte
	written uint32 // bytes so far
	rx      int64  // arrival of the last byte read, in ns of the wall clock; 0 unknown
}

// newTimed switches stamps on. Departures are counted in bytes from here on: nothing may have been
// written yet.
func newTimed(conn *net.TCPConn) (*timed, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	const stamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE |
		unix.SOF_TIMESTAMPING_OPT_ID | unix.SOF_TIMESTAMPING_OPT_TSONLY
	err = raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps) })
	return &timed{raw: raw}, err
}

// Read is io.Reader's. At the deadline it still hands over what the kernel holds: that came in
// time.
func (t *timed) Read(b []byte) (n int, err error) {
	var failed error
	receive := func(fd uintptr) bool {
		var oobn int
		for failed = unix.EINTR; failed == unix.EINTR; {
			n, oobn, _, _, failed = unix.Recvmsg(int(fd), b, t.control[:], unix.MSG_DONTWAIT)
		}
		if failed == nil && n > 0 {
			t.rx = stampOf(t.control[:oobn])
		}
		return failed != unix.EAGAIN
	}
	err = t.raw.Read(receive)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		failed = unix.EAGAIN
		t.raw.Control(func(fd uintptr) { receive(fd) })
		if failed == unix.EAGAIN {
			return 0, err
		}
		err = nil
	}
	switch {
	case err != nil:
		return 0, err
	case failed != nil:
		return 0, os.NewSyscallError("recvmsg", failed)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// departure returns the first departure of the last byte written, in ns of the wall clock, 0 where
// it is unknown.
func (t *timed) departure() (tx int64) {
	var none [1]byte
	t.raw.Control(func(fd uintptr) {
		for range drainMost {
			_, oobn, _, _, err := unix.Recvmsg(int(fd), none[:0], t.control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if err != nil {
				return
			}
			if e := parseEvent(t.control[:oobn]); tx == 0 && e.tx != 0 && e.count == t.written-1 {
				tx = e.tx
			}
		}
	})
	return tx
}
