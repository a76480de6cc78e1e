package dnstest

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// Draft is a reply in parts, each of which a test may bend before they are put together.
type Draft struct {
	Query     *Query
	ID        []byte
	Flags     uint16
	Question  []byte
	Counts    [4]int // added to what is true: of questions, answers, authority and additional records
	Answer    [][]byte
	Authority [][]byte
	OPT       bool   // whether there is an OPT record
	Options   []byte // in it
	Tail      []byte // behind the end

	extended byte // upper eight bits of the rcode
}

// ReplyTo drafts NOERROR with AA and no record, which repeats ID and question, if there is one, and
// has EDNS if the query did.
func ReplyTo(q *Query) *Draft {
	d := &Draft{Query: q, ID: []byte{0, 0}, Flags: QR | AA, Question: bytes.Clone(q.Question()), OPT: q.EDNS()}
	copy(d.ID, q.Data)
	if d.Question == nil {
		d.Counts[0] = -1
	}
	return d
}

// TheName points to the question's.
const TheName = "\xc0\x0c"

// Resource is a resource record with a TTL of 0. Its owner is in the wire's form.
func Resource(owner string, kind, class uint16, rdata string) []byte {
	b := []byte(owner)
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, class)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(len(rdata)))
	return append(b, rdata...)
}

// RR adds a record to the answer.
func (d *Draft) RR(b []byte) *Draft {
	d.Answer = append(d.Answer, b)
	return d
}

// TXT adds a record of class CH at the name asked for. A text of more than 255 bytes is more than
// one string.
func (d *Draft) TXT(texts ...string) *Draft {
	var rdata strings.Builder
	for _, s := range texts {
		for ; len(s) > 255; s = s[255:] {
			rdata.WriteString("\xff" + s[:255])
		}
		rdata.WriteString(string([]byte{byte(len(s))}) + s)
	}
	return d.RR(Resource(TheName, TXT, CH, rdata.String()))
}

// SOA adds a record at the name asked for. Refresh is in seconds.
func (d *Draft) SOA(serial, refresh uint32) *Draft {
	rdata := []byte("\x02ns\x00\x04root\x00")
	for _, n := range []uint32{serial, refresh, 1, 2, 3} { // retry, expire, minimum
		rdata = binary.BigEndian.AppendUint32(rdata, n)
	}
	return d.RR(Resource(TheName, SOA, IN, string(rdata)))
}

// Option adds one to the OPT record, if there is to be one.
func (d *Draft) Option(code uint16, value string) *Draft {
	d.Options = binary.BigEndian.AppendUint16(d.Options, code)
	d.Options = binary.BigEndian.AppendUint16(d.Options, uint16(len(value)))
	d.Options = append(d.Options, value...)
	return d
}

// NSID adds the option of RFC 5001.
func (d *Draft) NSID(s string) *Draft { return d.Option(NSID, s) }

// ServerCookie adds the option of RFC 7873: the client's cookie and the server's, of 8 to 32 bytes.
// A query without a cookie is given none.
func (d *Draft) ServerCookie(s string) *Draft {
	if client := d.Query.Cookie(); len(client) >= 8 {
		d.Option(Cookie, client[:8]+s)
	}
	return d
}

// Rcode sets one of twelve bits, the upper eight of which are in the OPT record.
func (d *Draft) Rcode(n int) *Draft {
	d.Flags = d.Flags&^0xf | uint16(n&0xf)
	d.extended = byte(n >> 4)
	return d
}

// Flag sets bits of the header.
func (d *Draft) Flag(bits uint16) *Draft {
	d.Flags |= bits
	return d
}

// Bytes puts the parts together.
func (d *Draft) Bytes() []byte {
	additional := 0
	if d.OPT {
		additional = 1
	}
	b := binary.BigEndian.AppendUint16(bytes.Clone(d.ID), d.Flags)
	for i, n := range []int{1, len(d.Answer), len(d.Authority), additional} {
		b = binary.BigEndian.AppendUint16(b, uint16(n+d.Counts[i]))
	}
	b = append(b, d.Question...)
	b = append(b, bytes.Join(d.Answer, nil)...)
	b = append(b, bytes.Join(d.Authority, nil)...)
	if d.OPT {
		b = append(b, 0, 0, 41, 0x04, 0xd0, d.extended, 0, 0, 0) // root, OPT, 1232, rcode, version, flags
		b = binary.BigEndian.AppendUint16(b, uint16(len(d.Options)))
		b = append(b, d.Options...)
	}
	return append(b, d.Tail...)
}
