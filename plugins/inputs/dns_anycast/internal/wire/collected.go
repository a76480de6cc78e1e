package wire

import (
	"encoding/binary"

	"github.com/miekg/dns"
)

// ReadCollected reads a reply that somebody else asked for and kept, and returns which query it
// answers, by its own question: what was asked is the caller's to compare. ID and cookies are known
// to whoever asked alone. A header without a question answers nothing, and what is cut says what it
// holds: whoever kept it may have cut it. b is not kept. The error is one of this package's and
// means that b is no reply, or one to another kind of question than a Query's.
func ReadCollected(b []byte) (Query, Answer, error) {
	var q Query
	if len(b) >= headerSize {
		q.ID = binary.BigEndian.Uint16(b)
	}
	if err := q.checkHeader(b); err != nil {
		return Query{}, Answer{}, err
	}
	var m dns.Msg
	b, err := unpack(b, &m)
	if binary.BigEndian.Uint16(b[4:]) != 1 || len(m.Question) != 1 || !q.takes(m.Question[0]) {
		return Query{}, Answer{}, ErrQuestion
	}
	if err != nil || cut(b, &m) {
		keepWhole(b, &m)
	}
	return q, q.parse(&m, m.IsEdns0()), nil
}

// takes makes q the query of a question, and reports whether there is such a query.
func (q *Query) takes(asked dns.Question) bool {
	q.Name = asked.Name
	q.SOA = asked.Qtype == dns.TypeSOA && asked.Qclass == dns.ClassINET
	return q.SOA || asked.Qtype == dns.TypeTXT && asked.Qclass == dns.ClassCHAOS
}
