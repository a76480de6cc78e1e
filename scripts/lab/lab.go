//go:build linux

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
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

// site is a place that announces the service, the preferred one first: an edge, which is the place of
// that name, and behind it the host of the name server.
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

// host is the place of a site's name server.
func (s *site) host() string { return s.name + "-host" }

// inside is the number of the network between a site's edge and its host.
func (s *site) inside() int { return 10 + s.number }

// own is the address that no other site has, over IPv4.
func (s *site) own() string { return neighbour(s.inside())[0] }

// newLab makes the lab's directory and what will remove it.
func newLab(ecmp bool) (*lab, error) {
	dir, err := os.MkdirTemp(home, prefix)
	if err != nil {
		return nil, err
	}
	l := &lab{name: filepath.Base(dir), dir: dir, visitor: nstest.NewThread(), ecmp: ecmp}
	for _, s := range cloud {
		s.announced, s.serial = [2]bool{true, true}, 1
		l.sites = append(l.sites, &s)
	}
	if l.keeper, err = newKeeper(dir); err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	return l, nil
}

// namespace is the name of the network namespace of a place.
func (l *lab) namespace(place string) string { return l.name + "-" + place }

func (l *lab) configFile() string { return filepath.Join(l.dir, "plugin.conf") }

// start runs a daemon at a place, whose log is named after it.
func (l *lab) start(place, name string, cmd *exec.Cmd) (*process, error) {
	p, err := launch(l.visitor, l.namespace(place), l.dir, name, cmd)
	if err == nil {
		l.processes = append(l.processes, p)
	}
	return p, err
}

// end ends a daemon that should no longer run.
func (l *lab) end(p *process) {
	l.processes = slices.DeleteFunc(l.processes, func(q *process) bool { return p == q })
	p.end()
}

// crashed tells of a daemon that has ended though it should run.
func (l *lab) crashed() error {
	for _, p := range l.processes {
		if err := p.crashed(); err != nil {
			return err
		}
	}
	return nil
}

func (l *lab) close() error {
	for len(l.processes) > 0 {
		l.end(l.processes[0])
	}
	return l.keeper.close()
}
