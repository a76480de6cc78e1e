package exchange

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// TestTentativeSource: an IPv6 address that this host has, and cannot use yet or never, is told
// from one that it has not.
func TestTentativeSource(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.IP(t, "link add v0 type veth peer name v1", "link set v0 up", "link set v1 up",
		"addr add 2001:db8::7/64 dev v1 nodad", "addr add 2001:db8::7/64 dev v0", // a duplicate
		"addr add fe80::5/64 dev v0 nodad",
		"addr add 2001:db8::6/64 dev v0 preferred_lft 0 nodad") // deprecated: it can be used
	nstest.AwaitAddress(t, "2001:db8::6")
	nstest.IP(t, "addr add 2001:db8::5/64 dev v0")
	usable := &Failure{Local, "no answer"}
	for source, want := range map[string]*Failure{
		"2001:db8::5": {Local, "source address 2001:db8::5 may not be usable yet: tentative, or a duplicate"},
		"2001:db8::6": usable,
		"2001:db8::7": usable, // v1 has it
		"2001:db8::8": {Local, "source address 2001:db8::8 is not on this host"},
		"fe80::5%v1":  {Local, "source address fe80::5%v1 is not on this host"},
		"192.0.2.9":   {Local, "source address 192.0.2.9 is not on this host"},
	} {
		from := netip.MustParseAddr(source)
		to := netip.MustParseAddrPort("[2001:db8::99]:53")
		if from.Is4() {
			to = netip.MustParseAddrPort("127.0.0.1:53")
		}
		for network, ask := range map[string]func(func(int, Outcome) Query){
			"udp": func(f func(int, Outcome) Query) {
				finishUDP(context.Background(), from, lasting(100*time.Millisecond), Rest{}, []Datagram{datagram("q", to)}, f)
			},
			"tcp": func(f func(int, Outcome) Query) {
				TCP(context.Background(), from, lasting(100*time.Millisecond), to, word("q"), f)
			},
		} {
			ask(func(_ int, o Outcome) Query {
				if want != usable {
					checkFailure(t, network+" from "+source, o, want)
				} else if f, ok := o.Err.(*Failure); ok && f.Kind == Local {
					t.Errorf("%s from %s: %v", network, source, o.Err)
				}
				return nil
			})
		}
	}
}
