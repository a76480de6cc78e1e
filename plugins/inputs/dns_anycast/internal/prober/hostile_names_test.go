package prober

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// zoneRecords are what a zone has for a name, and at which owner: where one is given, the name is a
// CNAME to it.
type zoneRecords struct {
	owner string // on the wire; empty: the name itself
	addrs []string
}

// hostileZone answers for a name as its owner pleases. Over UDP what is too long is cut, so that it
// is asked again over TCP.
func hostileZone(t *testing.T, records func(n int) zoneRecords) LookupFunc {
	t.Helper()
	s := serve(t, func(q *dnstest.Query) {
		d := dnstest.ReplyTo(q)
		d.OPT = false
		r := records(q.N)
		owner := dnstest.TheName
		if r.owner != "" {
			d.RR(dnstest.Resource(dnstest.TheName, dnstest.CNAME, dnstest.IN, r.owner))
			owner = r.owner
		}
		for _, text := range r.addrs {
			a := netip.MustParseAddr(text)
			if a.Is4() == (q.Type() == dnstest.A) {
				d.RR(dnstest.Resource(owner, q.Type(), dnstest.IN, string(a.AsSlice())))
			}
		}
		if len(d.Bytes()) > 1232 && q.TCP == nil {
			d = dnstest.ReplyTo(q).Flag(dnstest.TC)
			d.OPT = false
		}
		q.Reply(d.Bytes())
	})
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network[:3], s.At())
	}
	r := net.Resolver{PreferGo: true, Dial: dial}
	return r.LookupNetIP
}

func lookBothUp(t *testing.T, ask LookupFunc) (ls [2]lookup) {
	t.Helper()
	for _, f := range observation.Families {
		ls[f] = lookUp(t.Context(), ask, f, "ns.example.")
	}
	return ls
}

// TestHostileZone: what the owner of a name may send us to.
func TestHostileZone(t *testing.T) {
	t.Parallel()
	thousand := make([]string, 1000)
	for i := range thousand {
		thousand[i] = netip.AddrFrom4([4]byte{192, 0, byte(i >> 8), byte(i)}).String()
	}
	for _, c := range []struct {
		name    string
		records zoneRecords
		want    string
	}{
		{"this host", zoneRecords{"", []string{"0.0.0.0", "::"}}, ""},
		{"everybody", zoneRecords{"", []string{"255.255.255.255", "224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"}}, ""},
		{"IPv4 as IPv6", zoneRecords{"", []string{"::ffff:127.0.0.1", "::ffff:224.0.0.1", "::ffff:0.0.0.0"}}, ""},
		{"link-local, without a link", zoneRecords{"", []string{"fe80::1", "169.254.0.1", "::ffff:169.254.0.1"}}, ""},
		{"good ones beside them", zoneRecords{"", []string{"0.0.0.0", "127.0.0.1", "224.0.0.1", "::", "::1", "ff02::1"}}, "127.0.0.1 ::1"},
		{"one, again and again", zoneRecords{"", slices.Repeat([]string{"127.0.0.1"}, 200)}, "127.0.0.1"},
		{"a thousand", zoneRecords{"", thousand}, strings.Join(thousand[:32], " ")},
		{"behind a name of odd bytes", zoneRecords{"\x09\x00\n \x1b[31m\xff\x01\\\x00", []string{"127.0.0.1"}}, "127.0.0.1"},
		{"behind line protocol", zoneRecords{"\x0ca,b=c d=1 2\n\x00", []string{"127.0.0.1"}}, "127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ask := hostileZone(t, func(int) zoneRecords { return c.records })
			var got []string
			for _, l := range lookBothUp(t, ask) {
				for _, a := range l.addrs {
					got = append(got, a.String())
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

// TestHostileZoneRound: a name that offers nothing but what is nobody's address is one point that
// says so, and the bytes of the name behind it are in none.
func TestHostileZoneRound(t *testing.T) {
	t.Parallel()
	port := serve(t, named).Addrs[0].Port()
	for _, c := range []struct {
		addrs []string
		want  string
	}{
		{[]string{"0.0.0.0", "224.0.0.1", "::", "ff02::1", "::ffff:127.0.0.1"}, "unresolved udp  : no IPv4 or IPv6 address"},
		{[]string{"0.0.0.0", "127.0.0.1"}, "X udp 127.0.0.1 ipv4"},
	} {
		zone := hostileZone(t, func(int) zoneRecords { return zoneRecords{"\x05a\n\xff,=\x00", c.addrs} })
		p, _ := newTestProber(t, func(p *Prober) { p.Lookup = zone }, hostName("ns.example.", port))
		var got []string
		for _, o := range ask(t, p) {
			got = append(got, resolvedText(o))
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestMovingZone: a name with 32 other addresses at each look-up. What is asked and what is kept
// stays bounded.
func TestMovingZone(t *testing.T) {
	t.Parallel()
	moves := 0
	ask := func(_ context.Context, network, _ string) (all []netip.Addr, _ error) {
		for i := range 100 {
			if network == "ip4" {
				all = append(all, netip.AddrFrom4([4]byte{198, 18 + byte(moves>>8), byte(moves), byte(i)}))
			} else {
				all = append(all, netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::%x", moves, i)))
			}
		}
		return all, nil
	}
	s := hostName("ns.example.", 53)
	p, _ := newTestProber(t, asIs, s)
	for moves = range 300 {
		for f, l := range lookBothUp(t, ask) {
			s.Host.record(p.Log, observation.Family(f), l)
		}
		p.roster.beginRound()
		s.reconcile(p.roster)
	}
	got := []int{len(s.targets), len(s.Host.former)}
	if want := []int{2 * maxAddresses, formerKept}; !slices.Equal(got, want) {
		t.Errorf("targets and former ones: %v, want %v", got, want)
	}
	if most, used := 4*maxAddresses+formerKept, len(p.roster.targets); used > most {
		t.Errorf("%d numbers were used, want %d at most", used, most)
	}
	if last := s.targets[0].addr; last != netip.MustParseAddrPort("198.19.43.0:53") {
		t.Errorf("asks %v, which is not of the last look-up", last)
	}
}
