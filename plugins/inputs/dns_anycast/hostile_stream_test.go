//go:build unix

package dns_anycast

import (
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// overTCP treats a query over TCP with one handler and over UDP with the other.
func overTCP(tcp, udp dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		if q.TCP != nil {
			tcp(q)
		} else {
			udp(q)
		}
	}
}

// endings are the ways in which a server ends a connection behind an answer.
var endings = map[string]dnstest.Handler{
	"closes":                   dnstest.HangUp,
	"resets":                   dnstest.Reset,
	"closes for writing alone": func(q *dnstest.Query) { q.TCP.CloseWrite() },
	"closes a moment later":    dnstest.After(100*time.Millisecond, dnstest.HangUp),
}

// then treats a query with one handler and with another behind that.
func then(first, second dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) { first(q); second(q) }
}

// TestClosingServers: the next query of a conversation goes over a new connection, whatever it is for.
func TestClosingServers(t *testing.T) {
	t.Parallel()
	noEDNS := says("lhr1.example", dnstest.NoEDNS)
	refuses := byIDAlone(dnstest.Refused)
	wantsCookie := says("lhr1.example", func(d *dnstest.Draft) {
		if d.ServerCookie("serverA1"); d.OPT && len(d.Query.Cookie()) == 8 {
			dnstest.WithRcode(dnstest.BadCookie)(d)
		}
	})
	var cases []hostileCase
	for how, end := range endings {
		once := func(n int) int { // over a connection that is half open each query but the first arrives twice
			if how == "closes for writing alone" {
				return 0
			}
			return n
		}
		closing := func(handle dnstest.Handler) dnstest.Handler {
			return overTCP(then(handle, end), handle)
		}
		cases = append(cases,
			hostileCase{how + ", no EDNS", closing(noEDNS), named, nil, once(2)},
			hostileCase{how + ", the second name", closing(refuses), namedByID, nil, once(2)},
			hostileCase{how + ", cookie", closing(wantsCookie), named, nil, once(2)},
			hostileCase{how + ", cookie, then the second name", closing(dnstest.InTurn(wantsCookie, refuses, refuses)), namedByID, nil, once(3)})
	}
	gone := judgement{result: "unreachable", err: "connection closed before the answer"}
	cases = append(cases,
		hostileCase{"closes before the answer", overTCP(dnstest.HangUp, names), named, &gone, 1},
		hostileCase{
			"closes, and answers no more", dnstest.InTurn(overTCP(then(refuses, dnstest.HangUp), refuses), dnstest.Silent),
			failed("REFUSED"), nil, 2,
		},
		hostileCase{
			"closes, then before the answer", overTCP(dnstest.InTurn(then(refuses, dnstest.HangUp), dnstest.HangUp), refuses),
			namedByID, new(failed("REFUSED")), 2,
		})
	runHostile(t, bothFamilies(), cases)
}

// TestClosingServersOfZones: likewise the query for a zone.
func TestClosingServersOfZones(t *testing.T) {
	t.Parallel()
	zone := dnstest.Says(func(d *dnstest.Draft) { d.SOA(7, 0) }, dnstest.NoEDNS)
	s := serve(t, "127.0.0.1", then(func(q *dnstest.Query) {
		if q.Type() == dnstest.TXT {
			names(q)
		} else {
			zone(q)
		}
	}, dnstest.HangUp))
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Transports, d.Clouds[0].Zones = []string{"tcp"}, Zones{"example"} })
	points := roundOf(t, d)[point.MeasurementZone]
	if len(points) != 1 || points[0].Tags()["result"] != "success" || points[0].Fields()["serial"] != int64(7) {
		t.Errorf("got %v", points)
	}
}

// TestStraysOnAStream: the answer to an earlier query, late or twice, is not the answer to this one.
func TestStraysOnAStream(t *testing.T) {
	t.Parallel()
	var early []byte // by the first query
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		d := dnstest.ReplyTo(q)
		if q.Name() == byHostname {
			early = d.Rcode(5).Bytes()
			q.Reply(early)
			q.Reply(early)
			return
		}
		q.Reply(early)
		q.Reply(d.TXT("lhr1.example").Bytes())
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Transports = []string{"tcp"} })
	key := questionTo{s.At(), "tcp"}
	checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, namedByID)
}
