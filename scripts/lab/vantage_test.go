//go:build linux

package main

import (
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// vantagePoint asks from inside the namespace.
type vantagePoint struct {
	visitor   nstest.Thread
	namespace string
}

// expect compares the identities that answer over IPv4 and over IPv6; "" is no answer.
func (v vantagePoint) expect(t *testing.T, names ...string) {
	t.Helper()
	for family, want := range names {
		if got := v.identity(t, service[family], 0); got != want {
			t.Errorf("%s: %q answers, want %q", service[family], got, want)
		}
	}
}

// sites returns the identities that answer 40 source ports, by family.
func (v vantagePoint) sites(t *testing.T) (list [2][]string) {
	t.Helper()
	for family, address := range service {
		for i := range 40 {
			list[family] = append(list[family], v.identity(t, address, 20000+i))
		}
	}
	return list
}

func (v vantagePoint) identity(t *testing.T, address string, port int) string {
	t.Helper()
	q := new(dns.Msg).SetQuestion("hostname.bind.", dns.TypeTXT)
	q.Question[0].Qclass = dns.ClassCHAOS
	reply, _ := v.ask(t, address, port, q)
	if reply == nil || len(reply.Answer) != 1 {
		return ""
	}
	return reply.Answer[0].(*dns.TXT).Txt[0]
}

// expectAway compares the shortest of five times with twice the delay. What a busy machine adds is
// less than the distance between two sites.
func (v vantagePoint) expectAway(t *testing.T, delay time.Duration) {
	t.Helper()
	const slack = 20 * time.Millisecond
	for _, address := range service {
		shortest := time.Minute
		for range 5 {
			if reply, took := v.ask(t, address, 0, new(dns.Msg).SetQuestion(".", dns.TypeNS)); reply != nil {
				shortest = min(shortest, took)
			}
		}
		if shortest < 2*delay || shortest > 2*delay+slack {
			t.Errorf("%s: %v away, want twice %v", address, shortest, delay)
		}
		t.Logf("%s: %v away", address, shortest)
	}
}

// ask returns nil where there is no answer.
func (v vantagePoint) ask(t *testing.T, address string, port int, q *dns.Msg) (*dns.Msg, time.Duration) {
	t.Helper()
	var c net.Conn
	if err := v.visitor.In(v.namespace, func() (err error) {
		c, err = net.DialUDP("udp", &net.UDPAddr{Port: port}, &net.UDPAddr{IP: net.ParseIP(address), Port: 53})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	client := dns.Client{Timeout: 500 * time.Millisecond}
	reply, took, err := client.ExchangeWithConn(q, &dns.Conn{Conn: c})
	if err != nil {
		return nil, 0
	}
	return reply, took
}
