package exchange

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"
)

// flight is what becomes of a datagram on its way.
type flight struct {
	open     bool
	held     bool      // there was no room in the send buffer
	sent     time.Time // just before the send
	tx       int64     // the kernel's departure stamp, ns; 0 unknown
	evidence *evidence // nil: none, as most often
}

// evidence is what came that was not the answer.
type evidence struct {
	refused       *ICMP          // port unreachable, by the address asked: ends it once all is read
	discarded     int            // datagrams from the address and port asked
	mismatch      error          // why the last discarded datagram was none
	fromElsewhere netip.AddrPort // where the answer came from in place of the one asked
	forOther      netip.AddrPort // where another query went whose answer came from the one asked
	icmp          *ICMP          // the last one that does not end the flight
}

// note is the flight's evidence, to be added to.
func (f *flight) note() *evidence {
	if f.evidence == nil {
		f.evidence = &evidence{}
	}
	return f.evidence
}

func (f *flight) discarded() int {
	if f.evidence == nil {
		return 0
	}
	return f.evidence.discarded
}

// unstamped reports whether its departure stamp has not been read.
func (f *flight) unstamped() bool { return f.tx == 0 }

// packet is a query's, in the room of the one before.
type packet []byte

func (p *packet) of(q Query) []byte {
	*p = q.Append((*p)[:0])
	return *p
}

// recordDeparture books a departure stamp and returns the number of the flight that it is of; last
// where it is of none. The kernel hands back the whole frame, whose tail is the query; it reports
// in the order sent, so that the search, which begins behind last, nearly always ends at its first
// step.
func recordDeparture(flights []Datagram, last int, p *packet, e event) int {
	for k := range flights {
		i := (last + 1 + k) % len(flights)
		f := &flights[i]
		if f.tx == 0 && bytes.HasSuffix(e.data, p.of(f.Query)) {
			f.tx = e.tx
			return i
		}
	}
	return last
}

// recordICMP books an ICMP error and reports whether it refuses a flight. It can be forged: what it
// quotes must be what was sent, and only the server's own word that the port is closed ends the
// wait.
func recordICMP(flights []Datagram, p *packet, e event) (refused bool) {
	quote := e.quote()
	for i := range flights {
		f := &flights[i]
		if !f.open || f.To != e.to {
			continue
		}
		if sent := p.of(f.Query); !begins(sent, quote) && !begins(sent, unfilled(quote)) {
			continue
		}
		if e.icmp.Kind == PortUnreachable && e.icmp.From == f.To.Addr() {
			f.note().refused, refused = &e.icmp, true
		} else {
			f.note().icmp = &e.icmp
		}
	}
	return refused
}

// failure is why a query to an address has no answer. Where the receive buffer has overflown it may
// have been lost here.
func (e *evidence) failure(to netip.AddrPort, overflown bool) error {
	if e == nil {
		e = &evidence{}
	}
	f := &Failure{Kind: Timeout}
	switch {
	case e.icmp != nil:
		return e.icmp
	case e.mismatch != nil:
		f = &Failure{Invalid, e.mismatch.Error()}
	case e.fromElsewhere.IsValid():
		f.Cause = "reply came from " + elsewhere(to, e.fromElsewhere)
	case e.forOther == to:
		f.Cause = "replied to another query to it"
	case e.forOther.IsValid():
		f.Cause = "replied to a query to " + elsewhere(to, e.forOther)
	}
	if overflown && !e.fromElsewhere.IsValid() {
		f.Cause = "receive buffer of this host overflowed"
	}
	return f
}

// elsewhere is in what another place differs from the one asked.
func elsewhere(asked, other netip.AddrPort) string {
	if asked.Addr() == other.Addr() {
		return "port " + strconv.Itoa(int(other.Port()))
	}
	return other.Addr().String()
}
