package wire

import (
	"bytes"
	"encoding/binary"

	"github.com/miekg/dns"
)

// Sizes in bytes.
const (
	headerSize = 12 // of a message (RFC 1035, section 4.1.1)
	fixedSize  = 10 // of a record, behind its owner: type, class, TTL, RDLENGTH (RFC 1035, section 4.1.3)
	optionHead = 4  // of an option: code and length (RFC 6891, section 6.1.2)
)

// pastOptions returns a copy of b with other codes for the options that were not asked for; nil:
// there are none. An unknown option is passed over (RFC 6891, section 6.1.2), while the codec
// refuses the whole message for one that it knows better. Lengths stay, so that an option longer
// than its record is still an error.
func pastOptions(b []byte) (masked []byte) {
	mask := func(at int) {
		if masked == nil {
			masked = bytes.Clone(b)
		}
		binary.BigEndian.PutUint16(masked[at:], dns.EDNS0LOCALSTART)
	}
	off := headerSize
	for range binary.BigEndian.Uint16(b[4:]) {
		if off = nameEnd(b, off) + 4; off > len(b) { // type and class
			return nil
		}
	}
	for off < len(b) {
		fixed := nameEnd(b, off)
		if fixed+fixedSize > len(b) {
			break
		}
		rdata := fixed + fixedSize
		off = rdata + int(binary.BigEndian.Uint16(b[rdata-2:]))
		if off <= len(b) && binary.BigEndian.Uint16(b[fixed:]) == dns.TypeOPT {
			eachOption(b[:off], rdata, mask)
		}
	}
	return masked
}

// eachOption calls what with the offset of each option from off to the end of b but NSID and
// COOKIE.
func eachOption(b []byte, off int, what func(at int)) {
	for off+optionHead <= len(b) {
		if code := binary.BigEndian.Uint16(b[off:]); code != dns.EDNS0NSID && code != dns.EDNS0COOKIE {
			what(off)
		}
		off += optionHead + int(binary.BigEndian.Uint16(b[off+2:]))
	}
}

// nameEnd returns the offset behind the name at off, beyond b where it does not end in it (RFC
// 1035, section 4.1.4).
func nameEnd(b []byte, off int) int {
	for off < len(b) {
		switch n := int(b[off]); {
		case n == 0:
			return off + 1
		case n >= 0xc0: // a pointer, the last part of a name
			return off + 2
		default:
			off += 1 + n
		}
	}
	return len(b) + 1
}
