package dnstest

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
)

// Query is what a server got, and the way to reply to it.
type Query struct {
	Data []byte         // the message, without the length that precedes it over TCP
	N    int            // how many came before it over the same transport
	At   netip.AddrPort // the address and port asked
	From netip.AddrPort // the client's
	UDP  *net.UDPConn   // where it came in; nil over TCP
	TCP  *net.TCPConn   // where it came in; nil over UDP

	control []byte // names the address to reply from, where the socket's own is none
}

// Reply sends a message back, as often as one likes. A client that is gone wants no reply.
func (q *Query) Reply(b []byte) {
	switch {
	case q.TCP != nil:
		q.TCP.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
	case q.control != nil:
		q.UDP.WriteMsgUDPAddrPort(b, q.control, q.From)
	default:
		q.UDP.WriteToUDPAddrPort(b, q.From)
	}
}

// Transport is "udp" or "tcp".
func (q *Query) Transport() string {
	if q.TCP != nil {
		return "tcp"
	}
	return "udp"
}

// Question is the only one of a query, in the wire's form, which holds no compression; nil where
// Data is no query.
func (q *Query) Question() []byte {
	const header = 12
	b := q.Data
	if len(b) < header || b[2]&0x80 != 0 || b[4] != 0 || b[5] != 1 {
		return nil
	}
	name := bytes.IndexByte(b[header:], 0)
	if end := header + name + 5; name >= 0 && end <= len(b) {
		return b[header:end]
	}
	return nil
}

// Name is what is asked for, without the last dot.
func (q *Query) Name() string {
	var labels []string
	for b := q.Question(); len(b) > 0 && b[0] > 0 && int(b[0]) < len(b); b = b[1+b[0]:] {
		labels = append(labels, string(b[1:1+b[0]]))
	}
	return strings.Join(labels, ".")
}

// Type is that of the question; 0 where there is none.
func (q *Query) Type() uint16 {
	if b := q.Question(); b != nil {
		return binary.BigEndian.Uint16(b[len(b)-4:])
	}
	return 0
}

// EDNS reports whether the query has an OPT record: it is the only record that a query may have.
func (q *Query) EDNS() bool { return len(q.Data) > 11 && q.Data[11] == 1 }

// Cookie is the client's, 8 bytes, and behind it the server's that the client has; "" where there
// is none. It is the last option of a query, behind an empty NSID.
func (q *Query) Cookie() string {
	_, option, _ := bytes.Cut(q.Data, []byte{0, NSID, 0, 0, 0, Cookie})
	return string(option[min(2, len(option)):])
}
