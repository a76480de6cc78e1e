package prober

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// evasions are the replies that name nobody, by which a server might keep us asking.
var evasions = []func(d *dnstest.Draft){
	dnstest.WithRcode(dnstest.BadCookie),
	dnstest.WithRcode(dnstest.FormErr),
	func(*dnstest.Draft) {},
	dnstest.WithRcode(dnstest.ServFail),
}

// reflector gives its evasions in the order that turn holds, each with the longest cookie and with
// directions to somebody else.
type reflector struct {
	zone  bool // evade questions about zones alone
	mu    sync.Mutex
	turn  []int
	asked []int // bytes of each query
}

func (r *reflector) handle(q *dnstest.Query) {
	if r.zone && q.Type() == dnstest.TXT {
		named(q)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	evade := evasions[r.turn[min(len(r.asked), len(r.turn)-1)]]
	r.asked = append(r.asked, len(q.Data))
	d := dnstest.ReplyTo(q)
	if q.EDNS() {
		d.Option(dnstest.Cookie, q.Cookie()[:8]+strings.Repeat("s", 32))
	}
	d.OPT = true // unasked as well, or there is no BADCOOKIE
	const elsewhere = "\x05other\x00"
	d.RR(dnstest.Resource(dnstest.TheName, dnstest.CNAME, dnstest.CH, elsewhere))
	d.Authority = append(d.Authority, dnstest.Resource(dnstest.TheName, 2, dnstest.IN, elsewhere),
		dnstest.Resource(elsewhere, dnstest.A, dnstest.IN, "\x7f\x00\x00\x02"))
	evade(d)
	q.Reply(d.Bytes())
}

// take begins an order and returns what the last one brought.
func (r *reflector) take(turn []int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.asked
	r.turn, r.asked = turn, nil
	return asked
}

// orders calls what with each sequence of n evasions.
func orders(n int, what func(turn []int)) {
	turn := make([]int, n)
	for i := 0; i < n; {
		what(slices.Clone(turn))
		for i = 0; i < n; i++ {
			if turn[i]++; turn[i] < len(evasions) {
				break
			}
			turn[i] = 0
		}
	}
}

// bystander counts what comes to an address that nobody configured.
func bystander(t *testing.T, at string) (came func() bool) {
	t.Helper()
	c, err := net.ListenPacket("udp", at)
	if err != nil {
		skiptest.Missing(t, "127.0.0.2", "ifconfig lo0 alias 127.0.0.2")
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); l.Close() })
	seen := make(chan struct{}, 1)
	note := func() {
		select {
		case seen <- struct{}{}:
		default:
		}
	}
	go func() {
		for b := make([]byte, 1); ; note() {
			if _, _, err := c.ReadFrom(b); err != nil {
				return
			}
		}
	}()
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			c.Close()
			note()
		}
	}()
	return func() bool { return len(seen) > 0 }
}

// forgetEDNS makes every order the first one.
func forgetEDNS(t *Target) {
	for _, e := range []*tolerance{&t.tolerance, &t.zoneTolerance} {
		e.until.Store(nil)
	}
}

// TestReflector plays all orders of evasions over: how much a server makes us send, and to whom.
func TestReflector(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat(strings.Repeat("z", 63)+".", 3) + strings.Repeat("z", 61)
	all := 1024 // 4^5
	for _, c := range []struct {
		name         string
		transport    observation.Transport
		change       func(*Prober, *Server)
		most, orders int // queries in the worst orders, and how many of these there are
		bytes        int // of the largest query
	}{
		// The worst: two for the first name, which end with EDNS on (SERVFAIL, anything: 4;
		// BADCOOKIE, then again or nothing: 2), and three for the second (BADCOOKIE, FORMERR or
		// SERVFAIL, anything: 8); or three (BADCOOKIE, SERVFAIL, anything: 4) and two (FORMERR or
		// SERVFAIL, anything: 8; BADCOOKIE, anything, as there is no sixth: 4).
		{"two names", observation.UDP, func(*Prober, *Server) {}, mostQueries, 6*8 + 4*12, 31 + 27 + 32},
		{"two names", observation.TCP, func(*Prober, *Server) {}, mostQueries, 6*8 + 4*12, 31 + 27 + 32},
		{"one name", observation.UDP, func(_ *Prober, s *Server) { s.Names = s.Names[:1] }, 3, 2 * 4 * 4 * 4, 31 + 27 + 32},
		{"without EDNS", observation.UDP, func(p *Prober, _ *Server) { p.EDNS = false }, 2, all, 31},
		{"zone", observation.UDP, func(_ *Prober, s *Server) { s.Zones = []string{longest} }, 3, 4 * 4 * 4, 12 + 255 + 4 + 27 + 32},
	} {
		t.Run(c.name+"/"+c.transport.String(), func(t *testing.T) {
			t.Parallel()
			r := &reflector{zone: c.name == "zone"}
			played := serve(t, r.handle)
			touched := bystander(t, fmt.Sprintf("127.0.0.2:%d", played.Addrs[0].Port()))
			s := server(played.At())
			s.Transports = []observation.Transport{c.transport}
			p, _ := newTestProber(t, func(p *Prober) { c.change(p, s) }, s)
			most, worst, largest := 0, 0, 0
			orders(mostQueries, func(turn []int) {
				forgetEDNS(s.targets[0])
				r.take(turn)
				ask(t, p)
				asked := r.take(turn)
				if len(asked) > most {
					most, worst = len(asked), 0
				}
				if len(asked) == most {
					worst++
				}
				largest = max(largest, slices.Max(asked))
			})
			if most != c.most || worst != c.orders || largest != c.bytes {
				t.Errorf("%d queries in %d orders, the largest %d bytes, want %d in %d, %d", most, worst, largest, c.most, c.orders, c.bytes)
			}
			other := map[observation.Transport]string{observation.UDP: "tcp", observation.TCP: "udp"}[c.transport]
			if n := played.Queries(other); n != 0 || touched() {
				t.Errorf("%d queries over %s, and another host was asked: %v", n, other, touched())
			}
		})
	}
}
