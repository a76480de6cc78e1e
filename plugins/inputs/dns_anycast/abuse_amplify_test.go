//go:build unix

package dns_anycast

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// evasions are the replies that name nobody, by which a server might keep us asking.
var evasions = []func(d *draft){
	func(d *draft) { d.rcode(23) }, // BADCOOKIE
	func(d *draft) { d.rcode(1) },  // FORMERR
	func(d *draft) {},
	func(d *draft) { d.rcode(2) }, // SERVFAIL
}

// reflector gives its evasions in the order that turn holds, each with the longest cookie and with directions to
// somebody else.
type reflector struct {
	zone  bool // evade questions about zones alone
	mu    sync.Mutex
	turn  []int
	asked []int // bytes of each query
}

func (r *reflector) handle(q incoming) {
	if question := questionOf(q.query); r.zone && question[len(question)-3] == typeTXT {
		names(q)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	evade := evasions[r.turn[min(len(r.asked), len(r.turn)-1)]]
	r.asked = append(r.asked, len(q.query))
	d := replyTo(q.query)
	if hasOPT(q.query) {
		d.option(cookieOption, cookieOf(q.query)[:8]+strings.Repeat("s", 32))
	}
	d.opt = true // unasked as well, or there is no BADCOOKIE
	d.rr(resource(theName, typeCNAME, classCH, "\x05other\x00"))
	d.authority = append(d.authority, resource(theName, 2, classIN, "\x05other\x00"), resource("\x05other\x00", 1, classIN, "\x7f\x00\x00\x02"))
	evade(d)
	q.reply(d.bytes())
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
func forgetEDNS(d *DNSAnycast) {
	for _, s := range d.servers {
		for _, t := range s.targets {
			for _, e := range []*tolerance{&t.tolerance, &t.zoneTolerance} {
				e.works.Store(false)
				e.until.Store(nil)
			}
		}
	}
}

// TestReflector plays all orders of evasions over: how much a server makes us send, and to whom.
func TestReflector(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat(strings.Repeat("z", 63)+".", 3) + strings.Repeat("z", 61)
	all := 1024 // 4^5
	for _, c := range []struct {
		name, transport string
		change          func(d *DNSAnycast)
		most, orders    int // queries in the worst orders, and how many of these there are
		bytes           int // of the largest query
	}{
		// The worst: two for the first name, which end with EDNS on (SERVFAIL, anything: 4; BADCOOKIE, then again or nothing: 2),
		// and three for the second (BADCOOKIE, FORMERR or SERVFAIL, anything: 8); or three (BADCOOKIE, SERVFAIL, anything: 4)
		// and two (FORMERR or SERVFAIL, anything: 8; BADCOOKIE, anything, as there is no sixth: 4).
		{"two names", "udp", func(*DNSAnycast) {}, mostQueries, 6*8 + 4*12, 31 + 27 + 32},
		{"two names", "tcp", func(*DNSAnycast) {}, mostQueries, 6*8 + 4*12, 31 + 27 + 32},
		{"one name", "udp", func(d *DNSAnycast) { d.IdentityNames = []string{"hostname.bind"} }, 3, 2 * 4 * 4 * 4, 31 + 27 + 32},
		{"without EDNS", "udp", func(d *DNSAnycast) { d.EDNS = false }, 2, all, 31},
		{"zone", "udp", func(d *DNSAnycast) { d.Clouds[0].Zones = Zones{longest} }, 3, 4 * 4 * 4, 12 + 255 + 4 + 27 + 32},
	} {
		t.Run(c.name+"/"+c.transport, func(t *testing.T) {
			t.Parallel()
			r := &reflector{zone: c.name == "zone"}
			s := serve(t, "127.0.0.1", r.handle)
			_, port, _ := net.SplitHostPort(s.at)
			touched := bystander(t, net.JoinHostPort("127.0.0.2", port))
			d := newAsking(t, []string{s.at}, func(d *DNSAnycast) {
				d.Transports, d.Spread = []string{c.transport}, new(Duration)
				c.change(d)
			})
			most, worst, largest := 0, 0, 0
			orders(mostQueries, func(turn []int) {
				forgetEDNS(d)
				r.take(turn)
				roundOf(t, d)
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
			other := map[string]string{"udp": "tcp", "tcp": "udp"}[c.transport]
			if n := s.queries[other].Load(); n != 0 || touched() {
				t.Errorf("%d queries over %s, and somebody else was asked: %v", n, other, touched())
			}
		})
	}
}
