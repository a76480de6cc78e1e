package dnstest

import (
	"net"
	"time"
)

// Says replies with what edits make, one after the other, of a reply that has no record. What has
// no question has no reply.
func Says(edits ...func(d *Draft)) Handler {
	return func(q *Query) {
		if b := edited(q, edits); b != nil {
			q.Reply(b)
		}
	}
}

func edited(q *Query, edits []func(d *Draft)) []byte {
	if q.Question() == nil {
		return nil
	}
	d := ReplyTo(q)
	for _, edit := range edits {
		edit(d)
	}
	return d.Bytes()
}

// Named gives its identity, by TXT and, where EDNS is asked with, by NSID.
func Named(name string) Handler { return Says(func(d *Draft) { d.TXT(name).NSID(name) }) }

// Rcode says so, without AA or a record.
func Rcode(n int) Handler { return Says(WithRcode(n)) }

// Silent never replies.
func Silent(*Query) {}

// Garbage replies with what is no DNS message.
func Garbage(q *Query) { q.Reply([]byte("garbage")) }

// InTurn treats one query after the other, and all that come later as the last. Over UDP and TCP
// alike it starts anew.
func InTurn(handlers ...Handler) Handler {
	return func(q *Query) { handlers[min(q.N, len(handlers)-1)](q) }
}

// After treats a query as h does, some time later, and does not keep the next one waiting.
func After(d time.Duration, h Handler) Handler {
	return func(q *Query) { time.AfterFunc(d, func() { h(q) }) }
}

// Flood is n times garbage, and then h.
func Flood(n int, h Handler) Handler {
	return func(q *Query) {
		for range n {
			Garbage(q)
		}
		h(q)
	}
}

// Astray replies from another socket than the one asked.
func Astray(from *net.UDPConn, edits ...func(d *Draft)) Handler {
	return func(q *Query) {
		if b := edited(q, edits); b != nil {
			from.WriteToUDPAddrPort(b, q.From)
		}
	}
}

// What a server may do to a stream alone.

// Drip sends a byte at a time.
func Drip(every time.Duration, edits ...func(d *Draft)) Handler {
	return func(q *Query) {
		b := edited(q, edits)
		for _, c := range append([]byte{byte(len(b) >> 8), byte(len(b))}, b...) {
			if _, err := q.TCP.Write([]byte{c}); err != nil {
				return
			}
			time.Sleep(every)
		}
	}
}

// LengthLie announces 65,535 bytes and sends fewer.
func LengthLie(edits ...func(d *Draft)) Handler {
	return func(q *Query) { q.TCP.Write(append([]byte{0xff, 0xff}, edited(q, edits)...)) }
}

// HangUp closes the connection.
func HangUp(q *Query) { q.TCP.Close() }

// Reset does so with a reset.
func Reset(q *Query) {
	q.TCP.SetLinger(0)
	q.TCP.Close()
}

// Edits that make something else of a reply that may have been good.

// WithRcode leaves an rcode, and neither AA nor a record.
func WithRcode(n int) func(d *Draft) {
	return func(d *Draft) {
		d.Flags &^= AA
		d.Answer = nil
		d.Rcode(n)
	}
}

// NoEDNS is FORMERR to a query with EDNS.
func NoEDNS(d *Draft) {
	if d.OPT {
		d.OPT = false
		WithRcode(FormErr)(d)
	}
}

// Cut leaves the answer out and says so.
func Cut(d *Draft) {
	d.Answer = nil
	d.Flag(TC)
}

// NotAuthoritative takes AA away.
func NotAuthoritative(d *Draft) { d.Flags &^= AA }

// WrongID is by one bit that of another query.
func WrongID(d *Draft) { d.ID = []byte{d.ID[0], d.ID[1] ^ 1} }

// WrongQuestion is one that was not asked.
func WrongQuestion(d *Draft) { d.Question = []byte("\x07version\x04bind\x00\x00\x10\x00\x03") }

// ForeignCookie is another client's.
func ForeignCookie(d *Draft) { d.Option(Cookie, "12345678") }
