//go:build linux && !portable

package exchange

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// controlMessage lays out one message as the kernel does: length, level, type, data, padding.
func controlMessage(level, kind int, data ...[]byte) []byte {
	b := make([]byte, unix.CmsgLen(0))
	for _, d := range data {
		b = append(b, d...)
	}
	at := unix.CmsgLen(0) - 8
	binary.NativeEndian.PutUint32(b[at:], uint32(level))
	binary.NativeEndian.PutUint32(b[at+4:], uint32(kind))
	return append(setLength(b, len(b)), make([]byte, unix.CmsgSpace(len(b))-unix.CmsgLen(len(b)))...)
}

// setLength writes the first field of a control message: a size_t.
func setLength(b []byte, n int) []byte {
	if unix.CmsgLen(0) == 16 {
		binary.NativeEndian.PutUint64(b, uint64(n))
	} else {
		binary.NativeEndian.PutUint32(b, uint32(n))
	}
	return b
}

// long and short are stamps as 64-bit and 32-bit kernels write them: three times seconds and
// nanoseconds.
func long(sec, nsec uint64) []byte {
	b := make([]byte, 3*16)
	binary.NativeEndian.PutUint64(b, sec)
	binary.NativeEndian.PutUint64(b[8:], nsec)
	return b
}

func short(sec, nsec uint32) []byte {
	b := make([]byte, 3*8)
	binary.NativeEndian.PutUint32(b, sec)
	binary.NativeEndian.PutUint32(b[4:], nsec)
	return b
}

// A struct sock_extended_err of which only origin, type and code are read.
func extended(origin, kind, code byte) []byte {
	return []byte{
		0, 0, 0, 0, // errno
		origin, kind, code, 0,
		0, 0, 0, 0, // info
		0, 0, 0, 0, // data
	}
}

func scope(index uint32) []byte { return binary.NativeEndian.AppendUint32(nil, index) }

var (
	offender4 = []byte{
		2, 0, 0, 0, // family, port
		192, 0, 2, 1,
		0, 0, 0, 0, 0, 0, 0, 0,
	}
	offender6 = []byte{ // without its scope
		10, 0, 0, 0, // family, port
		0, 0, 0, 0, // flow
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	}
)

const (
	byTimestamping = 4 // SO_EE_ORIGIN_…
	byLocal        = 1
	byICMP         = 2
	byICMP6        = 3
)

func joined(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestParseEvent(t *testing.T) {
	stamped := controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, long(1, 2))
	left4 := controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byTimestamping, 0, 0), make([]byte, 16))
	left6 := controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byTimestamping, 0, 0), make([]byte, 28))
	refused4 := controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byICMP, 3, 3), offender4)
	refused6 := controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byICMP6, 1, 4), offender6, scope(1))
	v4, lo := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("fe80::1%lo")
	var nobody netip.Addr
	var never time.Time
	const second = 1_000_000_000
	for _, c := range []struct {
		name string
		oob  []byte
		want event
	}{
		{"nothing", nil, event{}},
		{"departure, IPv4", joined(stamped, left4), event{tx: second + 2}},
		{"departure, IPv6", joined(stamped, left6), event{tx: second + 2}},
		{"error before stamp", joined(left4, stamped), event{tx: second + 2}},
		{"32-bit stamp", joined(controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, short(1, 2)), left4), event{tx: second + 2}},
		{"no stamp", left4, event{}},
		{"stamp of zero", joined(controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, long(0, 0)), left4), event{}},
		{"stamp before 1970", joined(controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, long(1<<64-1, 0)), left4), event{}},
		{"stamp alone", stamped, event{}},
		{"stamp of no known size", joined(controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, make([]byte, 47)), left4), event{}},
		{"not a stamp", joined(controlMessage(unix.SOL_SOCKET, unix.SCM_RIGHTS, long(1, 2)), left4), event{}},
		{"refused, IPv4", refused4, event{icmp: ICMP{PortUnreachable, 3, 3, v4, never}}},
		{"refused, IPv6", refused6, event{icmp: ICMP{PortUnreachable, 1, 4, lo, never}}},
		{
			"the stamp of a refusal is that of its arrival", joined(stamped, refused4),
			event{icmp: ICMP{PortUnreachable, 3, 3, v4, time.Unix(1, 2)}},
		},
		{"a refusal before its stamp", joined(refused4, stamped), event{icmp: ICMP{PortUnreachable, 3, 3, v4, time.Unix(1, 2)}}},
		{"too far", controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byICMP, 11, 0), offender4), event{icmp: ICMP{TimeExceeded, 11, 0, v4, never}}},
		{"too big", controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byICMP6, 2, 0), offender6, scope(1)), event{icmp: ICMP{PacketTooBig, 2, 0, lo, never}}},
		{
			"no such interface", controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byICMP6, 1, 4), offender6, scope(987654)),
			event{icmp: ICMP{PortUnreachable, 1, 4, netip.MustParseAddr("fe80::1%987654"), never}},
		},
		{"no offender", controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byICMP, 3, 1)), event{icmp: ICMP{HostUnreachable, 3, 1, nobody, never}}},
		{"offender cut", controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byICMP6, 1, 3), offender6), event{icmp: ICMP{AddressUnreachable, 1, 3, nobody, never}}},
		{"error cut", controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byICMP, 3, 3)[:15]), event{}},
		{"error of nothing", controlMessage(unix.SOL_IP, unix.IP_RECVERR), event{}},
		{"local error", controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byLocal, 3, 3), offender4), event{}},
		{"unknown origin", controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(99, 3, 3), offender4), event{}},
		{"other level", controlMessage(unix.SOL_TCP, unix.IP_RECVERR, extended(byICMP, 3, 3), offender4), event{}},
		{"length 0", joined(setLength(joined(stamped), 0), left4), event{}},
		{"length less than a header", joined(setLength(joined(stamped), 3), left4), event{}},
		{"length past the end", joined(stamped, setLength(joined(left4), len(left4)+1)), event{}},
		{"junk behind", joined(stamped, left4, []byte{1, 2, 3}), event{tx: second + 2}},
	} {
		if got := parseEvent(c.oob); !sameEvent(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func sameEvent(a, b event) bool {
	return a.tx == b.tx && a.icmp == b.icmp && a.to == b.to && a.data == nil && b.data == nil
}

// TestParseEventCut: a queue entry cut at any length says the same or less.
func TestParseEventCut(t *testing.T) {
	whole := joined(
		controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, long(1, 2)),
		controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byICMP6, 1, 0), offender6, scope(1)))
	for n := range len(whole) {
		if got := parseEvent(whole[:n]); n < len(whole)-4 && !sameEvent(got, event{}) { // 4: padding
			t.Errorf("%d of %d bytes: got %+v", n, len(whole), got)
		}
	}
}

// FuzzParseEvent: no bytes make a panic, a time before 1970, or a text of several lines.
func FuzzParseEvent(f *testing.F) {
	stamped := controlMessage(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, long(1, 2))
	f.Add([]byte{})
	f.Add(joined(stamped, controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byTimestamping, 0, 0), make([]byte, 16))))
	f.Add(controlMessage(unix.SOL_IP, unix.IP_RECVERR, extended(byICMP, 3, 3), offender4))
	f.Add(controlMessage(unix.SOL_IPV6, unix.IPV6_RECVERR, extended(byICMP6, 1, 4), offender6, scope(1)))
	f.Fuzz(func(t *testing.T, oob []byte) {
		e := parseEvent(oob)
		if said := e.icmp.Error(); e.tx < 0 || e.icmp.At.Unix() < 0 && !e.icmp.At.IsZero() || strings.ContainsAny(said, "\n\x00") {
			t.Fatalf("%x: %+v", oob, e)
		}
		if again := parseEvent(oob); !sameEvent(e, again) {
			t.Fatalf("%x: %+v, then %+v", oob, e, again)
		}
	})
}

// TestZone: an interface is named by its number where its name would break a line.
func TestZone(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	for name, named := range map[string]bool{"veth-1": true, "a\"b": true, "a\x01b": false, "\xff": false, "a\x7f": false} {
		nstest.IP(t, "link add '"+name+"' type bridge")
		i, err := net.InterfaceByName(name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		want := strconv.Itoa(i.Index)
		if named {
			want = name
		}
		if got := zone(uint32(i.Index)); got != want {
			t.Errorf("%q: zone %q, want %q", name, got, want)
		}
	}
}
