//go:build !linux || portable

package exchange

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// timed is the portable twin: it reads and writes, and no kernel tells when.
type timed struct {
	*net.TCPConn
	release func() bool // of the watch on the context
	rx      int64       // unknown
}

// dial asks the route table first: over TCP a route error looks like an ICMP error.
func dial(ctx context.Context, r route, deadline time.Time) (*timed, time.Duration, *Failure) {
	if err := r.check(); err != nil {
		return nil, 0, localFailure(err, r)
	}
	network := "tcp4"
	if r.to.Addr().Is6() {
		network = "tcp6"
	}
	d := net.Dialer{Deadline: deadline, KeepAlive: -1, FallbackDelay: -1}
	if r.source.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(r.source, 0))
	}
	start := time.Now()
	conn, err := d.DialContext(ctx, network, r.to.String())
	if err != nil {
		return nil, 0, connectFailure(err, r)
	}
	took := time.Since(start)
	t := &timed{TCPConn: conn.(*net.TCPConn)}
	t.setDeadline(deadline)
	t.release = context.AfterFunc(ctx, func() { t.setDeadline(time.Unix(1, 0)) })
	return t, took, nil
}

func (t *timed) setDeadline(until time.Time) { t.SetDeadline(until) }

func (t *timed) write(b []byte) error {
	_, err := t.Write(b)
	return err
}

func (*timed) departure() int64 { return 0 }

func (t *timed) close() {
	t.release()
	t.Close()
}
