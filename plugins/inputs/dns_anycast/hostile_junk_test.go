//go:build unix

package dns_anycast

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"

// junkCase is a message that is not the answer, and why not.
type junkCase struct {
	name string
	of   func(q *dnstest.Query) []byte
	err  string
}

// bent is a reply that names an identity, bent.
func bent(edit func(d *dnstest.Draft)) func(q *dnstest.Query) []byte {
	return func(q *dnstest.Query) []byte {
		d := dnstest.ReplyTo(q).TXT("fra1.example")
		edit(d)
		return d.Bytes()
	}
}

func exactly(b func(q []byte) []byte) func(q *dnstest.Query) []byte {
	return func(q *dnstest.Query) []byte { return b(append([]byte(nil), q.Data...)) }
}

const (
	isShort     = "not a DNS message"
	isOtherID   = "wrong message ID"
	isQuery     = "not a response"
	isOtherOp   = "wrong opcode"
	isQuestion  = "wrong question"
	isMalformed = "malformed DNS message"
	isCookie    = "wrong cookie"
)

// strays are well made, and for another query.
func strays() []junkCase {
	return []junkCase{
		{"wrong ID", bent(func(d *dnstest.Draft) { d.ID = []byte{d.ID[0], d.ID[1] ^ 1} }), isOtherID},
		{"ID in the other order", bent(func(d *dnstest.Draft) { d.ID = []byte{d.ID[1], d.ID[0] ^ 0xff} }), isOtherID},
		{"wrong ID, another question", bent(func(d *dnstest.Draft) {
			d.ID, d.Question = []byte{d.ID[0], d.ID[1] ^ 1}, []byte("\x07version\x04bind\x00\x00\x10\x00\x03")
		}), isOtherID},
		{"wrong ID, REFUSED", bent(func(d *dnstest.Draft) { d.ID = []byte{d.ID[0], d.ID[1] ^ 1}; d.Rcode(5); d.Answer = nil }), isOtherID},
		{"bare FORMERR with a wrong ID", exactly(func(q []byte) []byte { return []byte{q[0], q[1] ^ 1, 0x80, 1, 0, 1, 0, 0, 0, 0, 0, 0} }), isOtherID},
	}
}

// junk is what comes from the address and port asked and is no answer.
func junk() []junkCase {
	question := func(s string) func(q *dnstest.Query) []byte {
		return bent(func(d *dnstest.Draft) { d.Question = []byte(s) })
	}
	records := func(owner, rdata string) func(q *dnstest.Query) []byte {
		return bent(func(d *dnstest.Draft) { d.Answer = [][]byte{dnstest.Resource(owner, dnstest.TXT, dnstest.CH, rdata)} })
	}
	length := func(by int) func(q *dnstest.Query) []byte {
		return bent(func(d *dnstest.Draft) { d.Answer[0][11] += byte(by) }) // RDLENGTH: behind pointer, type, class and TTL
	}
	return []junkCase{
		{"QR 0", bent(func(d *dnstest.Draft) { d.Flags &^= dnstest.QR }), isQuery},
		{"reflected", exactly(func(q []byte) []byte { return q }), isQuery},
		{"wrong opcode", bent(func(d *dnstest.Draft) { d.Flag(dnstest.Notify) }), isOtherOp},
		{"empty", exactly(func([]byte) []byte { return nil }), isShort},
		{"one byte", exactly(func(q []byte) []byte { return q[:1] }), isShort},
		{"no header", exactly(func(q []byte) []byte { return q[:11] }), isShort},
		{"wrong ID, malformed", bent(func(d *dnstest.Draft) { d.ID, d.Counts[1] = []byte{d.ID[0], d.ID[1] ^ 1}, 1 }), isOtherID},
		{"wrong ID, a query", bent(func(d *dnstest.Draft) { d.ID = []byte{d.ID[0], d.ID[1] ^ 1}; d.Flags &^= dnstest.QR }), isOtherID},
		{"zeros", exactly(func([]byte) []byte { return make([]byte, 512) }), isOtherID},
		{"ones behind our ID", exactly(func(q []byte) []byte {
			for i := range q[2:] {
				q[2+i] = 0xff
			}
			return q
		}), isOtherOp},
		{"another name", question("\x08hostname\x05binds\x00\x00\x10\x00\x03"), isQuestion},
		{"name with a zero", question("\x08hostname\x04bin\x00\x00\x00\x10\x00\x03"), isQuestion},
		{"root", question("\x00\x00\x10\x00\x03"), isQuestion},
		{"another type", question("\x08hostname\x04bind\x00\x00\x01\x00\x03"), isQuestion},
		{"another class", question("\x08hostname\x04bind\x00\x00\x10\x00\x01"), isQuestion},
		{"the other identity name", question("\x02id\x06server\x00\x00\x10\x00\x03"), isQuestion},
		{"no question", bent(func(d *dnstest.Draft) { d.Question, d.Counts[0] = nil, -1 }), isQuestion},
		{"no question, REFUSED", bent(func(d *dnstest.Draft) { d.Rcode(5); d.Question, d.Counts[0], d.Answer = nil, -1, nil }), isQuestion},
		{"two questions", bent(func(d *dnstest.Draft) { d.Question, d.Counts[0] = append(d.Question, d.Question...), 1 }), isQuestion},
		{"header alone", exactly(func(q []byte) []byte { return []byte{q[0], q[1], 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0} }), isQuestion},
		{"header alone, REFUSED", exactly(func(q []byte) []byte { return []byte{q[0], q[1], 0x80, 5, 0, 0, 0, 0, 0, 0, 0, 0} }), isQuestion},
		{"question points to itself", question("\xc0\x0c\x00\x10\x00\x03"), isQuestion},
		{"question points forward", question("\xc0\xff\x00\x10\x00\x03"), isQuestion},
		{"owner points to itself", records("\xc0\x1f", "\x01x"), isMalformed}, // where it stands: 12 + 19
		{"owners point to each other", records("\xc0\x21\xc0\x1f", "\x01x"), isMalformed},
		{"owner points past the end", records("\xff\xff", "\x01x"), isMalformed},
		{"label longer than the message", records("\x3flhr1", "\x01x"), isMalformed},
		{"reserved label", records("\x80\x00", "\x01x"), isMalformed},
		{"one answer too few", bent(func(d *dnstest.Draft) { d.Counts[1] = 1 }), isMalformed},
		{"65535 answers", bent(func(d *dnstest.Draft) { d.Counts[1] = 65534 }), isMalformed},
		{"65535 questions", bent(func(d *dnstest.Draft) { d.Counts[0] = 65534 }), isQuestion},
		{"one additional too few", bent(func(d *dnstest.Draft) { d.Counts[3] = 1 }), isMalformed},
		{"RDLENGTH too short", length(-1), isMalformed},
		{"RDLENGTH too long", length(1), isMalformed},
		{"RDLENGTH past the end", length(200), isMalformed},
		{"string longer than its record", records(dnstest.TheName, "\x0dlhr1.example"), isMalformed},
		{"option longer than its record", bent(func(d *dnstest.Draft) { d.Options = []byte{0, dnstest.NSID, 0, 9, 'x'} }), isMalformed},
		{"half an option", bent(func(d *dnstest.Draft) { d.Options = []byte{0, dnstest.NSID, 0} }), isMalformed},
		{"another's cookie", bent(func(d *dnstest.Draft) { d.Option(dnstest.Cookie, "12345678") }), isCookie},
		{"another's cookie, with a server's", bent(func(d *dnstest.Draft) { d.Option(dnstest.Cookie, "1234567812345678") }), isCookie},
		{"a cookie of nothing", bent(func(d *dnstest.Draft) { d.Option(dnstest.Cookie, "") }), isCookie},
		{"another's cookie, REFUSED", bent(func(d *dnstest.Draft) { d.Rcode(5).Option(dnstest.Cookie, "12345678") }), isCookie},
	}
}
