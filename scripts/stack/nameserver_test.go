package stack

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// manner is how a name server answers a query.
type manner = dnstest.Handler

// nameServer listens on one address and port, over UDP and TCP.
type nameServer struct {
	addr    string
	queries atomic.Int64 // who it is, over UDP
	manner  atomic.Pointer[manner]
}

func startNameServer(t *testing.T, ip string, m manner) *nameServer {
	t.Helper()
	s := &nameServer{}
	s.turn(m)
	s.addr = dnstest.Serve(t, s.treat, s.treat, net.JoinHostPort(ip, "0")).At()
	return s
}

// turn changes how the server answers from now on.
func (s *nameServer) turn(m manner) { s.manner.Store(&m) }

func (s *nameServer) treat(q *dnstest.Query) {
	if q.UDP != nil && q.Type() == dnstest.TXT {
		s.queries.Add(1)
	}
	(*s.manner.Load())(q)
}

// named gives an identity, by TXT and by NSID, after a time that stands for distance.
func named(identity string, away time.Duration) manner {
	return dnstest.After(away, dnstest.Named(identity))
}

func silent(*dnstest.Query) {}

func refused(q *dnstest.Query) { dnstest.Rcode(dnstest.Refused)(q) }

func hidden(q *dnstest.Query) { dnstest.Says(dnstest.NotAuthoritative)(q) }

func cut(q *dnstest.Query) { dnstest.Says(dnstest.NotAuthoritative, dnstest.Cut)(q) }

func garbage(q *dnstest.Query) { dnstest.Garbage(q) }

// closed is an address where nothing listens, over UDP or TCP.
const closed = "127.0.0.1:1"

// nowhere is a name that has no address, which Go's resolver knows without a packet (RFC 7686).
const nowhere = "ns1.example.onion"
