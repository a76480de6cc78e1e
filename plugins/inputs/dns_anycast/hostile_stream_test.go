//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// overTCP treats a query over TCP with one handler and over UDP with the other.
func overTCP(tcp, udp func(incoming)) func(incoming) {
	return func(q incoming) {
		if q.conn != nil {
			tcp(q)
		} else {
			udp(q)
		}
	}
}

// endings are the ways in which a server ends a connection behind an answer.
var endings = map[string]func(net.Conn){
	"closes":                   func(c net.Conn) { c.Close() },
	"resets":                   func(c net.Conn) { c.(*net.TCPConn).SetLinger(0); c.Close() },
	"closes for writing alone": func(c net.Conn) { c.(*net.TCPConn).CloseWrite() },
	"closes a moment later":    func(c net.Conn) { time.AfterFunc(20*time.Millisecond, func() { c.Close() }) },
}

// TestClosingServers: the next query of a conversation goes over a new connection, whatever it is for.
func TestClosingServers(t *testing.T) {
	t.Parallel()
	noEDNS := func(q incoming) { // FORMERR to EDNS
		if hasOPT(q.query) {
			q.reply(replyTo(q.query).rcode(1).bytes())
		} else {
			names(q)
		}
	}
	byIDAlone := func(q incoming) {
		if asksFor(q.query) == byID {
			names(q)
		} else {
			q.reply(replyTo(q.query).rcode(5).bytes())
		}
	}
	wantsCookie := func(q incoming) {
		d := replyTo(q.query)
		if hasOPT(q.query) {
			d.option(cookieOption, cookieOf(q.query)[:8]+"serverA1")
		}
		if hasOPT(q.query) && len(cookieOf(q.query)) == 8 {
			q.reply(d.rcode(23).bytes())
		} else {
			q.reply(d.txt("lhr1.example").bytes())
		}
	}
	var cases []hostileCase
	for how, end := range endings {
		once := func(n int) int { // over a connection that is half open each query but the first arrives twice
			if how == "closes for writing alone" {
				return 0
			}
			return n
		}
		closing := func(handle func(incoming)) func(incoming) {
			return overTCP(func(q incoming) { handle(q); end(q.conn) }, handle)
		}
		cases = append(cases,
			hostileCase{how + ", no EDNS", closing(noEDNS), named, nil, once(2)},
			hostileCase{how + ", the second name", closing(byIDAlone), namedByID, nil, once(2)},
			hostileCase{how + ", cookie", closing(wantsCookie), named, nil, once(2)},
			hostileCase{how + ", cookie, then the second name", closing(inTurn(wantsCookie, byIDAlone, byIDAlone)), namedByID, nil, once(3)})
	}
	gone := judgement{result: "unreachable", err: "connection closed before the answer"}
	cases = append(cases,
		hostileCase{"closes before the answer", overTCP(func(q incoming) { q.conn.Close() }, names), named, &gone, 1},
		hostileCase{
			"closes, and answers no more", inTurn(overTCP(func(q incoming) { byIDAlone(q); q.conn.Close() }, byIDAlone), mute),
			failed("REFUSED"), nil, 2,
		},
		hostileCase{
			"closes, then before the answer", overTCP(inTurn(func(q incoming) { byIDAlone(q); q.conn.Close() }, func(q incoming) { q.conn.Close() }), byIDAlone),
			namedByID, new(failed("REFUSED")), 2,
		})
	runHostile(t, bothFamilies(), cases)
}

// TestClosingServersOfZones: likewise the query for a zone.
func TestClosingServersOfZones(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q incoming) {
		question := questionOf(q.query)
		switch d := replyTo(q.query); {
		case question[len(question)-3] == typeTXT:
			q.reply(d.txt("lhr1.example").bytes())
		case hasOPT(q.query):
			q.reply(d.rcode(1).bytes())
		default:
			soa := "\x00\x00" + string(binary.BigEndian.AppendUint32(nil, 7)) + string(make([]byte, 16))
			q.reply(d.rr(resource(theName, 6, classIN, soa)).bytes())
		}
		q.conn.Close()
	})
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Transports, d.Clouds[0].Zones = []string{"tcp"}, Zones{"example"} })
	points := roundOf(t, d)[point.MeasurementZone]
	if len(points) != 1 || points[0].Tags()["result"] != "success" || points[0].Fields()["serial"] != int64(7) {
		t.Errorf("got %v", points)
	}
}

// TestStraysOnAStream: the answer to an earlier query, late or twice, is not the answer to this one.
func TestStraysOnAStream(t *testing.T) {
	t.Parallel()
	var early []byte // by the first query
	s := serve(t, "127.0.0.1", func(q incoming) {
		d := replyTo(q.query)
		if asksFor(q.query) == byHostname {
			early = d.rcode(5).bytes()
			q.reply(early)
			q.reply(early)
			return
		}
		q.reply(early)
		q.reply(d.txt("lhr1.example").bytes())
	})
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Transports = []string{"tcp"} })
	key := questionTo{s.at, "tcp"}
	checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, namedByID)
}
