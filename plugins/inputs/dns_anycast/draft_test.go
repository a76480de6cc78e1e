//go:build unix

package dns_anycast

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// draft is a reply in parts, each of which a test may bend before it is put together. It is written without the codec
// that reads it.
type draft struct {
	id        []byte
	flags     uint16
	question  []byte
	counts    [4]int // added to what is true
	answer    [][]byte
	authority [][]byte
	opt       bool
	extended  byte // upper eight bits of the rcode
	options   []byte
	tail      []byte
}

const (
	flagQR       = 0x8000
	flagAA       = 0x0400
	flagTC       = 0x0200
	opcodeNotify = 4 << 11
	classCH      = 3
	classIN      = 1
	typeCNAME    = 5
	typeTXT      = 16
	nsidOption   = 3
	cookieOption = 10
)

// replyTo repeats ID and question, and offers EDNS if the query did.
func replyTo(query []byte) *draft {
	return &draft{id: query[:2], flags: flagQR | flagAA, question: questionOf(query), opt: hasOPT(query)}
}

// questionOf returns the question of a query, which holds no compression.
func questionOf(query []byte) []byte {
	end := 12 + bytes.IndexByte(query[12:], 0) + 5
	return bytes.Clone(query[12:end])
}

func hasOPT(query []byte) bool { return query[11] == 1 }

// cookieOf returns the cookie of a query: its last option, behind an empty NSID.
func cookieOf(query []byte) string {
	_, option, _ := bytes.Cut(query, []byte{0, nsidOption, 0, 0, 0, cookieOption})
	return string(option[2:])
}

// asksFor returns the name a query asks for.
func asksFor(query []byte) string {
	if bytes.Contains(query, []byte("\x02id\x06server\x00")) {
		return "id.server"
	}
	return "hostname.bind"
}

func charString(s string) string { return string([]byte{byte(len(s))}) + s }

// resource is a resource record; its owner is on the wire already.
func resource(owner string, kind, class uint16, rdata string) []byte {
	b := []byte(owner)
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, class)
	b = append(b, 0, 0, 0, 0) // TTL
	b = binary.BigEndian.AppendUint16(b, uint16(len(rdata)))
	return append(b, rdata...)
}

// theName points to the question's.
const theName = "\xc0\x0c"

// txt adds a TXT record at the name asked for.
func (d *draft) txt(texts ...string) *draft {
	var rdata strings.Builder
	for _, s := range texts {
		rdata.WriteString(charString(s))
	}
	return d.rr(resource(theName, typeTXT, classCH, rdata.String()))
}

func (d *draft) rr(b []byte) *draft {
	d.answer = append(d.answer, b)
	return d
}

func (d *draft) option(code uint16, value string) *draft {
	d.options = binary.BigEndian.AppendUint16(d.options, code)
	d.options = binary.BigEndian.AppendUint16(d.options, uint16(len(value)))
	d.options = append(d.options, value...)
	return d
}

func (d *draft) nsid(s string) *draft { return d.option(nsidOption, s) }

func (d *draft) rcode(n int) *draft {
	d.flags |= uint16(n & 0xf)
	d.extended = byte(n >> 4)
	return d
}

func (d *draft) flag(f uint16) *draft {
	d.flags |= f
	return d
}

func (d *draft) bytes() []byte {
	extra := 0
	if d.opt {
		extra = 1
	}
	b := binary.BigEndian.AppendUint16(bytes.Clone(d.id), d.flags)
	for i, n := range []int{1, len(d.answer), len(d.authority), extra} {
		b = binary.BigEndian.AppendUint16(b, uint16(n+d.counts[i]))
	}
	b = append(b, d.question...)
	b = append(b, bytes.Join(append(d.answer, d.authority...), nil)...)
	if d.opt {
		b = append(b, 0, 0, 41, 0x04, 0xd0, d.extended, 0, 0, 0) // root, OPT, 1232, rcode, version, flags
		b = binary.BigEndian.AppendUint16(b, uint16(len(d.options)))
		b = append(b, d.options...)
	}
	return append(b, d.tail...)
}
