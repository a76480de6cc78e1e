package dns_anycast

import (
	"context"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/agenda"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/trace"
)

// TraceSupported is whether paths can be traced on this system.
const TraceSupported = trace.Supported

// TracePaths traces the path to every UDP target that the last round has asked, a few at a time, and
// emits, from the calling goroutine, the points of each as its trace ends. It returns when all have
// ended, or ctx is done. No round may run.
func (d *DNSAnycast) TracePaths(ctx context.Context, emit func(telegraf.Metric)) {
	m := d.monitor
	t := newTracer(ctx, 0, m.trace, make(chan struct{}, 1))
	defer t.end()
	t.add(m.traceable())
	for ctx.Err() == nil {
		idle := t.idle() // before what it has found is taken
		m.tell(t.take(), func(p *point.Point) { emit(p.Metric()) })
		if idle {
			return
		}
		select {
		case <-t.arrived:
		case <-ctx.Done():
		}
	}
}

func (m *monitor) trace(ctx context.Context, target int) *observation.Path {
	return m.prober.Trace(ctx, target, m.traceHops)
}

// traceable are the UDP targets that the last round has asked.
func (m *monitor) traceable() (targets []*agenda.Entry) {
	for number, p := range m.paths {
		if p != nil && p.asked == m.rounds && p.transport == observation.UDP {
			targets = append(targets, p.traceEntry(number))
		}
	}
	return targets
}

// traceEntry is a UDP target's among those that are traced.
func (p *path) traceEntry(number int) *agenda.Entry {
	if p.entry == nil {
		p.entry = &agenda.Entry{Target: number}
	}
	return p.entry
}

// traceChange has the path to a target traced whose site has changed.
func (m *monitor) traceChange(p *path, number int) {
	if m.tracer != nil && p.transport == observation.UDP {
		m.tracer.changed(p.traceEntry(number))
	}
}

// tellTraced emits what has been traced beside rounds.
func (m *monitor) tellTraced(emit func(*point.Point)) {
	if m.tracer != nil {
		m.tell(m.tracer.take(), emit)
	}
}

// tell emits the points of paths. That of a target which is no more is left out.
func (m *monitor) tell(found []*observation.Path, emit func(*point.Point)) {
	var made point.Point
	for _, o := range found {
		p := m.paths[o.Target]
		if p.addr != o.Addr || p.server != &m.servers[o.Server] {
			continue
		}
		labels, judged := p.labels(), p.Path.Trace(o, time.Now())
		m.warnOfNames(p.server.cloud, judged.FirstFull)
		numbers := m.numbersOf(o.Hops)
		emit(made.Path(labels, &judged, numbers))
		for i := range o.Hops {
			if h := &o.Hops[i]; !h.Silent() {
				emit(made.Hop(labels, o, h, numbers[i]))
			}
		}
	}
}

// numbersOf are the AS numbers of hops; zero: not known.
func (m *monitor) numbersOf(hops []observation.Hop) []uint32 {
	numbers := make([]uint32, len(hops))
	if m.numbers == nil {
		return numbers
	}
	if err := m.numbers.Refresh(); err != nil {
		m.log.Warnf("as_database: %v: what was read before holds", err)
	}
	for i := range hops {
		if !hops[i].Silent() {
			numbers[i] = m.numbers.Number(hops[i].Addr)
		}
	}
	return numbers
}
