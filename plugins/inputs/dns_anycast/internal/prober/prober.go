// Package prober asks name servers which of their instances answers, and for the SOA records of
// zones. It knows when and how to ask, and nothing of sites, verdicts or points: what comes of it
// is an observation.
//
// Reading order: prober.go (all targets once), target.go (a server becomes targets), usual.go (how
// long its answers take), launch.go (targets become exchanges), schedule.go, semaphore.go and worker.go
// (which leaves when), delivery.go and spares.go (what becomes of them), conversation.go (one target once: the
// main path), reply.go, edns.go and failure.go (what a reply says, also of EDNS, and what none says),
// hosts.go and lookup.go (names become addresses), resolve.go (names that a round waits for),
// routed.go (families that are asked), path.go (the way to one target).
package prober

import (
	"cmp"
	"context"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Prober asks servers in rounds, which must not overlap. Fill its fields, then call Start, and Close
// behind the last round.
type Prober struct {
	Options
	Log
	Servers []*Server
	Seed    string     // makes the order of targets another than that of other hosts
	Lookup  LookupFunc // nil: the hosts file, then the DNS
	Sockets int        // most at a time; zero: as many as this process may have
	Lookups int        // most at a time of each family; zero: as many as this process may have

	sockets  semaphore
	resolver resolver
	roster   *roster
	routed   *routed
	keeper   *exchange.Keeper // nil: there was no round yet, or nothing can be held
	worker   worker           // nil: there was no round yet
	ended    time.Time        // the round before
}

// Start makes the targets of addresses. It opens no socket and looks nothing up.
func (p *Prober) Start() {
	p.resolver.ask = p.Lookup
	if p.Lookup == nil {
		p.resolver.ask = lookupNetIP
	}
	for i := range p.resolver.turns {
		p.resolver.turns[i] = make(semaphore, cmp.Or(p.Lookups, exchange.MaxLookups()/2, 1))
	}
	p.sockets = make(semaphore, cmp.Or(p.Sockets, exchange.MaxSockets()))
	p.roster = &roster{seed: p.Seed}
	p.routed = newRouted(&p.Options, p.Log)
	for i, s := range p.Servers {
		s.number = int32(i)
		if s.Host != nil {
			s.Host.families = s.Families
		}
		s.reconcile(p.roster)
	}
}

// Close ends what lasts from round to round. No round may run.
func (p *Prober) Close() {
	if p.keeper != nil {
		p.keeper.Close()
		p.keeper = nil
	}
	if p.worker != nil {
		close(p.worker)
		p.worker = nil
	}
}

// Begin waits until a round may begin, and returns when that is.
func (p *Prober) Begin(ctx context.Context) time.Time {
	p.prepare()
	pause(ctx, time.Until(p.ended.Add(quickSpacing)))
	return time.Now()
}

// Round asks every target, behind Begin, and delivers, from the calling goroutine, each observation as its
// conversation ends. It returns when all have ended, within the spread, twice the timeout, and 350
// ms for each query to a target beyond the first, as long as there are descriptors for all sockets
// at once; when ctx is done it returns at once, and the queries that have no result by then are not
// delivered. What is delivered is valid during the call.
func (p *Prober) Round(ctx context.Context, began time.Time, deliver func(*observation.Observation)) {
	asked, zoneOnly, open := p.ready(ctx, began)
	over := p.spread(len(asked))
	r := p.newRound(ctx, began, over > 0)
	p.worker <- func() { r.moments.Run(ctx) }
	p.routed.look(asked, zoneOnly)
	r.ask(asked, zoneOnly, open, over)
	go func() {
		r.wg.Wait()
		r.moments.Close()
		r.done.close()
	}()
	r.done.all(deliver)
	p.ended = time.Now()
}

// ask starts all that a round asks. Targets of a family without a route are the last of all: by then
// it is known whether the other one has one.
func (r *round) ask(targets, zoneOnly []*Target, open []*Server, over time.Duration) {
	targets, waiting := r.routed.split(targets)
	zoneOnly, zonesWaiting := r.routed.split(zoneOnly)
	if len(waiting)+len(zonesWaiting)+len(open) > 0 {
		r.wg.Go(func() {
			waiting = append(waiting, r.resolve(open)...)
			if asked := r.routed.missed(waiting); len(asked) > 0 {
				r.launch(asked, over)
			}
			if asked := r.routed.missed(zonesWaiting); len(asked) > 0 {
				r.launchZones(inOrder(asked), over)
			}
		})
	}
	r.launch(targets, over)
	r.launchZones(inOrder(zoneOnly), over)
}

func (p *Prober) newRound(ctx context.Context, began time.Time, spread bool) *round {
	s := &spares{}
	return &round{
		schedule: schedule{
			ctx: ctx, began: began, phase: p.roster.phase(),
			timeout: p.Timeout, patient: p.Patient, sockets: p.sockets,
			moments: exchange.NewMoments(p.keeper, spread),
		},
		options: &p.Options, roster: p.roster, routed: p.routed, log: p.Log, spares: s, done: newDelivery(s),
	}
}

// prepare begins what lasts from round to round. Where the kernel's receive stamping cannot be held
// on, the round's sockets cannot be opened either, which say why.
func (p *Prober) prepare() {
	if p.keeper == nil {
		p.keeper, _ = exchange.HoldTimestamps()
	}
	if p.worker == nil {
		p.worker = newWorker()
	}
}

// ready takes in what look-ups brought and returns the targets that can be asked now, those that
// are asked for zones alone, and the servers of whose names more is to be told than that.
func (p *Prober) ready(ctx context.Context, now time.Time) (asked, zoneOnly []*Target, open []*Server) {
	p.roster.beginRound()
	asked = make([]*Target, 0, len(p.Servers))
	for _, s := range p.Servers {
		if s.Host != nil {
			s.Host.refresh(ctx, &p.resolver, p.Log, now)
			s.reconcile(p.roster)
			if !s.Host.complete() {
				open = append(open, s)
			}
		}
		if len(s.Names) == 0 {
			zoneOnly = append(zoneOnly, s.targets...)
		} else {
			asked = append(asked, s.targets...)
		}
	}
	return asked, zoneOnly, open
}
