package atlastest

import (
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// Named is a reply to name CH TXT, such as "hostname.bind", of an instance. edit may bend it; nil:
// it stays.
func Named(name, instance string, edit func(*dns.Msg)) []byte {
	m := question(name, dns.TypeTXT, dns.ClassCHAOS)
	m.Answer = []dns.RR{&dns.TXT{
		Hdr: dns.RR_Header{Name: m.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassCHAOS}, Txt: []string{instance},
	}}
	return pack(m, edit)
}

// Refused is a reply to name CH TXT that says no.
func Refused(name string) []byte {
	m := question(name, dns.TypeTXT, dns.ClassCHAOS)
	m.Rcode = dns.RcodeRefused
	return pack(m, nil)
}

// Zone is a reply to zone IN SOA, with an NSID; empty: without.
func Zone(zone string, serial uint32, nsid string, edit func(*dns.Msg)) []byte {
	m := question(zone, dns.TypeSOA, dns.ClassINET)
	m.Authoritative = true
	m.Answer = []dns.RR{&dns.SOA{
		Hdr: dns.RR_Header{Name: m.Question[0].Name, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 3600},
		Ns:  "ns1.example.", Mbox: "root.example.", Serial: serial, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: 60,
	}}
	if nsid != "" {
		AddNSID(m, nsid)
	}
	return pack(m, edit)
}

// AddNSID puts an NSID into a message (RFC 5001).
func AddNSID(m *dns.Msg, nsid string) {
	m.SetEdns0(1232, false)
	m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: hex.EncodeToString([]byte(nsid))})
}

func question(name string, kind, class uint16) *dns.Msg {
	m := new(dns.Msg)
	m.SetQuestion(dns.Fqdn(name), kind)
	m.Question[0].Qclass = class
	m.Response, m.RecursionDesired = true, false
	return m
}

func pack(m *dns.Msg, edit func(*dns.Msg)) []byte {
	if edit != nil {
		edit(m)
	}
	b, err := m.Pack()
	if err != nil {
		panic(fmt.Sprintf("pack a reply: %v", err))
	}
	return b
}

// Ask sends a probe's query for name CH TXT, or its SOA record, with NSID, and returns what came back
// and how long it took.
func Ask(server netip.AddrPort, name string, soa bool) (reply []byte, took time.Duration, err error) {
	m := question(name, dns.TypeTXT, dns.ClassCHAOS)
	if soa {
		m = question(name, dns.TypeSOA, dns.ClassINET)
	}
	m.Response = false
	AddNSID(m, "")
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(server))
	if err != nil {
		return nil, 0, err
	}
	defer c.Close()
	begun := time.Now()
	c.SetDeadline(begun.Add(5 * time.Second))
	if _, err := c.Write(pack(m, nil)); err != nil {
		return nil, 0, err
	}
	reply = make([]byte, 1<<16)
	n, err := c.Read(reply)
	return reply[:max(n, 0)], time.Since(begun), err
}
