//go:build linux && !portable

package exchange

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/sys/unix"
)

// stamp returns the kernel's software stamp in ns of the wall clock, 0 if the message holds none.
// It carries three struct timespec, of which the first is the software stamp (linux
// Documentation/networking/timestamping, 2.1).
func stamp(h unix.Cmsghdr, data []byte) int64 {
	if h.Level != unix.SOL_SOCKET || h.Type != unix.SO_TIMESTAMPING {
		return 0
	}
	switch len(data) {
	case 3 * 16:
		return int64(binary.NativeEndian.Uint64(data))*1e9 + int64(binary.NativeEndian.Uint64(data[8:]))
	case 3 * 8: // 32-bit systems
		return int64(int32(binary.NativeEndian.Uint32(data)))*1e9 + int64(binary.NativeEndian.Uint32(data[4:]))
	}
	return 0
}

// stampOf returns the newest stamp among control messages, 0 if there is none.
func stampOf(oob []byte) (at int64) {
	for len(oob) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			break
		}
		at = max(at, stamp(h, data))
		oob = rest
	}
	return at
}

// ttlMessage is the control message that sets a datagram's TTL: a native int (ip(7), ipv6(7)).
func ttlMessage(ipv6 bool, ttl int) []byte {
	b := make([]byte, unix.CmsgSpace(4))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = unix.SOL_IP, unix.IP_TTL
	if ipv6 {
		h.Level, h.Type = unix.SOL_IPV6, unix.IPV6_HOPLIMIT
	}
	h.SetLen(unix.CmsgLen(4))
	binary.NativeEndian.PutUint32(b[unix.CmsgLen(0):], uint32(ttl))
	return b
}

// parseEvent reads the control messages of an error queue entry: an extended error, with a stamp
// beside it where it reports a departure.
func parseEvent(oob []byte) (e event) {
	var at int64
	departure := false
	for len(oob) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			break
		}
		at = max(at, stamp(h, data))
		if h.Level == unix.SOL_IP && h.Type == unix.IP_RECVERR || h.Level == unix.SOL_IPV6 && h.Type == unix.IPV6_RECVERR {
			departure = e.readExtended(data)
		}
		oob = rest
	}
	switch {
	case departure:
		e.tx = at
	case at != 0 && e.icmp != (ICMP{}): // it carries a stamp too: that of its own arrival
		e.icmp.At = time.Unix(0, at)
	}
	return e
}

// readExtended reads a struct sock_extended_err and the offender's address behind it: errno (4
// bytes), origin, type, code, pad, info (4), data (4), then a sockaddr_in or sockaddr_in6. It
// reports whether this is a departure.
func (e *event) readExtended(b []byte) (departure bool) {
	const size = 16
	if len(b) < size {
		return false
	}
	kind, code, offender := b[5], b[6], b[size:]
	e.count = binary.NativeEndian.Uint32(b[12:])
	switch b[4] {
	case unix.SO_EE_ORIGIN_ICMP:
		e.icmp = ICMP{Kind: icmp4(kind, code), Type: kind, Code: code}
		if len(offender) >= unix.SizeofSockaddrInet4 {
			e.icmp.From = netip.AddrFrom4([4]byte(offender[4:]))
		}
	case unix.SO_EE_ORIGIN_ICMP6:
		e.icmp = ICMP{Kind: icmp6(kind, code), Type: kind, Code: code}
		if len(offender) >= unix.SizeofSockaddrInet6 {
			e.icmp.From = netip.AddrFrom16([16]byte(offender[8:])).WithZone(zone(binary.NativeEndian.Uint32(offender[24:])))
		}
	}
	return b[4] == unix.SO_EE_ORIGIN_TIMESTAMPING
}

// zone names the interface of a scope, as the rest of the program writes it: fe80::1%eth0. A name
// may be nearly any bytes: where no line of text can carry them it is the interface's number.
func zone(index uint32) string {
	if index == 0 {
		return ""
	}
	if i, err := net.InterfaceByIndex(int(index)); err == nil && printable(i.Name) {
		return i.Name
	}
	return strconv.Itoa(int(index))
}

// zoneIndex is the interface that a zone names, 0 where there is none.
func zoneIndex(zone string) uint32 {
	if zone == "" {
		return 0
	}
	if i, err := net.InterfaceByName(zone); err == nil {
		return uint32(i.Index)
	}
	n, _ := strconv.ParseUint(zone, 10, 32)
	return uint32(n)
}

func printable(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r == ' ' || !strconv.IsPrint(r)
	})
}
