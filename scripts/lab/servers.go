//go:build linux

package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
)

// home is where a site's server lives: at the addresses of the service and at the site's own.
func (l *lab) home(s *site) *daemons.Home {
	h := &daemons.Home{
		Dir: filepath.Join(l.dir, s.serverName()), UID: daemons.Nobody, GID: daemons.Nobody, Self: s.make.self(s.identity), Zones: s.make.zones,
	}
	for _, address := range []string{service[0], service[1], s.own()} {
		h.At = append(h.At, netip.AddrPortFrom(netip.MustParseAddr(address), 53))
	}
	return h
}

// startServer runs a site's name server, which reads its zone again on SIGHUP. It does not wait for
// it.
func (l *lab) startServer(s *site) error {
	h := l.home(s)
	if err := os.MkdirAll(h.Dir, 0o755); err != nil {
		return err
	}
	if err := os.Chown(h.Dir, h.UID, h.GID); err != nil {
		return err
	}
	if err := l.writeZone(s); err != nil {
		return err
	}
	cmd, err := h.Command(s.make.Kind, s.make.Binary)
	if err != nil {
		return err
	}
	s.server, err = l.start(s.host(), s.serverName(), cmd)
	return err
}

// awaitServer returns when a site's server answers at the site itself.
func (l *lab) awaitServer(ctx context.Context, s *site) error {
	return l.await(ctx, "an answer at "+s.name, func() error { return l.answered(s.host()) })
}

func (s *site) serverName() string { return s.name + "-" + s.make.Binary }

func (l *lab) writeZone(s *site) error {
	text := fmt.Sprintf("$ORIGIN %s.\n$TTL 60\n@ IN SOA ns root %d 3600 600 86400 60\n@ IN NS ns\nns IN A %s\n", zone, s.serial, service[0])
	return l.home(s).Write("zone", text)
}

// publish gives sites a new serial and returns when their servers answer with it.
func (l *lab) publish(ctx context.Context, serial uint32, sites []*site) error {
	for _, s := range sites {
		s.serial = serial
		if err := l.writeZone(s); err != nil {
			return err
		}
		if s.server == nil {
			continue // it will know when it starts
		}
		if err := s.server.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			return err
		}
		if err := l.await(ctx, fmt.Sprintf("serial %d at %s", serial, s.name), func() error { return l.serves(s) }); err != nil {
			return err
		}
	}
	return nil
}

// serves objects unless the site's server answers with its serial.
func (l *lab) serves(s *site) error {
	r, err := l.exchange(s.host(), service[0], new(dns.Msg).SetQuestion(zone+".", dns.TypeSOA))
	if err != nil {
		return err
	}
	for _, rr := range r.Answer {
		if soa, ok := rr.(*dns.SOA); ok && soa.Serial == s.serial {
			return nil
		}
	}
	return fmt.Errorf("it answers %v", r.Answer)
}
