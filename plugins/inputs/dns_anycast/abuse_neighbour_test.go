//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// openVictim plays a server whose address others forge. What it was asked is there to be read, and to be answered in its
// name, once it was.
func openVictim(t *testing.T) (s *dnstest.Server, asked chan *dnstest.Query) {
	t.Helper()
	asked = make(chan *dnstest.Query, 8)
	return serve(t, "127.0.0.1", func(q *dnstest.Query) { asked <- q }), asked
}

// neighbourly is what a name server does to another one of its group, whose answer follows: it is asked from the same
// port, and so knows that.
type neighbourly struct {
	name   string
	forged func(q *dnstest.Query) []*dnstest.Draft // from the victim's query
	spoof  bool                                    // from the victim's address, else from the forger's own
	want   judgement
}

// theForgery is a reply to the very query.
func theForgery(q *dnstest.Query) *dnstest.Draft { return dnstest.ReplyTo(q).TXT("fra1.example") }

func oneForgery(edit func(d *dnstest.Draft)) func(*dnstest.Query) []*dnstest.Draft {
	return func(q *dnstest.Query) []*dnstest.Draft {
		d := theForgery(q)
		edit(d)
		return []*dnstest.Draft{d}
	}
}

// wrongIDs are replies with a hundred other IDs.
func wrongIDs(q *dnstest.Query) (all []*dnstest.Draft) {
	id := binary.BigEndian.Uint16(q.Data)
	for i := range uint16(100) {
		d := theForgery(q)
		d.ID = binary.BigEndian.AppendUint16(nil, id+1+601*i)
		all = append(all, d)
	}
	return all
}

// TestForgedByNeighbour: a hostile server knows the port of its neighbours in the group, their question and all that
// they ever answered. What it says from its own address is never believed; what it says from theirs only with the ID,
// and with the client cookie where it shows one. The victim's server cookie is known already.
func TestForgedByNeighbour(t *testing.T) {
	t.Parallel()
	forged := judgement{result: "success", rcode: "NOERROR", source: byHostname, instance: "fra1.example", site: "FRA"}
	for _, c := range []neighbourly{
		{"from its own address", oneForgery(func(*dnstest.Draft) {}), false, named},
		{"from the neighbour's address, other IDs", wrongIDs, true, named.skipping(100)},
		{"the ID, and another cookie", oneForgery(func(d *dnstest.Draft) { d.Option(dnstest.Cookie, "12345678") }), true, named.skipping(1)},
		{"the ID, another cookie and the server's", oneForgery(func(d *dnstest.Draft) { d.Option(dnstest.Cookie, "12345678serverA1") }), true, named.skipping(1)},
		{"the ID, and half a cookie", oneForgery(func(d *dnstest.Draft) { d.Option(dnstest.Cookie, "1234") }), true, named.skipping(1)},
		{"the ID, and no cookie: 16 bits are all that it takes", oneForgery(func(*dnstest.Draft) {}), true, forged},
		{"the ID, and no OPT", oneForgery(func(d *dnstest.Draft) { d.OPT = false }), true, forged},
		{"the ID and the cookie", func(q *dnstest.Query) []*dnstest.Draft {
			return []*dnstest.Draft{theForgery(q).ServerCookie("")}
		}, true, forged},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.run(t) })
	}
}

func (c neighbourly) run(t *testing.T) {
	v, asked := openVictim(t)
	liar := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		victim := <-asked
		send := q.Reply
		if c.spoof {
			send = victim.Reply
		}
		if q.N == 1 { // the second round
			for _, d := range c.forged(victim) {
				send(d.Bytes())
			}
		}
		victim.Reply(dnstest.ReplyTo(victim).TXT("lhr1.example").ServerCookie("serverA1").Bytes())
		names(q)
	})
	d := newAsking(t, []string{liar.At(), v.At()}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	key := questionTo{v.At(), "udp"}
	checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, named)
	points := pointsOf(t, d)
	checkPoint(t, points[key], key, d.Timeout, c.want)
	mine, said := questionTo{liar.At(), "udp"}, named
	if !c.spoof {
		said = named.skipping(1) // what it said for another
	}
	checkPoint(t, points[mine], mine, d.Timeout, said)
}

// TestForgedForSilentNeighbour: without the truth to follow, what comes from the forger's own address is a timeout that
// names it, and what comes from the neighbour's with other IDs is invalid.
func TestForgedForSilentNeighbour(t *testing.T) {
	t.Parallel()
	short := Duration(300 * time.Millisecond)
	v, ofV := openVictim(t)
	w, ofW := openVictim(t)
	liar := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		q.Reply(theForgery(<-ofV).Bytes())
		victim := <-ofW
		for _, d := range wrongIDs(victim) {
			victim.Reply(d.Bytes())
		}
		names(q)
	})
	d := newAsking(t, []string{v.At(), w.At(), liar.At()}, func(d *DNSAnycast) { d.Transports, d.Timeout = []string{"udp"}, short })
	points := pointsOf(t, d)
	_, port, _ := net.SplitHostPort(liar.At())
	for at, want := range map[string]judgement{
		v.At():    {result: "timeout", err: "reply came from port " + port},
		w.At():    {result: "invalid", err: isOtherID, discarded: 100},
		liar.At(): named.skipping(1), // what it said for another
	} {
		key := questionTo{at, "udp"}
		checkPoint(t, points[key], key, short, want)
	}
}

// TestBareHeaderNeedsTheIDAlone: FORMERR without a question is the least that is believed. It ends no conversation, and
// the query that follows has another ID.
func TestBareHeaderNeedsTheIDAlone(t *testing.T) {
	t.Parallel()
	v, asked := openVictim(t)
	ids := make(chan [2]uint16, 1)
	liar := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		first := <-asked
		first.Reply(append(first.Data[:2:2], 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0))
		first.Reply(theForgery(first).Bytes()) // with the ID of before
		second := <-asked
		ids <- [2]uint16{binary.BigEndian.Uint16(first.Data), binary.BigEndian.Uint16(second.Data)}
		second.Reply(dnstest.ReplyTo(second).TXT("lhr1.example").Bytes())
		names(q)
	})
	d := newAsking(t, []string{v.At(), liar.At()}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	key := questionTo{v.At(), "udp"}
	points := pointsOf(t, d)
	select {
	case id := <-ids:
		if id[0] != id[1] { // they are the same once in 65,536
			checkPoint(t, points[key], key, d.Timeout, named.skipping(1))
		}
	default:
		t.Errorf("nothing was asked after the FORMERR: %v", points[key])
	}
}
