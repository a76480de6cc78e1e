package prober

import (
	"net/netip"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// TestRoutedNone: while no family has had a route it is not known which are asked; with the first one
// it is.
func TestRoutedNone(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	targets := []*Target{{addr: netip.MustParseAddrPort("192.0.2.1:53")}, {addr: netip.MustParseAddrPort("[2001:db8::1]:53")}}
	p := &Prober{routed: newRouted(&Options{Routed: true}, Log{})}
	for _, c := range []struct {
		change     string
		ipv6, know bool // whether it is asked, and whether that is known
	}{{"link set lo up", true, false}, {"addr add 192.0.2.1/24 dev lo", false, true}} {
		nstest.IP(t, c.change)
		p.routed.look(targets, nil)
		ipv4, know := p.Asks(observation.IPv4)
		ipv6, know6 := p.Asks(observation.IPv6)
		if !ipv4 || ipv6 != c.ipv6 || know != c.know || know6 != c.know {
			t.Errorf("%s: IPv4 is asked: %v, known %v; IPv6 %v, %v", c.change, ipv4, know, ipv6, know6)
		}
	}
}

// TestRoutedMany: of many addresses without a route all are looked at in turn, some a round, and the
// one that has one is found.
func TestRoutedMany(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	nstest.IP(t, "addr add 192.0.2.1/24 dev lo", "addr add 2001:db8::1/128 dev lo nodad")
	nstest.AwaitAddress(t, "2001:db8::1")
	targets := []*Target{{addr: netip.MustParseAddrPort("192.0.2.1:53")}}
	for i := range 300 {
		a := netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 1, 14: byte(i >> 8), 15: byte(i)})
		if i == 170 {
			a = netip.MustParseAddr("2001:db8::1")
		}
		targets = append(targets, &Target{addr: netip.AddrPortFrom(a, 53)})
	}
	log := &journal{}
	r := newRouted(&Options{Routed: true}, Log{log.warnf, log.infof})
	for round := 1; !r.of[observation.IPv6].has; round++ {
		r.look(targets[:10], targets[10:])
		asked, waiting := r.split(targets)
		if missed := r.missed(waiting); round < 3 && (len(asked) != 1 || len(missed) > 0) || round > 5 {
			t.Fatalf("round %d: %d asked, %d all the same", round, len(asked), len(missed))
		}
	}
	if asked, waiting := r.split(targets); len(asked) != 301 || len(waiting) > 0 {
		t.Errorf("%d asked, %d wait", len(asked), len(waiting))
	}
	if len(log.lines) != 2 {
		t.Errorf("said %q", log.lines)
	}
}
