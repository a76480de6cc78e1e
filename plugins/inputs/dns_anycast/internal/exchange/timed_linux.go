//go:build linux && !portable

package exchange

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// timed is a TCP connection that tells when the kernel saw what was read and what was written.
type timed struct {
	fd      int
	to      address
	toLen   uint32   // of to
	file    *os.File // of fd: the runtime's poller waits
	raw     syscall.RawConn
	release func() bool // of the watch on the context

	written uint32 // bytes so far
	tx      int64  // first departure of the last byte written, in ns of the wall clock; 0 unknown
	rx      int64  // arrival of the last byte read, likewise

	into []byte // where receive puts bytes
	n    int    // how many came; 0 without an error: the end
	err  error  // why none came
}

// dialTries is how often a connection is begun at most that comes to nothing by the local port that
// the system chose for it.
const dialTries = 3

// dial connects, and says how long that took. The deadline stays the connection's until it is set
// anew, and when ctx is done no wait goes on.
func dial(ctx context.Context, r route, deadline time.Time) (*timed, time.Duration, *Failure) {
	start := time.Now()
	for try := 1; ; try++ {
		t, err := dialOnce(ctx, r, deadline)
		took := time.Since(start)
		again := try < dialTries
		switch {
		case err == nil && again && t.reachedItself():
			t.close()
		case err == nil:
			t.stamp()
			return t, took, nil
		case again && is(err, unix.EADDRNOTAVAIL) && of(err, "connect"):
		default:
			return nil, 0, r.dialFailure(err)
		}
	}
}

// atOnce is what connect says before anything can have come back.
type atOnce struct{ error }

func (e atOnce) Unwrap() error { return e.error }

// dialFailure is why dial failed. What connect says at once is about this host, and what it says
// later came in a packet. Both sound alike, and not all that is about this host is about routes: the
// route table tells.
func (r route) dialFailure(err error) *Failure {
	if of(err, "socket") || of(err, "bind") {
		return localFailure(err, r)
	}
	if _, ok := err.(atOnce); ok {
		if missing := r.check(); missing != nil {
			return localFailure(missing, r)
		}
	}
	return connectFailure(err, r)
}

// dialOnce fails with what a system call said, or at the deadline.
func dialOnce(ctx context.Context, r route, deadline time.Time) (*timed, error) {
	t := &timed{}
	t.to, t.toLen = newAddress(r.to)
	if err := t.open(r); err != nil {
		return nil, err
	}
	if errno := t.connect(); errno != 0 && errno != unix.EINPROGRESS {
		closeFD(t.fd)
		return nil, atOnce{os.NewSyscallError("connect", errno)}
	}
	if err := t.attend(ctx, deadline); err != nil {
		t.file.Close()
		return nil, err
	}
	if err := t.connected(); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// open makes the socket, bound to the source address where there is one.
func (t *timed) open(r route) (err error) {
	if t.fd, err = newSocket(r.to.Addr().Is6(), unix.SOCK_STREAM); err != nil || !r.source.IsValid() {
		return err
	}
	if err = bind(t.fd, netip.AddrPortFrom(r.source, 0)); err != nil {
		closeFD(t.fd)
	}
	return err
}

// connect begins to connect, and is called again to hear what became of it: EALREADY as long as
// nothing has.
func (t *timed) connect() unix.Errno { return callOn(unix.SYS_CONNECT, t.fd, &t.to, t.toLen) }

// attend makes the connection the poller's, which ends waits at the deadline, and when ctx is done.
// What has not begun to connect would look to it like what has ended.
func (t *timed) attend(ctx context.Context, deadline time.Time) (err error) {
	t.file = os.NewFile(uintptr(t.fd), "tcp")
	if t.raw, err = t.file.SyscallConn(); err != nil {
		return err
	}
	if err = t.file.SetDeadline(deadline); err != nil {
		return err
	}
	t.release = context.AfterFunc(ctx, func() { t.file.SetDeadline(time.Unix(1, 0)) })
	return nil
}

// connected waits until connecting has ended. What a packet says while the connection is busy, as in
// connect itself, does not end it, but is kept for who asks.
func (t *timed) connected() error {
	var errno unix.Errno
	err := t.raw.Write(func(uintptr) bool {
		if errno = t.connect(); errno == unix.EALREADY {
			errno = socketError(t.fd)
			return errno != 0
		}
		return true
	})
	switch {
	case err != nil:
		return err
	case errno == 0, errno == unix.EISCONN:
		return nil
	}
	return os.NewSyscallError("connect", errno)
}

// reachedItself reports whether the system chose the very port that is asked to ask from: where
// nobody listens on it, TCP connects the two ends, which are one (RFC 9293, section 3.5).
func (t *timed) reachedItself() bool {
	at := localAddress(t.fd)
	here, _ := at.addrPort()
	there, _ := t.to.addrPort()
	return here == there
}

// stamp switches stamps on. Departures are counted in bytes from here on: nothing may have been
// written yet.
func (t *timed) stamp() {
	const stamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE |
		unix.SOF_TIMESTAMPING_OPT_ID | unix.SOF_TIMESTAMPING_OPT_TSONLY
	setOption(t.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps)
}

func (t *timed) close() {
	t.release()
	t.file.Close()
}

func (t *timed) setDeadline(until time.Time) { t.file.SetDeadline(until) }

// write hands b over, all of it, or fails.
func (t *timed) write(b []byte) error {
	if t.written > 0 { // the first one has nothing to wait for
		setOption(t.fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	for len(b) > 0 {
		var n int
		var failed error
		err := t.raw.Write(func(uintptr) bool {
			n, failed = sendOn(t.fd, b)
			return failed != unix.EAGAIN
		})
		if err != nil {
			return err
		}
		if failed != nil {
			return os.NewSyscallError("send", failed)
		}
		t.written += uint32(n)
		b = b[n:]
	}
	t.tx = 0
	t.readDeparture()
	return nil
}

// Read is io.Reader's. At the deadline it still hands over what the kernel holds: that came in
// time.
func (t *timed) Read(b []byte) (n int, err error) {
	t.into = b
	err = t.raw.Read(t.receive)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if !t.receive(0) {
			return 0, err
		}
		err = nil
	}
	switch {
	case err != nil:
		return 0, err
	case t.err != nil:
		return 0, os.NewSyscallError("recvmsg", t.err)
	case t.n == 0:
		return 0, io.EOF
	}
	return t.n, nil
}

// receive reads what there is, and reports whether there was anything: bytes, an error or the end.
func (t *timed) receive(uintptr) bool {
	var m message
	if t.n, t.err = m.receive(t.fd, t.into, controlSize, 0); t.err == nil && t.n > 0 {
		t.rx = stampOf(m.control[:m.controlLen])
	}
	return t.err != unix.EAGAIN
}

// departure returns the first departure of the last byte written, in ns of the wall clock, 0 where
// it is unknown.
func (t *timed) departure() int64 {
	if t.tx == 0 {
		t.readDeparture()
	}
	return t.tx
}

// readDeparture looks for it in the error queue. What leaves at once is known at once: read before
// the answer is waited for, it wakes nobody up.
func (t *timed) readDeparture() {
	var m message
	var none [1]byte
	for range drainMost {
		if _, err := m.receive(t.fd, none[:], controlSize, unix.MSG_ERRQUEUE); err != nil {
			return
		}
		if e := parseEvent(m.control[:m.controlLen]); e.tx != 0 && e.count == t.written-1 {
			t.tx = e.tx
			return
		}
	}
}
