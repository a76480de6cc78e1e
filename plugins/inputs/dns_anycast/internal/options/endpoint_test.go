package options

import (
	"net/netip"
	"testing"
)

// TestReadEndpoint: what is written in different ways is one endpoint.
func TestReadEndpoint(t *testing.T) {
	for want, texts := range map[Endpoint][]string{
		{Addr: netip.MustParseAddrPort("192.0.2.1:53"), Port: 53}: {
			"192.0.2.1", "192.0.2.1:53", "::ffff:192.0.2.1", "[::ffff:c000:201]:53", "192.0.2.1:053",
		},
		{Addr: netip.MustParseAddrPort("[2001:db8::a]:5353"), Port: 5353}: {
			"[2001:db8::a]:5353", "[2001:DB8:0::A]:5353",
		},
		{Addr: netip.MustParseAddrPort("[fe80::1%x]:53"), Port: 53}: {"fe80::1%x", "[fe80::1%x]"},
		{Host: "ns1.example.", Port: 53}:                            {"ns1.example", "NS1.Example.", "ns1.example:53"},
		{Host: "_ns.1.example.", Port: 65535}:                       {"_ns.1.example:65535"},
	} {
		for _, text := range texts {
			if got, err := readEndpoint(text); got != want || err != nil {
				t.Errorf("%s: got %+v, %v, want %+v", text, got, err, want)
			}
		}
	}
}
