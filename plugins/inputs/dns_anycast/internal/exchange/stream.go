package exchange

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"time"
)

// stream is one TCP connection (RFC 7766): one query at a time, so that what comes is the answer, a
// stray or an error.
type stream struct {
	timed   *timed
	in      []byte // what came and was not taken
	connect time.Duration
	clock   clock
	armed   time.Time // deadline of timed
	spoke   bool      // it brought an answer
	torn    bool      // a message on it went or came in part: what follows cannot be told apart
}

// conversation is the queries to one address, one after the other.
type conversation struct {
	ctx      context.Context
	route    route
	deadline Deadline
	stream   *stream // nil: none is open
}

// TCP connects, asks q and calls ended with its outcome; further queries that ended returns go over
// the same connection, or over a new one where the server has closed that behind an answer (RFC
// 7766, section 6.2.4). When ctx is done it returns at once, and what has not ended never does.
func TCP(ctx context.Context, source netip.Addr, deadline Deadline, to netip.AddrPort, q Query, ended Ended) {
	c := &conversation{ctx: ctx, route: route{source, to}, deadline: deadline}
	defer c.hangUp()
	for q != nil {
		o := c.ask(q)
		if o.Err != nil && ctx.Err() != nil {
			return
		}
		q = ended(0, o)
	}
}

// ask asks one query. Where the connection is lost that has brought an answer it is asked once more
// over a new one, which has brought none yet, within the same time.
func (c *conversation) ask(q Query) Outcome {
	start := time.Now()
	deadline := c.deadline.from(start)
	for {
		if c.stream == nil {
			if failure := c.connect(deadline); failure != nil {
				return Outcome{Sent: wall(start), Err: failure}
			}
		}
		s := c.stream
		s.setDeadline(deadline)
		if err := c.ctx.Err(); err != nil { // its own deadline may have been overwritten
			return Outcome{Err: err}
		}
		o, lost := s.exchange(q, c.deadline.Timeout)
		again := lost && s.spoke
		s.spoke = s.spoke || o.Err == nil
		if again || s.torn {
			c.hangUp()
		}
		if !again {
			return o
		}
	}
}

// connect opens the stream, whose waits end at the deadline and when the context is done.
func (c *conversation) connect(deadline time.Time) *Failure {
	if f := c.route.noInterface(); f != nil {
		return f
	}
	timed, took, failure := dial(c.ctx, c.route, deadline)
	if failure == nil {
		c.stream = &stream{timed: timed, connect: took, clock: newClock(), armed: deadline}
	}
	return failure
}

func (c *conversation) hangUp() {
	if c.stream != nil {
		c.stream.timed.close()
		c.stream = nil
	}
}

func (s *stream) setDeadline(until time.Time) {
	if !until.Equal(s.armed) {
		s.timed.setDeadline(until)
		s.armed = until
	}
}

// connectFailure tells what is the host's own fault before it believes in a timeout: EAGAIN calls
// itself one. There is a route, as dial knows: no address means no port, and EACCES is an ICMPv6
// error, while a local firewall says EPERM.
func connectFailure(err error, r route) *Failure {
	switch {
	case is(err, eAddrNotAvail) && !bound(err):
		return &Failure{Local, "no free local port"}
	case is(err, syscall.EMFILE, syscall.ENFILE, eAddrInUse, eAddrNotAvail, syscall.EAGAIN, eNoBufs, syscall.ENOMEM, syscall.EPERM):
		return localFailure(err, r)
	case is(err, syscall.EACCES):
		return &Failure{Unreachable, "administratively prohibited"}
	case is(err, eConnRefused):
		return &Failure{Unreachable, "connection refused"}
	case is(err, eConnReset):
		return &Failure{Unreachable, "connection reset"}
	case is(err, eHostUnreach, syscall.EHOSTDOWN):
		return &Failure{Unreachable, "host unreachable"}
	case is(err, eNetUnreach):
		return &Failure{Unreachable, "network unreachable"}
	case is(err, eNoProtoOpt):
		return &Failure{Unreachable, "protocol unreachable"}
	case is(err, syscall.EPROTO, syscall.EOPNOTSUPP): // other ICMP errors, as Linux words them
		return &Failure{Unreachable, plain(err)}
	case timedOut(err):
		return &Failure{Timeout, "no connection"}
	}
	return localFailure(err, r)
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || is(err, eTimedOut) || errors.As(err, &n) && n.Timeout()
}

// exchange asks one query and reads up to its answer. The time runs from the query's last byte out,
// which is handed over together with its length in one write, to the answer's last byte in. The
// connection is lost where the server ended it.
func (s *stream) exchange(q Query, timeout time.Duration) (o Outcome, lost bool) {
	frame := q.Append(make([]byte, 2, 128)) // room for its length
	binary.BigEndian.PutUint16(frame, uint16(len(frame)-2))
	sent := time.Now()
	o = Outcome{Sent: wall(sent), Connect: s.connect}
	if err := s.timed.write(frame); err != nil {
		o.Err, s.torn = streamFailure(err), true
		return o, gone(err)
	}
	failure, lost := s.await(q)
	read := time.Now()
	if failure != nil {
		o.Err = failure
		return o, lost
	}
	rtt, kernel := roundTrip(sent, read, s.timed.departure(), s.timed.rx, s.clock.stepped(read))
	if len(s.in) > 0 {
		kernel = false // the stamp is of bytes that came behind the answer, maybe much later
	}
	if rtt > timeout { // it came late, though not too late to be read
		o.Err = &Failure{Kind: Timeout}
		return o, false
	}
	o.RTT, o.Kernel = rtt, kernel
	return o, false
}

// What is read of strays for one query at most: more is a flood, which must not go on for ever.
const (
	straysMost     = 1000
	strayBytesMost = 1 << 20
)

// await reads up to the answer. Strays are passed over (RFC 7766, section 7): the answer to an
// earlier query, late or twice.
func (s *stream) await(q Query) (failure *Failure, lost bool) {
	var stray error // why the last one was none
	for strays, size := 0, 0; ; strays++ {
		b, err := s.message()
		if err != nil {
			var p *partial
			s.torn = errors.As(err, &p) && p.got > 0
			failure = streamFailure(err)
			if stray != nil && *failure == (Failure{Kind: Timeout}) {
				failure = &Failure{Invalid, stray.Error()}
			}
			return failure, gone(err)
		}
		if stray = q.Match(b); stray == nil {
			return nil, false
		}
		size += len(b)
		if !q.Stray(b) || strays == straysMost || size > strayBytesMost {
			return &Failure{Invalid, stray.Error()}, false
		}
	}
}

// partial is an answer that stopped coming.
type partial struct {
	got, want int
	err       error
}

func (p *partial) Error() string { return fmt.Sprintf("%d of %d bytes: %v", p.got, p.want, p.err) }
func (p *partial) Unwrap() error { return p.err }

// readLeast is how many bytes there is room for in a read: most messages come in one.
const readLeast = 512

// message reads one. Its bytes are valid until the next one is read.
func (s *stream) message() ([]byte, error) {
	for {
		want := 2
		if len(s.in) >= want {
			want += int(binary.BigEndian.Uint16(s.in))
			if len(s.in) >= want {
				b := s.in[2:want]
				s.in = s.in[want:]
				return b, nil
			}
		}
		s.in = slices.Grow(s.in, readLeast)
		n, err := s.timed.Read(s.in[len(s.in):cap(s.in)])
		if s.in = s.in[:len(s.in)+n]; err != nil {
			return nil, &partial{len(s.in), want, err}
		}
	}
}

// gone reports whether it was the other side that ended the connection.
func gone(err error) bool {
	return is(err, eConnReset, eConnAborted, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func streamFailure(err error) *Failure {
	var p *partial
	switch {
	case is(err, eConnReset, eConnAborted, syscall.EPIPE):
		return &Failure{Unreachable, "connection reset"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Failure{Unreachable, "connection closed before the answer"}
	case is(err, eHostUnreach):
		return &Failure{Unreachable, "host unreachable"}
	case is(err, eNetUnreach):
		return &Failure{Unreachable, "network unreachable"}
	case errors.As(err, &p) && p.got > 0:
		return &Failure{Timeout, fmt.Sprintf("answer incomplete: %d of %d bytes", p.got, p.want)}
	case timedOut(err):
		return &Failure{Kind: Timeout}
	}
	return &Failure{Unreachable, plain(err)}
}
