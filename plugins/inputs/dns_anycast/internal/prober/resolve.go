package prober

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// arrival is what the wait for one family of a name brought.
type arrival struct {
	server *Server
	family observation.Family
	lookup lookup
	ended  bool // else it did not come in time
}

// resolve waits for the first addresses of names and asks each family as soon as it has some; of
// those that have none it says so. A look-up is waited for until one timeout after it began, or to
// its end where rounds are patient. No name, and no family, waits for another one's. It returns
// targets of a family that this host has no route for.
func (r *round) resolve(open []*Server) (waiting []*Target) {
	come, waits := make(chan arrival, 2*len(open)), map[*Server]int{}
	for _, s := range open {
		for _, f := range observation.Families {
			if s.Host.awaited(f) {
				waits[s]++
				r.await(s, f, come)
			}
		}
		if waits[s] == 0 {
			r.unresolved(s)
		}
	}
	for len(waits) > 0 {
		a := <-come
		if a.ended {
			a.server.Host.record(r.log, a.family, a.lookup)
			asked, unrouted := r.split(r.targetsOf(a.server, a.family))
			r.launch(asked, 0)
			waiting = append(waiting, unrouted...)
		}
		if waits[a.server]--; waits[a.server] == 0 {
			delete(waits, a.server)
			r.unresolved(a.server)
		}
	}
	return waiting
}

// split tells the targets that are asked from those that wait.
func (r *round) split(targets []*Target) (asked, waiting []*Target) {
	r.routed.discover(targets)
	return r.routed.split(targets)
}

// await waits for a look-up beside the caller.
func (r *round) await(s *Server, family observation.Family, come chan<- arrival) {
	rec := &s.Host.records[family]
	pending, late := rec.pending, (<-chan time.Time)(nil)
	if !r.patient {
		late = time.After(time.Until(rec.asked.Add(r.timeout)))
	}
	r.wg.Go(func() {
		a := arrival{server: s, family: family}
		select {
		case a.lookup = <-pending:
			a.ended = true
		case <-late:
		case <-r.ctx.Done():
		}
		come <- a
	})
}

// targetsOf builds the targets of a name anew and returns those of one family.
func (r *round) targetsOf(s *Server, family observation.Family) (targets []*Target) {
	s.reconcile(r.roster)
	for _, t := range s.targets {
		if t.family() == family {
			targets = append(targets, t)
		}
	}
	return targets
}

// unresolved says that a name has no address, or why those of one family are not known.
func (r *round) unresolved(s *Server) {
	switch h := s.Host; {
	case r.ctx.Err() != nil:
	case !h.resolved():
		r.deliverUnresolved(s, observation.NoFamily, h.reason())
	default:
		for _, f := range observation.Families {
			if why := h.unknown(f); why != "" && r.routed.asks(f) {
				r.deliverUnresolved(s, f, f.Text()+" "+why)
			}
		}
	}
}

// deliverUnresolved ends each conversation that there would have been with one address.
func (r *round) deliverUnresolved(s *Server, family observation.Family, reason string) {
	for _, transport := range s.Transports {
		for _, zone := range append([]string{""}, s.Zones...) {
			r.done.add(delivered{conversation: unresolvedConversation(s, family, transport, zone, reason)})
		}
	}
	r.done.tell()
}

// unresolvedConversation is one that never began: with a name without an address, or with one family of
// it whose addresses are not known.
func unresolvedConversation(
	s *Server, family observation.Family, transport observation.Transport, zone, reason string,
) *conversation {
	return &conversation{Observation: &observation.Observation{
		Server: s.number, Target: observation.NoTarget,
		Transport: transport, Family: family, Zone: zone,
		Sent: time.Now().Round(0), Result: observation.Unresolved, Cause: reason,
	}}
}
