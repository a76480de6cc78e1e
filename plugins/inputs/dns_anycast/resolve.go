package dns_anycast

import (
	"time"
)

// arrival is what the wait for one family of a name brought.
type arrival struct {
	server *server
	family int
	lookup lookup
	ended  bool // else it did not come in time
}

// resolve waits for the first addresses of names and asks each family as soon as it has some; of those that have none it
// says so. A look-up is waited for until one timeout after it began, or to its end where rounds are patient. No name, and
// no family, waits for another one's.
func (r *round) resolve(open []*server) {
	come, waits := make(chan arrival, 2*len(open)), map[*server]int{}
	for _, s := range open {
		for i := range s.host.records {
			if s.host.awaited(i) {
				waits[s]++
				r.await(s, i, come)
			}
		}
		if waits[s] == 0 {
			r.unresolved(s)
		}
	}
	for len(waits) > 0 {
		a := <-come
		if a.ended {
			a.server.host.take(r.d, a.family, a.lookup)
			r.launch(r.d.targetsOf(a.server, a.family), 0)
		}
		if waits[a.server]--; waits[a.server] == 0 {
			delete(waits, a.server)
			r.unresolved(a.server)
		}
	}
}

// await waits for a look-up beside the caller.
func (r *round) await(s *server, family int, come chan<- arrival) {
	rec := &s.host.records[family]
	pending, late := rec.pending, (<-chan time.Time)(nil)
	if !r.d.Patient {
		late = time.After(time.Until(rec.asked.Add(time.Duration(r.d.Timeout))))
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
func (d *DNSAnycast) targetsOf(s *server, family int) (targets []*target) {
	s.build()
	for _, t := range s.targets {
		if index(t.addr.Addr()) == family {
			targets = append(targets, t)
		}
	}
	d.state.restore(targets)
	return targets
}

// unresolved says that a name has no address, or why those of one family are not known.
func (r *round) unresolved(s *server) {
	switch h := s.host; {
	case r.ctx.Err() != nil:
	case !h.resolved():
		r.tellUnresolved(s, "", h.reason())
	default:
		for i := range h.records {
			if why := h.unknown(i); why != "" {
				r.tellUnresolved(s, tagOf(i), familyTexts[i]+" "+why)
			}
		}
	}
}

// tellUnresolved ends each query that there would have been to one address.
func (r *round) tellUnresolved(s *server, family, reason string) {
	for _, transport := range s.transports {
		for _, zone := range append([]string{""}, s.zones...) {
			r.done <- unresolvedProbe(s, family, zone, transport, reason, time.Now())
		}
	}
}
