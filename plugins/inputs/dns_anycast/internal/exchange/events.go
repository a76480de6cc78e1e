package exchange

import (
	"bytes"
	"net/netip"
)

// event is an entry of the socket's error queue: a departure stamp, or an ICMP error.
type event struct {
	data []byte // a departure: the frame that left; an ICMP error: what it quotes of the query, maybe nothing
	tx   int64  // a departure: when, in ns of the wall clock; else 0
	// A departure from a stream: of how many bytes before its last.
	//
	//lint:ignore U1000 the portable twin has no events
	count uint32
	to    netip.AddrPort // an ICMP error: where the query went
	from  netip.Addr     // who sent the ICMP error
	icmp  string         // what it says; "" for what is none of our business, such as packet too big
	port  bool           // it says port unreachable
}

// readEvents reads the error queue until it is empty and reports whether there was anything.
func (g *group) readEvents() (any bool) {
	for range drainMost {
		e, ok := g.sock.event()
		switch {
		case !ok:
			return any
		case e.tx != 0:
			g.departed(e)
		case e.icmp != "":
			g.unreachable(e)
		}
		any = true
	}
	return any
}

// departed books a departure stamp. The kernel hands back the whole frame, whose tail is the query; it reports in
// the order sent, so that the search nearly always ends at its first step.
func (g *group) departed(e event) {
	for k := range g.flights {
		i := (g.last + 1 + k) % len(g.flights)
		f := &g.flights[i]
		if f.tx == 0 && len(f.Data) > 0 && bytes.HasSuffix(e.data, f.Data) {
			f.tx, g.last = e.tx, i
			return
		}
	}
}

// unreachable books an ICMP error. It can be forged: what it quotes must be what was sent, and only the server's
// own word that the port is closed ends the wait.
func (g *group) unreachable(e event) {
	for i := range g.flights {
		f := &g.flights[i]
		n := min(len(e.data), len(f.Data))
		if !f.open || f.To != e.to || !bytes.Equal(e.data[:n], f.Data[:n]) {
			continue
		}
		text := e.icmp + " from " + e.from.String()
		if e.port && e.from == f.To.Addr() {
			f.met().refused, g.refused = text, true
		} else {
			f.met().icmp = text
		}
	}
}

// settle ends the refused flights. An authentic reply that came before the refusal stands.
func (g *group) settle() {
	if !g.refused {
		return
	}
	g.refused = false
	g.drain()
	for i := range g.flights {
		if f := &g.flights[i]; f.open && f.trouble != nil && f.trouble.refused != "" {
			g.end(i, Outcome{Err: &Failure{Unreachable, f.trouble.refused}})
		}
	}
}
