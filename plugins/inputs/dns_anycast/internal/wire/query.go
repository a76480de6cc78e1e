// Package wire turns a question into bytes and bytes into an answer: the identity query of an
// anycast monitor (RFC 4892, RFC 5001) and its query for a zone's SOA record, with nothing of
// sockets or clocks in it.
//
// Reading order: query.go, check.go, plain.go, options.go, answer.go, collected.go.
package wire

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// udpSize is the EDNS payload size offered: it passes every path unfragmented (DNS flag day 2020).
const udpSize = 1232

// ClientCookieSize is the length in bytes of a client cookie (RFC 7873, section 4).
const ClientCookieSize = 8

// Query is one question: Name CH TXT, or Name IN SOA; without a name it asks for a cookie alone.
// The zero value of Cookie is a valid, if guessable, client cookie.
type Query struct {
	ID           uint16                 // message ID; random, see NewID
	Name         string                 // fully qualified, such as "hostname.bind."; empty: no question (RFC 7873, section 5.4)
	SOA          bool                   // ask for the SOA record of the zone Name
	EDNS         bool                   // carry an OPT record with an empty NSID option and a cookie
	Cookie       [ClientCookieSize]byte // client cookie, used with EDNS alone
	ServerCookie string                 // what the server gave us before, 8 to 32 bytes; empty when unknown
}

// NewID returns an unpredictable message ID (RFC 5452, section 9.2).
func NewID() uint16 {
	var b [2]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return binary.BigEndian.Uint16(b[:])
}

// NewCookie returns an unpredictable client cookie (RFC 7873, section 4.1).
func NewCookie() (c [ClientCookieSize]byte) {
	rand.Read(c[:])
	return c
}

// questions are one, or none.
func (q *Query) questions() []dns.Question {
	switch {
	case q.Name == "":
		return nil
	case q.SOA:
		return []dns.Question{{Name: q.Name, Qtype: dns.TypeSOA, Qclass: dns.ClassINET}}
	}
	return []dns.Question{{Name: q.Name, Qtype: dns.TypeTXT, Qclass: dns.ClassCHAOS}}
}

// Append appends the query's wire form to b: RD=0, its question and, with EDNS, one OPT record (size
// 1232, an empty NSID option by RFC 5001 section 2.1, a COOKIE option by RFC 7873 section 4). It
// panics on a name that is none.
func (q *Query) Append(b []byte) []byte {
	at := len(b)
	b = append(b, packed(form{q.Name, q.SOA, q.EDNS, len(q.ServerCookie)})...)
	binary.BigEndian.PutUint16(b[at:], q.ID)
	if q.EDNS { // the cookie comes last
		cookie := b[len(b)-ClientCookieSize-len(q.ServerCookie):]
		copy(cookie, q.Cookie[:])
		copy(cookie[ClientCookieSize:], q.ServerCookie)
	}
	return b
}

// form is all of a query but its ID and its cookies. A configuration makes few of them.
type form struct {
	name         string
	soa, edns    bool
	serverCookie int // bytes
}

// forms are those that were packed before: it takes longer than to send one.
var forms struct {
	sync.RWMutex
	packed map[form][]byte
}

// packed is what pack returns.
func packed(f form) []byte {
	forms.RLock()
	b, known := forms.packed[f]
	forms.RUnlock()
	if known {
		return b
	}
	b = f.pack()
	forms.Lock()
	defer forms.Unlock()
	if forms.packed == nil {
		forms.packed = map[form][]byte{}
	}
	forms.packed[f] = b
	return b
}

// pack leaves ID and cookies zero.
func (f form) pack() []byte {
	q := Query{Name: f.name, SOA: f.soa}
	m := dns.Msg{Question: q.questions()}
	if f.edns {
		opt := &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT}}
		opt.SetUDPSize(udpSize)
		opt.Option = []dns.EDNS0{
			&dns.EDNS0_NSID{Code: dns.EDNS0NSID},
			&dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: strings.Repeat("00", ClientCookieSize+f.serverCookie)},
		}
		m.Extra = []dns.RR{opt}
	}
	b, err := m.Pack()
	if err != nil {
		panic(fmt.Sprintf("pack query for %q: %v", f.name, err))
	}
	return b
}
