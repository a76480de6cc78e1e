package rounds

import (
	"cmp"
	"slices"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// Paths are those that were traced behind a round, of its targets over UDP. It is made by NewPaths.
type Paths struct {
	Host string // that traced them; empty: not known
	Hops int    // most of a path

	positions  map[dns_anycast.TargetKey]int // of targets over UDP, in the order of the round
	streams    int                           // targets over TCP
	unresolved []*dns_anycast.QueryRow       // names, or families of them, without an address
	all        []*path                       // as they came
}

// path is one, with its hops.
type path struct {
	*dns_anycast.PathRow
	points []telegraf.Metric     // its own first
	hops   []*dns_anycast.HopRow // that of hop 1 first; nil: silent. Silence at the end is left out
	full   *dns_anycast.HopRow   // who spoke to the full TTL alone; nil: nobody, or it was not sent
}

// NewPaths begins with none, of a round that has been sorted.
func NewPaths(r *Round) *Paths {
	ps := &Paths{positions: map[dns_anycast.TargetKey]int{}}
	known := map[dns_anycast.TargetKey]bool{}
	for _, row := range r.rows() {
		q := row.query
		switch k := q.TargetKey; {
		case k.Transport != dns_anycast.TransportUDP:
			if !known[k] && k.Address != "" {
				ps.streams++
			}
		case k.Address == "":
			ps.unresolved = append(ps.unresolved, q)
		case !known[k]:
			ps.positions[k] = len(ps.positions)
		}
		known[q.TargetKey] = true
	}
	return ps
}

// Wanted is how many there are to trace.
func (ps *Paths) Wanted() int { return len(ps.positions) }

// Traced is how many have come.
func (ps *Paths) Traced() int { return len(ps.all) }

// Add takes in a point: that of a path comes before those of its hops, and theirs before the next
// path's.
func (ps *Paths) Add(row dns_anycast.Row) {
	if row.Path != nil {
		ps.all = append(ps.all, &path{PathRow: row.Path, points: []telegraf.Metric{row.Metric}})
	}
	if row.Hop != nil && len(ps.all) > 0 {
		ps.all[len(ps.all)-1].add(row)
	}
}

func (p *path) add(row dns_anycast.Row) {
	p.points = append(p.points, row.Metric)
	h := row.Hop
	if h.Number == 0 {
		p.full = h
		return
	}
	for len(p.hops) < h.Number {
		p.hops = append(p.hops, nil)
	}
	p.hops[h.Number-1] = h
}

// Points are those of each path in the order of the round, followed by those of its hops.
func (ps *Paths) Points() (all []telegraf.Metric) {
	for _, p := range ps.sorted() {
		all = append(all, p.points...)
	}
	return all
}

func (ps *Paths) sorted() []*path {
	return slices.SortedStableFunc(slices.Values(ps.all), func(a, b *path) int {
		return cmp.Compare(ps.positions[a.TargetKey], ps.positions[b.TargetKey])
	})
}

// last is the last hop that spoke; nil: none.
func (p *path) last() *dns_anycast.HopRow {
	if p.full != nil || len(p.hops) == 0 {
		return p.full
	}
	return p.hops[len(p.hops)-1]
}

// isServer reports whether a hop, from 1 on, is the server, by its own answer.
func (p *path) isServer(hop int) bool { return p.Reached && !p.Far && hop == len(p.hops) }

// isLoop reports whether a router comes again and again.
func (p *path) isLoop() bool {
	const most = 2 // times: some routers speak for the one behind them
	times := map[string]int{}
	for _, h := range p.hops {
		if h != nil {
			times[h.Address]++
		}
	}
	for _, n := range times {
		if n > most {
			return true
		}
	}
	return false
}
