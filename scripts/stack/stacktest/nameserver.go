package stacktest

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// Manner is how a name server answers a query.
type Manner = dnstest.Handler

// NameServer listens on one address and port, over UDP and TCP.
type NameServer struct {
	Addr    string
	Queries atomic.Int64 // who it is, over UDP
	manner  atomic.Pointer[Manner]
}

// StartNameServer takes a port that is free, until the test ends.
func StartNameServer(t *testing.T, ip string, m Manner) *NameServer {
	t.Helper()
	s := &NameServer{}
	s.Turn(m)
	s.Addr = dnstest.Serve(t, s.treat, s.treat, net.JoinHostPort(ip, "0")).At()
	return s
}

// Turn changes how the server answers from now on.
func (s *NameServer) Turn(m Manner) { s.manner.Store(&m) }

func (s *NameServer) treat(q *dnstest.Query) {
	if q.UDP != nil && q.Type() == dnstest.TXT {
		s.Queries.Add(1)
	}
	(*s.manner.Load())(q)
}

// Named gives an identity, by TXT and by NSID, after a time that stands for distance.
func Named(identity string, away time.Duration) Manner {
	return dnstest.After(away, dnstest.Named(identity))
}

// Silent does not answer.
func Silent(*dnstest.Query) {}

// Refused answers with REFUSED, without a name.
func Refused(q *dnstest.Query) { dnstest.Rcode(dnstest.Refused)(q) }

// Hidden answers without authority and without a name.
func Hidden(q *dnstest.Query) { dnstest.Says(dnstest.NotAuthoritative)(q) }

// Cut says that there is more, over TCP too.
func Cut(q *dnstest.Query) { dnstest.Says(dnstest.NotAuthoritative, dnstest.Cut)(q) }

// Garbage is no DNS.
func Garbage(q *dnstest.Query) { dnstest.Garbage(q) }

// Zones, one with all that the name of a zone may hold and a query or a URL could trip over, and serials of which the
// second is the newer one (RFC 1982).
const (
	Zone      = "example.net"
	Slashed   = "0/25.2.0.192.in-addr.arpa"
	OldSerial = 1<<32 - 1
	NewSerial = 1
)

// Asked answers a query for a zone in the zone's manner, and any other in the manner of who.
func Asked(who Manner, zones map[string]Manner) Manner {
	return func(q *dnstest.Query) {
		if q.Type() == dnstest.SOA {
			zones[q.Name()](q)
		} else {
			who(q)
		}
	}
}

// Both gives both zones one manner.
func Both(m Manner) map[string]Manner { return map[string]Manner{Zone: m, Slashed: m} }

// Serving gives an SOA record with authority, and an identity by NSID if there is one.
func Serving(serial uint32, identity string) Manner {
	return dnstest.Says(func(d *dnstest.Draft) { d.SOA(serial, 0) }, by(identity))
}

// Cached gives an SOA record without authority.
func Cached(q *dnstest.Query) {
	dnstest.Says(func(d *dnstest.Draft) { d.SOA(NewSerial, 0) }, dnstest.NotAuthoritative)(q)
}

// Expired is what becomes of a zone that was not refreshed for long; the server tells its name.
func Expired(identity string) Manner {
	return dnstest.Says(dnstest.WithRcode(dnstest.ServFail), by(identity))
}

// by adds an identity by NSID, if there is one.
func by(identity string) func(d *dnstest.Draft) {
	return func(d *dnstest.Draft) {
		if identity != "" {
			d.NSID(identity)
		}
	}
}
