package prober

import (
	"net/netip"
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// routesAsked is for how many addresses of a family the route table is asked in a round: 10 us
// each. Of more than that the others follow in later rounds.
const routesAsked = 64

// routed is which families this host has had a route for since the process began. One that it has
// had is asked for good: a route that goes away is a fault, which is to be told.
type routed struct {
	on  bool // else all families are asked
	log Log
	of  [len(observation.Families)]routedFamily
}

// routedFamily is one family.
type routedFamily struct {
	has  bool           // there was a route, or the configuration says what to ask from
	lost bool           // and there is none now
	said bool           // that it is not asked
	via  netip.AddrPort // to which there was one; invalid: none yet
	next int            // which address is looked at next
}

func newRouted(o *Options, log Log) *routed {
	r := &routed{on: o.Routed, log: log}
	for f, source := range o.Sources {
		r.of[f].has = source.IsValid()
	}
	return r
}

// asks reports whether a family is asked. Where there is no route over any family all are: that is
// a host whose uplink is dead.
func (r *routed) asks(f observation.Family) bool {
	return !r.on || f == observation.NoFamily || r.of[f].has || r.none()
}

func (r *routed) none() bool {
	return !slices.ContainsFunc(r.of[:], func(f routedFamily) bool { return f.has })
}

// look asks the route table about targets, of families that had a route as well: once a round.
func (r *routed) look(asked, zoneOnly []*Target) {
	if !r.on {
		return
	}
	targets := slices.Concat(asked, zoneOnly)
	for _, f := range observation.Families {
		if of := &r.of[f]; of.via.IsValid() {
			r.watch(f, exchange.Routed(of.via) || of.find(targets, f))
		}
	}
	r.discover(targets)
}

// watch tells when the route over a family goes away, and when there is one again.
func (r *routed) watch(f observation.Family, there bool) {
	of := &r.of[f]
	switch {
	case of.lost && there:
		r.log.Infof("this host has a route over %s again", f.Text())
	case !of.lost && !there:
		r.log.Warnf("this host has no route over %s any more, which is asked all the same: "+
			"its points say local", f.Text())
	}
	of.lost = !there
}

// discover looks for routes over families that have had none.
func (r *routed) discover(targets []*Target) {
	for _, f := range observation.Families {
		of := &r.of[f]
		if !r.on || of.has || !of.find(targets, f) {
			continue
		}
		of.has = true
		if of.said {
			of.said = false
			r.log.Infof("%s is asked from now on: this host has a route", f.Text())
		}
	}
}

// find reports whether there is a route to one of the targets of a family.
func (of *routedFamily) find(targets []*Target, f observation.Family) bool {
	all := addressesOf(targets, f)
	for range min(len(all), routesAsked) {
		of.next = (of.next + 1) % len(all)
		if a := all[of.next]; exchange.Routed(a) {
			of.via = a
			return true
		}
	}
	return false
}

// addressesOf are the addresses of a family that say whether this host has a route over it.
func addressesOf(targets []*Target, f observation.Family) (all []netip.AddrPort) {
	for _, t := range targets {
		if t.family() == f && !near(t.addr.Addr()) {
			all = append(all, t.addr)
		}
	}
	return all
}

// near are addresses of this host and of its links: a route to one of them tells of no other.
func near(a netip.Addr) bool { return a.IsLoopback() || a.IsLinkLocalUnicast() }

// split tells the targets that are asked from those of a family without a route, which wait until
// it is known of the other family.
func (r *routed) split(targets []*Target) (asked, waiting []*Target) {
	if !r.on {
		return targets, nil
	}
	for _, t := range targets {
		if near(t.addr.Addr()) || r.of[t.family()].has {
			asked = append(asked, t)
		} else {
			waiting = append(waiting, t)
		}
	}
	return asked, waiting
}

// missed are those that waited and are asked all the same. Of the others it says once that they are
// not.
func (r *routed) missed(waiting []*Target) (asked []*Target) {
	for _, t := range waiting {
		f := t.family()
		if r.asks(f) {
			asked = append(asked, t)
			continue
		}
		if of := &r.of[f]; !of.said {
			of.said = true
			r.log.Infof("%s is not asked: this host has no route over it, and families = %q",
				f.Text(), "auto")
		}
	}
	return asked
}

// Asks reports whether a family is asked, by the host's routes; known is whether these decide, which
// they do once there has been one over any family.
func (p *Prober) Asks(f observation.Family) (yes, known bool) {
	return p.routed.asks(f), p.routed.on && !p.routed.none()
}
