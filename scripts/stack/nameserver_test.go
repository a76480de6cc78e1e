package stack

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// manner is how a name server answers a query.
type manner func(w dns.ResponseWriter, q *dns.Msg)

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
	udp, tcp := listenBoth(t, ip)
	s.addr = udp.LocalAddr().String()
	for _, d := range []*dns.Server{{PacketConn: udp, Handler: s}, {Listener: tcp, Handler: s}} {
		ready, ended := make(chan struct{}), make(chan struct{})
		d.NotifyStartedFunc = func() { close(ready) }
		go func() { d.ActivateAndServe(); close(ended) }()
		<-ready
		t.Cleanup(func() { d.Shutdown(); <-ended })
	}
	return s
}

// listenBoth takes a port that is free for UDP and TCP alike.
func listenBoth(t *testing.T, ip string) (net.PacketConn, net.Listener) {
	t.Helper()
	var all error
	for range 10 {
		udp, err := net.ListenPacket("udp", net.JoinHostPort(ip, "0"))
		if err != nil {
			t.Fatal(err)
		}
		tcp, err := net.Listen("tcp", udp.LocalAddr().String())
		if err == nil {
			return udp, tcp
		}
		udp.Close()
		all = errors.Join(all, err)
	}
	t.Fatal(all)
	return nil, nil
}

// turn changes how the server answers from now on.
func (s *nameServer) turn(m manner) { s.manner.Store(&m) }

func (s *nameServer) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	if w.LocalAddr().Network() == "udp" && q.Question[0].Qclass == dns.ClassCHAOS {
		s.queries.Add(1)
	}
	(*s.manner.Load())(w, q)
}

// named gives an identity, by TXT and by NSID, after a time that stands for distance.
func named(identity string, away time.Duration) manner {
	return func(w dns.ResponseWriter, q *dns.Msg) {
		r := new(dns.Msg).SetReply(q)
		header := dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassCHAOS}
		r.Answer = []dns.RR{&dns.TXT{Hdr: header, Txt: []string{identity}}}
		addNSID(r, q, identity)
		time.Sleep(away)
		w.WriteMsg(r)
	}
}

func silent(dns.ResponseWriter, *dns.Msg) {}

func refused(w dns.ResponseWriter, q *dns.Msg) {
	w.WriteMsg(new(dns.Msg).SetRcode(q, dns.RcodeRefused))
}

func hidden(w dns.ResponseWriter, q *dns.Msg) { w.WriteMsg(new(dns.Msg).SetReply(q)) }

func cut(w dns.ResponseWriter, q *dns.Msg) {
	r := new(dns.Msg).SetReply(q)
	r.Truncated = true
	w.WriteMsg(r)
}

func garbage(w dns.ResponseWriter, _ *dns.Msg) { w.Write([]byte("not DNS")) }

// closed is an address where nothing listens, over UDP or TCP.
const closed = "127.0.0.1:1"

// nowhere is a name that has no address, which Go's resolver knows without a packet (RFC 7686).
const nowhere = "ns1.example.onion"
