package exchange

import (
	"net/netip"
	"testing"
)

func TestICMPTexts(t *testing.T) {
	for _, c := range []struct {
		version, kind, code byte
		want                string
	}{
		{4, 3, 0, "network unreachable"},
		{4, 3, 1, "host unreachable"},
		{4, 3, 2, "protocol unreachable"},
		{4, 3, 3, "port unreachable"},
		{4, 3, 4, ""}, // fragmentation needed
		{4, 3, 5, "destination unreachable (code 5)"},
		{4, 3, 6, "network unreachable"},
		{4, 3, 7, "host unreachable"},
		{4, 3, 8, "host unreachable"},
		{4, 3, 9, "administratively prohibited"},
		{4, 3, 10, "administratively prohibited"},
		{4, 3, 11, "network unreachable"},
		{4, 3, 12, "host unreachable"},
		{4, 3, 13, "administratively prohibited"},
		{4, 3, 255, "destination unreachable (code 255)"},
		{4, 4, 0, ""}, // source quench
		{4, 5, 1, ""}, // redirect
		{4, 11, 0, "time exceeded"},
		{4, 11, 1, "time exceeded"},
		{4, 12, 0, "parameter problem"},
		{6, 1, 0, "no route"},
		{6, 1, 1, "administratively prohibited"},
		{6, 1, 2, "beyond scope"},
		{6, 1, 3, "address unreachable"},
		{6, 1, 4, "port unreachable"},
		{6, 1, 5, "administratively prohibited"},
		{6, 1, 6, "route rejected"},
		{6, 1, 7, "destination unreachable (code 7)"},
		{6, 2, 0, ""}, // packet too big
		{6, 3, 0, "time exceeded"},
		{6, 4, 1, "parameter problem"},
		{6, 100, 0, ""},
	} {
		kindOf := icmp4
		if c.version == 6 {
			kindOf = icmp6
		}
		m := ICMP{Kind: kindOf(c.kind, c.code), Type: c.kind, Code: c.code}
		if text := m.Text(); text != c.want || m.Kind.Heeded() != (c.want != "") || (m.Kind == PortUnreachable) != (c.want == "port unreachable") {
			t.Errorf("IPv%d type %d code %d: got %q, kind %d, want %q", c.version, c.kind, c.code, text, m.Kind, c.want)
		}
	}
}

// TestICMPKinds: what is told apart by value.
func TestICMPKinds(t *testing.T) {
	for _, c := range []struct {
		version, kind, code uint8
		want                ICMPKind
	}{
		{4, 0, 0, OtherICMP}, // echo reply
		{4, 3, 0, NetworkUnreachable},
		{4, 3, 1, HostUnreachable},
		{4, 3, 2, ProtocolUnreachable},
		{4, 3, 3, PortUnreachable},
		{4, 3, 4, PacketTooBig},
		{4, 3, 5, DestinationUnreachable},
		{4, 3, 13, Prohibited},
		{4, 5, 1, OtherICMP},
		{4, 11, 0, TimeExceeded},
		{4, 12, 0, ParameterProblem},
		{6, 1, 0, NoRoute},
		{6, 1, 1, Prohibited},
		{6, 1, 2, BeyondScope},
		{6, 1, 3, AddressUnreachable},
		{6, 1, 4, PortUnreachable},
		{6, 1, 5, Prohibited}, // by ingress or egress policy
		{6, 1, 6, RouteRejected},
		{6, 1, 7, DestinationUnreachable},
		{6, 2, 0, PacketTooBig},
		{6, 3, 0, TimeExceeded},
		{6, 4, 1, ParameterProblem},
		{6, 128, 0, OtherICMP}, // echo request
	} {
		kindOf := icmp4
		if c.version == 6 {
			kindOf = icmp6
		}
		if got := kindOf(c.kind, c.code); got != c.want {
			t.Errorf("IPv%d type %d code %d: kind %d, want %d", c.version, c.kind, c.code, got, c.want)
		}
	}
}

func TestICMPError(t *testing.T) {
	v4, zoned := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("fe80::1%eth0")
	for _, c := range []struct {
		said ICMP
		want string
	}{
		{ICMP{Kind: PortUnreachable, Type: 3, Code: 3, From: v4}, "port unreachable from 192.0.2.1"},
		{ICMP{Kind: TimeExceeded, Type: 3, From: zoned}, "time exceeded from fe80::1%eth0"},
		{ICMP{Kind: DestinationUnreachable, Type: 3, Code: 5, From: v4}, "destination unreachable (code 5) from 192.0.2.1"},
	} {
		if got := c.said.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
