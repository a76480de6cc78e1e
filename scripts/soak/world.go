//go:build linux

package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// world is all name servers.
type world struct {
	ipv6      bool
	round     atomic.Int64 // the one under way, which decides where each server is
	clouds    []*cloud
	reference *cloud // of one server: the zone's primary
	elsewhere []*net.UDPConn
	next      byte
	err       error // the first one of building it
}

// cloud is one of plugin.conf.
type cloud struct {
	w       *world
	name    string
	site    string // rule
	zoned   bool
	expect  bool
	servers []*server
}

// target is one address × transport.
type target struct {
	*server
	cloud     *cloud
	addr      netip.AddrPort
	transport string
}

func (t target) want() want {
	if t.transport == "tcp" {
		return t.manner.tcp
	}
	return t.manner.udp
}

func (w *world) servers() (all []*server) {
	for _, c := range w.clouds {
		all = append(all, c.servers...)
	}
	return all
}

func (w *world) targets() (all []target) {
	for _, c := range w.clouds {
		for _, s := range c.servers {
			for _, a := range s.Addrs {
				all = append(all, target{s, c, a, "udp"}, target{s, c, a, "tcp"})
			}
		}
	}
	return all
}

// turn begins a round.
func (w *world) turn(round int) {
	w.round.Store(int64(round))
	for _, s := range w.servers() {
		s.forget()
	}
}

func (w *world) close() {
	for _, s := range append(w.servers(), w.reference.servers...) {
		if s.Server != nil {
			s.Close()
		}
	}
	for _, c := range w.elsewhere {
		c.Close()
	}
}

func (w *world) cloud(name, site string, zoned bool) *cloud {
	c := &cloud{w: w, name: name, site: site, zoned: zoned}
	w.clouds = append(w.clouds, c)
	return c
}

// ip is another address each time: Linux has all of 127.0.0.0/8 on lo.
func (w *world) ip() netip.Addr {
	w.next++
	return netip.AddrFrom4([4]byte{127, 77, 0, w.next})
}

// at adds a server at addresses, unless an earlier one failed.
func (c *cloud) at(m manner, ips ...netip.Addr) *server {
	s := &server{manner: m}
	c.servers = append(c.servers, s)
	if c.w.err == nil {
		c.w.err = s.listen(ips...)
	}
	return s
}

func (c *cloud) ipv4(m manner) { c.at(m, c.w.ip()) }

func (c *cloud) ipv6(m manner) {
	if c.w.ipv6 {
		c.at(m, netip.IPv6Loopback())
	}
}

// closed adds an address without a listener: the system hands out port 1 to no socket.
func (c *cloud) closed(ip netip.Addr, m manner) {
	absent := &dnstest.Server{Addrs: []netip.AddrPort{netip.AddrPortFrom(ip, 1)}}
	c.servers = append(c.servers, &server{Server: absent, text: absent.At(), manner: m})
}

// openElsewhere opens a socket at an address of its own, from which to reply.
func (w *world) openElsewhere() *net.UDPConn {
	from, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(w.ip(), 0)))
	if w.err = errors.Join(w.err, err); err == nil {
		w.elsewhere = append(w.elsewhere, from)
	}
	return from
}

// localhost is what the hosts file says; the DNS is not asked.
func localhost() (ips []netip.Addr) {
	r := net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("the hosts file alone is asked")
	}}
	ips, _ = r.LookupNetIP(context.Background(), "ip", "localhost")
	for i := range ips {
		ips[i] = ips[i].Unmap()
	}
	return ips
}
