package wire

import (
	"encoding/binary"
	"strings"

	"github.com/miekg/dns"
)

// plain reads a reply as nearly all servers send it: NOERROR, the question as it was asked, the one
// record that answers it, name servers and their addresses, and EDNS. It reads it where it lies:
// the codec takes several times as long, and as much memory (BenchmarkRead). What is unusual in any
// way is left to the codec.
type plain struct {
	query Query
	said  Answer
	b     []byte
	off   int // of what is read next

	hasOPT, hasNSID, hasCookie bool
}

// readPlain reads b, whose header is checked. ok is false where it is not plain: it may be an answer
// all the same.
func (q *Query) readPlain(b []byte) (a Answer, ok bool) {
	const authoritative, truncated, rcode = 0x4, 0x2, 0xf
	count := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	if b[2]&truncated|b[3]&rcode != 0 || count(4) != 1 || count(6) != 1 || q.Name == "" {
		return Answer{}, false
	}
	p := plain{query: *q, b: b, off: headerSize}
	ok = p.question() && p.answer()
	for n := count(8); ok && n > 0; n-- {
		ok = p.beside()
	}
	for n := count(10); ok && n > 0; n-- {
		ok = p.additional()
	}
	if !ok || p.off != len(b) {
		return Answer{}, false
	}
	p.said.Authoritative = q.SOA && b[2]&authoritative != 0
	return p.said, true
}

// take returns the next n bytes; nil: there are fewer.
func (p *plain) take(n int) []byte {
	if n > len(p.b)-p.off {
		return nil
	}
	p.off += n
	return p.b[p.off-n : p.off : p.off]
}

// has passes over s, if that is what comes next.
func (p *plain) has(s string) bool {
	end := p.off + len(s)
	if end > len(p.b) || string(p.b[p.off:end]) != s {
		return false
	}
	p.off = end
	return true
}

// question passes over the one that was asked.
func (p *plain) question() bool {
	for rest := strings.TrimSuffix(p.query.Name, "."); rest != ""; {
		var label string
		label, rest, _ = strings.Cut(rest, ".")
		if n := p.take(1); n == nil || int(n[0]) != len(label) || !p.has(label) || strings.ContainsFunc(label, escaped) {
			return false
		}
	}
	if p.query.SOA {
		return p.has("\x00\x00\x06\x00\x01") // behind the last label: SOA IN
	}
	return p.has("\x00\x00\x10\x00\x03") // TXT CH
}

// escaped reports whether the codec may write a character of a name in another way.
func escaped(c rune) bool {
	return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_')
}

// record is what stands between a record's owner and its RDATA (RFC 1035, section 4.1.3).
type record struct {
	kind, class uint16
	ttl         uint32
	end         int // of the RDATA
}

func (p *plain) record() (r record, whole bool) {
	b := p.take(fixedSize)
	if b == nil {
		return record{}, false
	}
	r = record{
		kind: binary.BigEndian.Uint16(b), class: binary.BigEndian.Uint16(b[2:]), ttl: binary.BigEndian.Uint32(b[4:]),
		end: p.off + int(binary.BigEndian.Uint16(b[8:])),
	}
	return r, r.end <= len(p.b)
}

// answer reads the record that was asked for, whose owner is a pointer to the question's name (RFC
// 1035, section 4.1.4).
func (p *plain) answer() bool {
	if !p.has("\xc0\x0c") {
		return false
	}
	r, whole := p.record()
	switch {
	case !whole:
	case p.query.SOA:
		return r.kind == dns.TypeSOA && r.class == dns.ClassINET && p.soa(r.end)
	case r.kind == dns.TypeTXT && (r.class == dns.ClassCHAOS || r.class == dns.ClassINET):
		p.said.ClassIN = r.class == dns.ClassINET
		return p.txt(r.end)
	}
	return false
}

// txt reads a TXT record of one string.
func (p *plain) txt(end int) bool {
	if p.off == end || p.off+1+int(p.b[p.off]) != end {
		return false
	}
	p.said.TXT, p.off = string(p.b[p.off+1:end]), end
	return true
}

// soa reads two names and five numbers (RFC 1035, section 3.3.13).
func (p *plain) soa(end int) bool {
	for range 2 {
		if !p.name() {
			return false
		}
	}
	if p.off+5*4 != end {
		return false
	}
	p.said.SOA = true
	p.said.Serial, p.said.Refresh = binary.BigEndian.Uint32(p.b[p.off:]), binary.BigEndian.Uint32(p.b[p.off+4:])
	p.off = end
	return true
}

// beside passes over a record that names a name server or tells an address of one.
func (p *plain) beside() bool {
	if !p.name() {
		return false
	}
	switch r, whole := p.record(); {
	case !whole:
		return false
	case r.kind == dns.TypeNS:
		return p.name() && p.off == r.end
	case r.kind == dns.TypeA:
		return p.take(4) != nil && p.off == r.end
	case r.kind == dns.TypeAAAA:
		return p.take(16) != nil && p.off == r.end
	}
	return false
}

// additional reads an OPT record, of which there may be one, and passes over any other.
func (p *plain) additional() bool {
	if !p.has("\x00\x00\x29") { // its owner is the root (RFC 6891, section 6.1.2)
		return p.beside()
	}
	p.off -= 2
	r, whole := p.record()
	if p.hasOPT || !whole || r.ttl>>16 != 0 { // a part of the rcode, and the version
		return false
	}
	p.hasOPT = true
	for p.off < r.end {
		if !p.option(r.end) {
			return false
		}
	}
	return true
}

// option reads NSID or COOKIE, of each of which there may be one.
func (p *plain) option(end int) bool {
	head := p.take(optionHead)
	if head == nil {
		return false
	}
	data := p.take(int(binary.BigEndian.Uint16(head[2:])))
	if data == nil || p.off > end {
		return false
	}
	switch code := binary.BigEndian.Uint16(head); {
	case code == dns.EDNS0NSID && !p.hasNSID:
		p.said.NSID, p.hasNSID = string(data), true
	case code == dns.EDNS0COOKIE && !p.hasCookie:
		p.hasCookie = true
		return p.cookie(data)
	default:
		return false
	}
	return true
}

// cookie takes the server's cookie where the option answers the query's; to a query without one it
// is not looked at.
func (p *plain) cookie(option []byte) bool {
	if !p.query.EDNS {
		return true
	}
	server, ok := p.query.serverCookie(option)
	p.said.ServerCookie = server
	return ok
}

// name passes over a name whose pointers lead to what stands before it. Others may be names as well.
func (p *plain) name() bool {
	const longest, mostJumps = 254, 16 // octets but for the root's (RFC 1035, section 2.3.4)
	at, size, jumps := p.off, 0, 0
	from, to := at, len(p.b) // what the labels being read lie within
	for at < to {
		switch n := int(p.b[at]); {
		case n == 0:
			if jumps == 0 {
				p.off = at + 1
			}
			return true
		case n < 0x40:
			at += 1 + n
			if size += 1 + n; size > longest {
				return false
			}
		case n >= 0xc0 && at+1 < to && jumps < mostJumps:
			if jumps++; jumps == 1 {
				p.off = at + 2
			}
			at = n&0x3f<<8 | int(p.b[at+1])
			from, to = at, from
		default:
			return false
		}
	}
	return false
}
