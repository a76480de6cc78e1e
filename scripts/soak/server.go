//go:build linux

package main

import (
	"net/netip"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// server is an address with a manner.
type server struct {
	*dnstest.Server
	text string // in plugin.conf
	manner

	mu     sync.Mutex
	served []served // in the round under way
}

// served is when a query came and when its handler had ended.
type served struct {
	tcp, soa  bool
	got, done time.Time
}

// listen opens a port at addresses.
func (s *server) listen(ips ...netip.Addr) (err error) {
	at := make([]netip.AddrPort, len(ips))
	for i, ip := range ips {
		at[i] = netip.AddrPortFrom(ip, 0)
	}
	if s.Server, err = dnstest.Listen(s.noting(s.overUDP), s.noting(s.overTCP), at...); err == nil {
		s.text = s.At()
	}
	return err
}

// noting remembers a query beside what h does, so that what a slow server costs is not held against
// the command.
func (s *server) noting(h dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		e := served{tcp: q.TCP != nil, soa: q.Type() == dnstest.SOA, got: time.Now()}
		h(q)
		e.done = time.Now()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.served = append(s.served, e)
	}
}

func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served = s.served[:0]
}

// slow reports whether the server took its time over a query sent at a time, or over one that
// followed. It may still be about to read it.
func (s *server) slow(tcp, soa bool, sent time.Time) bool {
	for ; ; time.Sleep(timeout / 10) {
		slow, got := s.wasSlow(tcp, soa, sent)
		if got || time.Since(sent) > 3*timeout {
			return slow
		}
	}
}

func (s *server) wasSlow(tcp, soa bool, sent time.Time) (slow, got bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.served {
		if e.tcp == tcp && e.soa == soa && !e.got.Before(sent.Add(-clockSlip)) {
			slow, got = slow || e.done.Sub(sent) > timeout/2, true
		}
	}
	return slow, got
}
