//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"net"
	"testing"
	"time"
)

// victim is a server whose address others forge. What it was asked is there to be read once it was.
type victim struct {
	conn  *net.UDPConn
	asked chan []byte
}

func openVictim(t *testing.T, ip string) victim {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	v := victim{conn, make(chan []byte, 8)}
	go func() {
		for b := make([]byte, 1500); ; {
			n, _, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			v.asked <- append([]byte(nil), b[:n]...)
		}
	}()
	return v
}

func (v victim) at() string { return v.conn.LocalAddr().String() }

// neighbourly is what a name server does to another one of its group, whose answer follows: it is asked from the same
// port, and so knows that.
type neighbourly struct {
	name   string
	forged func(query []byte) []*draft // from the victim's query
	spoof  bool                        // from the victim's address, else from the forger's own
	want   judgement
}

// theForgery is a reply to the very query.
func theForgery(query []byte) *draft { return replyTo(query).txt("fra1.example") }

func oneForgery(edit func(d *draft)) func([]byte) []*draft {
	return func(query []byte) []*draft {
		d := theForgery(query)
		edit(d)
		return []*draft{d}
	}
}

// wrongIDs are replies with a hundred other IDs.
func wrongIDs(query []byte) (all []*draft) {
	id := binary.BigEndian.Uint16(query)
	for i := range uint16(100) {
		d := theForgery(query)
		d.id = binary.BigEndian.AppendUint16(nil, id+1+601*i)
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
		{"from its own address", oneForgery(func(*draft) {}), false, named},
		{"from the neighbour's address, other IDs", wrongIDs, true, named.skipping(100)},
		{"the ID, and another cookie", oneForgery(func(d *draft) { d.option(cookieOption, "12345678") }), true, named.skipping(1)},
		{"the ID, another cookie and the server's", oneForgery(func(d *draft) { d.option(cookieOption, "12345678serverA1") }), true, named.skipping(1)},
		{"the ID, and half a cookie", oneForgery(func(d *draft) { d.option(cookieOption, "1234") }), true, named.skipping(1)},
		{"the ID, and no cookie: 16 bits are all that it takes", oneForgery(func(*draft) {}), true, forged},
		{"the ID, and no OPT", oneForgery(func(d *draft) { d.opt = false }), true, forged},
		{"the ID and the cookie", func(query []byte) []*draft {
			return []*draft{theForgery(query).option(cookieOption, cookieOf(query)[:8])}
		}, true, forged},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.run(t) })
	}
}

func (c neighbourly) run(t *testing.T) {
	v := openVictim(t, "127.0.0.1")
	liar := serve(t, "127.0.0.1", func(q incoming) {
		query, send := <-v.asked, q.reply
		asVictim := func(b []byte) { q.stray(v.conn, b) }
		if c.spoof {
			send = asVictim
		}
		if q.n == 1 { // the second round
			for _, d := range c.forged(query) {
				send(d.bytes())
			}
		}
		asVictim(replyTo(query).txt("lhr1.example").option(cookieOption, cookieOf(query)[:8]+"serverA1").bytes())
		names(q)
	})
	d := newAsking(t, []string{liar.at, v.at()}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	key := questionTo{v.at(), "udp"}
	checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, named)
	points := pointsOf(t, d)
	checkPoint(t, points[key], key, d.Timeout, c.want)
	mine, said := questionTo{liar.at, "udp"}, named
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
	v, w := openVictim(t, "127.0.0.1"), openVictim(t, "127.0.0.1")
	liar := serve(t, "127.0.0.1", func(q incoming) {
		q.reply(theForgery(<-v.asked).bytes())
		for _, d := range wrongIDs(<-w.asked) {
			q.stray(w.conn, d.bytes())
		}
		names(q)
	})
	d := newAsking(t, []string{v.at(), w.at(), liar.at}, func(d *DNSAnycast) { d.Transports, d.Timeout = []string{"udp"}, short })
	points := pointsOf(t, d)
	_, port, _ := net.SplitHostPort(liar.at)
	for at, want := range map[string]judgement{
		v.at():  {result: "timeout", err: "reply came from port " + port},
		w.at():  {result: "invalid", err: isOtherID, discarded: 100},
		liar.at: named.skipping(1), // what it said for another
	} {
		key := questionTo{at, "udp"}
		checkPoint(t, points[key], key, short, want)
	}
}

// TestBareHeaderNeedsTheIDAlone: FORMERR without a question is the least that is believed. It ends no conversation, and
// the query that follows has another ID.
func TestBareHeaderNeedsTheIDAlone(t *testing.T) {
	t.Parallel()
	v := openVictim(t, "127.0.0.1")
	ids := make(chan [2]uint16, 1)
	liar := serve(t, "127.0.0.1", func(q incoming) {
		first := <-v.asked
		q.stray(v.conn, append(first[:2:2], 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0))
		q.stray(v.conn, theForgery(first).bytes()) // with the ID of before
		second := <-v.asked
		ids <- [2]uint16{binary.BigEndian.Uint16(first), binary.BigEndian.Uint16(second)}
		q.stray(v.conn, replyTo(second).txt("lhr1.example").bytes())
		names(q)
	})
	d := newAsking(t, []string{v.at(), liar.at}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	key := questionTo{v.at(), "udp"}
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
