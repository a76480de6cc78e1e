package main

import (
	"encoding/hex"
	"net"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

// serve runs a UDP server on addr, such as "127.0.0.1:0", until the test ends, and returns where it listens. What
// answer makes of a datagram goes back to its sender, in order.
func serve(t *testing.T, addr string, answer func(q []byte) [][]byte) netip.AddrPort {
	t.Helper()
	c, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { c.Close(); <-ended })
	go func() {
		defer close(ended)
		b := make([]byte, 65535)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			for _, reply := range answer(b[:n]) {
				c.WriteTo(reply, from) // a sender that is gone wants no reply
			}
		}
	}()
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

// named answers every identity question with a TXT record, and with NSID if it was asked for. What is no query gets
// no reply.
func named(identity string) func([]byte) [][]byte {
	return func(q []byte) [][]byte {
		var m dns.Msg
		if m.Unpack(q) != nil || len(m.Question) != 1 {
			return nil
		}
		var r dns.Msg
		r.SetReply(&m)
		r.Answer = []dns.RR{&dns.TXT{
			Hdr: dns.RR_Header{Name: m.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassCHAOS},
			Txt: []string{identity},
		}}
		if m.IsEdns0() != nil {
			opt := &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT}}
			opt.SetUDPSize(1232)
			opt.Option = []dns.EDNS0{&dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: hex.EncodeToString([]byte(identity))}}
			r.Extra = []dns.RR{opt}
		}
		b, err := r.Pack()
		if err != nil {
			return nil
		}
		return [][]byte{b}
	}
}
