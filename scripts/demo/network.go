package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// site is a place where a cloud has an instance.
type site struct {
	code string
	name string        // what the instance calls itself
	away time.Duration // the round trip to it
}

// cloud is an anycast service: an address of each family, announced by all sites.
type cloud struct {
	name, operator string
	rule           string // how to read a site from an instance's name
	sites          []site // the nearest first: routing prefers it to begin with
	ipv4, ipv6     *address
	dead           net.Conn // a server that has gone; nil where all are well
}

// address answers with the identity of the site that routing prefers now.
type address struct {
	site   atomic.Pointer[site]
	conn   net.PacketConn
	server *dns.Server
	ended  chan error
}

// network is all that is played here.
type network struct{ clouds []*cloud }

func newNetwork(ipv6 bool) (*network, error) {
	n := &network{clouds: []*cloud{{
		name: "alpha", operator: "one", rule: `^ns[0-9]+\.([a-z]{3})\.`,
		sites: []site{
			{"LHR", "ns1.lhr.demo", 2 * time.Millisecond},
			{"JFK", "ns1.jfk.demo", 71 * time.Millisecond},
			{"NRT", "ns1.nrt.demo", 231 * time.Millisecond},
		},
	}, {
		name: "beta", operator: "two", rule: `^([a-z]{3})[0-9]+-`,
		sites: []site{
			{"ARN", "arn1-beta", 28 * time.Millisecond},
			{"SIN", "sin1-beta", 168 * time.Millisecond},
		},
	}}}
	for _, c := range n.clouds {
		if err := c.announce(ipv6); err != nil {
			return nil, errors.Join(err, n.close())
		}
	}
	// A connected socket takes its peer's datagrams alone: to others the port is closed, and nobody else gets it.
	dead, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9})
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	n.clouds[1].dead = dead
	return n, nil
}

func (c *cloud) announce(ipv6 bool) (err error) {
	if c.ipv4, err = listen("127.0.0.1:0", &c.sites[0]); err != nil || !ipv6 {
		return err
	}
	c.ipv6, err = listen("[::1]:0", &c.sites[0])
	return err
}

func listen(addr string, s *site) (*address, error) {
	conn, err := net.ListenPacket("udp", addr)
	if err != nil {
		return nil, err
	}
	a := &address{conn: conn, ended: make(chan error, 1)}
	a.site.Store(s)
	started := make(chan struct{})
	a.server = &dns.Server{PacketConn: conn, Handler: a, NotifyStartedFunc: func() { close(started) }}
	go func() { a.ended <- a.server.ActivateAndServe() }()
	select {
	case <-started: // before that it cannot be shut down
		return a, nil
	case err := <-a.ended:
		return nil, errors.Join(err, conn.Close())
	}
}

// ServeDNS names the site, by TXT and, if asked to, by NSID, once an answer could be back from there.
func (a *address) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	s := a.site.Load()
	r := new(dns.Msg).SetReply(q)
	header := dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassCHAOS}
	r.Answer = []dns.RR{&dns.TXT{Hdr: header, Txt: []string{s.name}}}
	if q.IsEdns0() != nil {
		r.SetEdns0(1232, false)
		r.IsEdns0().Option = []dns.EDNS0{
			&dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: hex.EncodeToString([]byte(s.name))},
		}
	}
	time.Sleep(s.away)
	w.WriteMsg(r) // who does not get it says so in the table
}

func (a *address) close() error {
	if a == nil {
		return nil
	}
	return errors.Join(a.server.Shutdown(), <-a.ended)
}

// servers returns the cloud's addresses as one writes them in plugin.conf.
func (c *cloud) servers() []string {
	list := []string{c.ipv4.conn.LocalAddr().String()}
	if c.ipv6 != nil {
		list = append(list, c.ipv6.conn.LocalAddr().String())
	}
	if c.dead != nil {
		list = append(list, c.dead.LocalAddr().String())
	}
	return list
}

func (n *network) close() (err error) {
	for _, c := range n.clouds {
		err = errors.Join(err, c.ipv4.close(), c.ipv6.close())
		if c.dead != nil {
			err = errors.Join(err, c.dead.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("end the clouds: %w", err)
	}
	return nil
}

func hasIPv6() bool {
	c, err := net.ListenPacket("udp", "[::1]:0")
	if err != nil {
		return false
	}
	c.Close()
	return true
}
