//go:build unix

package dns_anycast

import (
	"fmt"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TestZoneFollows: two secondaries have what their primary publishes, until it is gone and the zone expires.
func TestZoneFollows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		primary, a, b zoneKind
		signed        bool
		from, to      uint32
		expires       bool
	}{
		{zoneKnot, zoneNSD, zoneBind, false, 7, 8, true},
		{zoneBind, zoneKnot, zoneNSD, false, 1<<32 - 1, 1, false},
		{zoneNSD, zoneBind, zoneKnot, false, 1<<32 - 1, 1, false},
		{zoneKnot, zoneNSD, zoneBind, true, 7, 20, false},
		{zoneBind, zoneKnot, zoneNSD, true, 7, 20, true},
	} {
		t.Run(fmt.Sprintf("%s, signed: %v", c.primary.Name, c.signed), func(t *testing.T) {
			t.Parallel()
			p := primaryWith(t, c.primary, zoneOf(c.from, 3600), source{Signed: c.signed})
			a, b := secondaryOf(t, c.a, p, 1), secondaryOf(t, c.b, p, 1)
			w := newZoneWatch(t, p, a, b)
			all := func(serial uint32) map[*authority]string {
				return map[*authority]string{p: inStep(serial), a: inStep(serial), b: inStep(serial)}
			}
			before := p.serial(t, c.signed, 0)
			w.awaits(t, all(before))
			a.serial(t, c.signed, 0)
			b.serial(t, c.signed, 0)
			p.publish(t, zoneOf(c.to, 3600))
			after := p.serial(t, c.signed, before)
			w.awaits(t, all(after))
			if !c.signed && (before != c.from || after != c.to) {
				t.Errorf("serials %d and %d, want %d and %d", before, after, c.from, c.to)
			}
			if c.expires {
				p.publish(t, zoneOf(c.to+20, 3))
				w.awaits(t, all(p.serial(t, c.signed, after)))
				p.stop(t)
				w.awaits(t, map[*authority]string{p: dead(), a: lapsed, b: lapsed})
			}
		})
	}
}

// TestZoneLate: one secondary has stopped looking at its primary, and one is restored from an old copy.
func TestZoneLate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		primary, still, stale zoneKind
		from, to              uint32
	}{
		{zoneKnot, zoneNSD, zoneBind, 7, 8},
		{zoneBind, zoneKnot, zoneNSD, 1<<32 - 1, 1},
		{zoneNSD, zoneBind, zoneKnot, 1<<32 - 1, 1},
	} {
		t.Run(fmt.Sprintf("%s stands still, %s is stale", c.still.Name, c.stale.Name), func(t *testing.T) {
			t.Parallel()
			old := zoneOf(c.from, 3600)
			p := primaryWith(t, c.primary, old, source{})
			still, stale := secondaryOf(t, c.still, p, 3600), secondaryOf(t, c.stale, p, 1)
			w := newZoneWatch(t, p, still, stale)
			w.awaits(t, map[*authority]string{p: inStep(c.from), still: inStep(c.from), stale: inStep(c.from)})
			w.newest = c.to
			p.publish(t, zoneOf(c.to, 3600))
			w.awaits(t, map[*authority]string{p: inStep(c.to), still: behind(c.from), stale: inStep(c.to)})
			stale.restore(t, old)
			w.awaits(t, map[*authority]string{p: inStep(c.to), still: behind(c.from), stale: behind(c.from)})
		})
	}
}

// TestZoneElsewhere: servers that delegate the zone, and servers that were never given it.
func TestZoneElsewhere(t *testing.T) {
	t.Parallel()
	const parent = "$TTL 60\n@ SOA ns root 5 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\nzone NS ns.zone\nns.zone A 127.0.0.1\n"
	for _, k := range []zoneKind{zoneBind, zoneNSD, zoneKnot} {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			a := primaryWith(t, k, parent, source{Parent: true})
			w := newZoneWatch(t, nil, a)
			w.awaits(t, map[*authority]string{a: referred})
			a.run(t, source{None: true})
			w.awaits(t, map[*authority]string{a: refusing})
		})
	}
}

// TestZoneCached: a resolver in an authority's place, whose cache stands still.
func TestZoneCached(t *testing.T) {
	t.Parallel()
	p := primaryWith(t, zoneKnot, zoneOf(7, 3600), source{})
	r := secondaryOf(t, zoneUnbound, p, 0)
	r.serial(t, false, 0)
	w := newZoneWatch(t, p, r)
	p.publish(t, zoneOf(8, 3600))
	w.awaits(t, map[*authority]string{p: inStep(8), r: fmt.Sprintf(cached, 7)})
}

// TestZoneSetBack: a primary publishes a serial by mistake, its secondaries take it, and all are set back by hand. For
// nine answers they are late, in the tenth round the mistake is forgotten.
func TestZoneSetBack(t *testing.T) {
	t.Parallel()
	const right, mistake = 7, 2000000000
	p := primaryWith(t, zoneNSD, zoneOf(right, 3600), source{})
	a, b := secondaryOf(t, zoneKnot, p, 1), secondaryOf(t, zoneBind, p, 1)
	w := newZoneWatch(t, p, a, b)
	all := func(says string) map[*authority]string { return map[*authority]string{p: says, a: says, b: says} }
	w.awaits(t, all(inStep(right)))
	p.publish(t, zoneOf(mistake, 3600))
	w.newest = mistake
	w.awaits(t, all(inStep(mistake)))

	p.stop(t)
	p.wipe(t)
	p.write(t, "zone.file", zoneOf(right, 3600))
	p.run(t, source{})
	for _, s := range []*authority{a, b} {
		s.stop(t)
		s.wipe(t)
		s.run(t, source{Primary: p.Port(), Refresh: 1})
		s.serial(t, false, 0)
	}
	for n := 1; n <= 10; n++ {
		want, lines := behind(right), 0
		if n == 10 {
			want, lines = inStep(right), 1
		}
		if wrong := w.ask(t, all(want)); len(wrong) > 0 || len(w.log.lines) != lines {
			t.Fatalf("round %d: said %q; %s", n, w.log.lines, strings.Join(wrong, "\n"))
		}
	}
	const line = "W! zone zone.example: serial 2000000000 was set back: all who answered it are at older ones, which count as the newest again"
	if w.log.lines[0] != line {
		t.Errorf("said %q, want %q", w.log.lines, line)
	}
}

// serial returns the serial that a server has, once it is another one than before and, if the zone is to be, signed.
func (a *authority) serial(t *testing.T, signed bool, before uint32) (serial uint32) {
	t.Helper()
	within(t, "newer serial at "+a.kind.Name, func() bool {
		q := new(dns.Msg).SetQuestion("zone.example.", dns.TypeSOA).SetEdns0(1232, true)
		r, _, err := new(dns.Client).Exchange(q, a.servers[0])
		if err != nil || len(r.Answer) == 0 || signed && len(r.Answer) < 2 {
			return false
		}
		soa, ok := r.Answer[0].(*dns.SOA)
		if ok {
			serial = soa.Serial
		}
		return ok && serial != before
	})
	return serial
}
