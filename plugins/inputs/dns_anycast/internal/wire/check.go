package wire

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// What makes a message no answer to a query. They are the only errors of Read.
var (
	ErrShort     = errors.New("not a DNS message")
	ErrID        = errors.New("wrong message ID")
	ErrResponse  = errors.New("not a response")
	ErrOpcode    = errors.New("wrong opcode")
	ErrQuestion  = errors.New("wrong question")
	ErrMalformed = errors.New("malformed DNS message")
	ErrCookie    = errors.New("wrong cookie")
)

// Read checks that b answers q and parses it. b is not kept. The error is one of this package's and
// means that b is not the answer: on UDP the wait goes on (RFC 5452, section 9.1).
func (q *Query) Read(b []byte) (Answer, error) {
	if err := q.checkHeader(b); err != nil {
		return Answer{}, err
	}
	if bareFormErr(b) {
		return Answer{Rcode: RcodeFormErr}, nil
	}
	if a, plain := q.readPlain(b); plain {
		return a, nil
	}
	return q.readAny(b)
}

// readAny reads b, whose header is checked, with the codec.
func (q *Query) readAny(b []byte) (Answer, error) {
	var m dns.Msg
	b, err := unpack(b, &m)
	if err := q.checkQuestion(b, &m); err != nil {
		return Answer{}, err
	}
	if err != nil || cut(b, &m) {
		if !m.Truncated {
			return Answer{}, ErrMalformed
		}
		keepWhole(b, &m) // a server that cuts in the middle of a record has said with TC that it did
	}
	opt := m.IsEdns0()
	server, err := q.checkCookie(opt)
	if err != nil {
		return Answer{}, err
	}
	a := q.parse(&m, opt)
	a.ServerCookie = server
	return a, nil
}

// unpack reads b into m, and returns the bytes that m came from: b, or a copy without what hid the
// rest.
func unpack(b []byte, m *dns.Msg) (read []byte, err error) {
	if err = m.Unpack(b); err == nil {
		return b, nil
	}
	if read = pastOptions(b); read == nil {
		return b, err
	}
	*m = dns.Msg{}
	return read, m.Unpack(read)
}

// Stray reports whether b, which Read has refused, is a whole reply to another query: on a stream
// such as an earlier one's, late or twice, which is passed over (RFC 7766, section 7). What is
// anything else is an error there.
func (q *Query) Stray(b []byte) bool {
	other := *q
	if len(b) >= headerSize {
		other.ID = binary.BigEndian.Uint16(b)
	}
	if other.checkHeader(b) != nil || other.ID == q.ID {
		return false
	}
	var m dns.Msg
	read, err := unpack(b, &m)
	whole := err == nil && !cut(read, &m)
	return whole || bareFormErr(b) || m.Truncated && len(m.Question) == 1
}

// checkHeader costs no allocation, so that a flood of junk is cheap to turn away.
func (q *Query) checkHeader(b []byte) error {
	switch {
	case len(b) < headerSize:
		return ErrShort
	case binary.BigEndian.Uint16(b) != q.ID:
		return ErrID
	case b[2]&0x80 == 0:
		return ErrResponse
	case b[2]&0x78 != 0:
		return ErrOpcode
	}
	return nil
}

// bareFormErr reports whether b is a header alone that says FORMERR: a server that could not read
// the query cannot repeat its question. Some copy the counts of the query, so the length decides.
func bareFormErr(b []byte) bool {
	return len(b) == headerSize && int(b[3]&0xf) == RcodeFormErr
}

// checkQuestion compares without case (RFC 1035, section 2.3.3). A server that could not read the
// query (see bareFormErr), or not its OPT record, may say that it holds none.
func (q *Query) checkQuestion(b []byte, m *dns.Msg) error {
	unread := m.Rcode == RcodeFormErr || m.Rcode == RcodeBadVers && q.EDNS
	if unread && binary.BigEndian.Uint16(b[4:]) == 0 {
		return nil
	}
	same := func(got, want dns.Question) bool {
		return got.Qtype == want.Qtype && got.Qclass == want.Qclass && strings.EqualFold(got.Name, want.Name)
	}
	if !slices.EqualFunc(m.Question, q.questions(), same) {
		return ErrQuestion
	}
	return nil
}

// cut reports whether b holds fewer records than its header promises: the codec stops without a
// word where a message ends between two records.
func cut(b []byte, m *dns.Msg) bool {
	count := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	return count(4) != len(m.Question) || count(6) != len(m.Answer) || count(8) != len(m.Ns) || count(10) != len(m.Extra)
}

// keepWhole leaves in m the answers, the authority's records and the OPT record that b holds whole;
// the codec drops a section that it cannot read to its end.
func keepWhole(b []byte, m *dns.Msg) {
	m.Rcode = int(b[3] & 0xf)
	m.Answer, m.Ns, m.Extra = nil, nil, nil
	off, err := headerSize, error(nil)
	for range m.Question {
		_, off, err = dns.UnpackDomainName(b, off)
		off += 4 // type and class
	}
	answers := int(binary.BigEndian.Uint16(b[6:]))
	authority := answers + int(binary.BigEndian.Uint16(b[8:]))
	for n := 1; err == nil && off < len(b); n++ {
		var rr dns.RR
		if rr, off, err = dns.UnpackRR(b, off); err != nil {
			return
		}
		opt, ok := rr.(*dns.OPT)
		switch {
		case ok:
			m.Extra = append(m.Extra, opt)
			m.Rcode |= opt.ExtendedRcode()
		case n <= answers:
			m.Answer = append(m.Answer, rr)
		case n <= authority:
			m.Ns = append(m.Ns, rr)
		}
	}
}

// checkCookie returns the server's cookie, empty if the reply carries none (RFC 7873, section 5.3).
// Of several COOKIE options the first counts; a reply to a query without one is not looked at.
func (q *Query) checkCookie(opt *dns.OPT) (string, error) {
	if opt == nil || !q.EDNS {
		return "", nil
	}
	for _, o := range opt.Option {
		c, ok := o.(*dns.EDNS0_COOKIE)
		if !ok {
			continue
		}
		b, _ := hex.DecodeString(c.Cookie) // the codec wrote this hex itself
		if server, ok := q.serverCookie(b); ok {
			return server, nil
		}
		return "", ErrCookie
	}
	return "", nil
}

// serverCookie is what a COOKIE option holds behind the client's cookie, which must be the query's
// own (RFC 7873, section 4.2).
func (q *Query) serverCookie(option []byte) (server string, ok bool) {
	n := len(option)
	if n < 8 || n > 8 && n < 16 || n > 40 || [ClientCookieSize]byte(option) != q.Cookie {
		return "", false
	}
	return string(option[ClientCookieSize:]), true
}
