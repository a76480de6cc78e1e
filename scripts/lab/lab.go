//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

const (
	home   = "/run"
	prefix = "dns-anycast-lab-" // of the lab's directory there, and of its namespaces

	vantage = "vantage"
	router  = "router"

	patience = 20 * time.Second      // with what takes two seconds on a machine that has time
	pace     = 20 * time.Millisecond // of looking whether something is so by now
)

// What comes in pairs is by family: these are their names, and service is the addresses of the cloud.
var (
	families = [2]string{"4", "6"}
	service  = [2]string{"192.0.2.53", "2001:db8:53::53"}
)

// lab is a running cloud.
type lab struct {
	name      string
	dir       string
	visitor   nstest.Thread // goes into one namespace after the other
	keeper    *keeper
	processes []*process // those that should run
	sites     []*site
	ecmp      bool
}

// site is a place that announces the service, the preferred one first.
type site struct {
	name, identity string
	number         int // of its network and, from 64510, of its autonomous system
	make           nameserver
	announced      [2]bool // by family
	serial         uint32  // of its zone
	wire           *wire
	server         *process // nil while it is dead
}

// cloud is the sites as they are when nothing has happened yet.
var cloud = []site{
	{name: "lhr1", identity: "LHR1", number: 1, make: nsd},
	{name: "arn1", identity: "ARN1", number: 2, make: knot},
	{name: "yyz1", identity: "YYZ1", number: 3, make: bind},
}

// newLab makes the lab's directory and what will remove it.
func newLab(o options) (*lab, error) {
	dir, err := os.MkdirTemp(home, prefix)
	if err != nil {
		return nil, err
	}
	l := &lab{name: filepath.Base(dir), dir: dir, visitor: nstest.NewThread(), ecmp: o.ecmp}
	for _, s := range cloud {
		s.announced, s.serial = [2]bool{true, true}, 1
		l.sites = append(l.sites, &s)
	}
	if l.keeper, err = newKeeper(dir); err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	return l, nil
}

// up builds the lab and returns when it has converged.
func (l *lab) up(ctx context.Context, delays []time.Duration) error {
	if err := os.Chmod(l.dir, 0o755); err != nil { // the servers are not root
		return err
	}
	if err := os.WriteFile(l.configFile(), []byte(pluginConfig()), 0o644); err != nil {
		return err
	}
	if err := l.connect(delays); err != nil {
		return err
	}
	if err := l.startRouter(); err != nil {
		return err
	}
	for _, s := range l.sites {
		if err := l.startServer(s); err != nil {
			return err
		}
		if err := l.startSpeaker(s); err != nil {
			return err
		}
	}
	return l.converge(ctx)
}

// converge waits for all routes, for each server at its site, and for answers at the vantage point.
func (l *lab) converge(ctx context.Context) error {
	if err := l.settle(ctx); err != nil {
		return err
	}
	for _, s := range l.sites {
		if err := l.awaitServer(ctx, s); err != nil {
			return err
		}
	}
	return l.await(ctx, "answers at the vantage point", func() error { return l.answered(vantage) })
}

// await returns when so has no objection any more, or never will.
func (l *lab) await(ctx context.Context, what string, so func() error) error {
	deadline := time.Now().Add(patience)
	for {
		err := so()
		if err == nil {
			return nil
		}
		if crash := l.crashed(); crash != nil {
			return crash
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("wait %v for %s: %w", patience, what, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pace):
		}
	}
}

// answered objects unless the service answers over both families, as seen from a place. Any answer will do.
func (l *lab) answered(place string) error {
	for _, address := range service {
		if err := l.ask(place, address); err != nil {
			return err
		}
	}
	return nil
}

// ask asks for no name of the CHAOS class, of which BIND answers three a second.
func (l *lab) ask(place, address string) error {
	_, err := l.exchange(place, address, new(dns.Msg).SetQuestion(".", dns.TypeNS))
	return err
}

func (l *lab) exchange(place, address string, q *dns.Msg) (*dns.Msg, error) {
	var c net.Conn
	if err := l.visitor.In(l.namespace(place), func() (err error) {
		c, err = net.Dial("udp", net.JoinHostPort(address, "53"))
		return err
	}); err != nil {
		return nil, err
	}
	defer c.Close()
	client := dns.Client{Timeout: 2*longest + time.Second}
	r, _, err := client.ExchangeWithConn(q, &dns.Conn{Conn: c})
	return r, err
}

func (l *lab) close() error {
	for len(l.processes) > 0 {
		l.end(l.processes[0])
	}
	return l.keeper.close()
}

func (l *lab) configFile() string { return filepath.Join(l.dir, "plugin.conf") }

func pluginConfig() string {
	return fmt.Sprintf(`[[inputs.dns_anycast]]
  families = ["ipv4", "ipv6"]
  timeout = "1s"
  location = "LON"

  [[inputs.dns_anycast.cloud]]
    name = "lab"
    servers = ["%s", "%s"]
    site = '^([A-Z]{3})'
    places = "iata"
    sites = ["LHR", "ARN", "YYZ"]
    zone = "%s"
    reference = ["%s", "%s", "%s"]  # the sites' own addresses
`, service[0], service[1], zone, neighbour(1)[0], neighbour(2)[0], neighbour(3)[0])
}
