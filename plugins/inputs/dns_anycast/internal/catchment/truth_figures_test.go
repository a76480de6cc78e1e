package catchment_test

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

func number(all []*ballot, f func(b *ballot) bool) (n int64) {
	for _, b := range all {
		if f(b) {
			n++
		}
	}
	return n
}

func some(all []*ballot, f func(b *ballot) bool) (those []*ballot) {
	for _, b := range all {
		if f(b) {
			those = append(those, b)
		}
	}
	return those
}

// percentile is the least value that so many percent are not above.
func percentile(values []float64, percent float64) float64 {
	sort.Float64s(values)
	for i, v := range values {
		if float64(i+1) >= percent/100*float64(len(values))-1e-9 {
			return v
		}
	}
	panic("no values")
}

func values(all []*ballot, f func(b *ballot) (float64, bool)) (those []float64) {
	for _, b := range all {
		if v, ok := f(b); ok {
			those = append(those, v)
		}
	}
	return those
}

// put sets percentiles where there are values.
func (f fields) put(v []float64, names map[string]float64) {
	if len(v) == 0 {
		return
	}
	for name, percent := range names {
		f[name] = percentile(v, percent)
	}
}

func timesOf(all []*ballot) []float64 {
	return values(all, func(b *ballot) (float64, bool) {
		return float64(b.micros) / 1000, answered(&b.heard) && !b.isForeign && !b.out
	})
}

func inflations(all []*ballot) []float64 {
	return values(all, func(b *ballot) (float64, bool) { return b.inflation, b.known })
}

func different[K comparable](all []*ballot, f func(b *ballot) K) map[K]int {
	var zero K
	n := map[K]int{}
	for _, b := range all {
		if k := f(b); k != zero {
			n[k]++
		}
	}
	return n
}

// top is the key that most have, by the text of equals.
func top[K comparable](n map[K]int) (best K) {
	for k, count := range n {
		if c := n[best]; count > c || count == c && fmt.Sprintf("%09v", k) < fmt.Sprintf("%09v", best) {
			best = k
		}
	}
	return best
}

func siteOf(b *ballot) string {
	if !b.own || b.site == "none" {
		return ""
	}
	return b.site
}

// points are those of a window at an address, once listen and clock have heard it.
func (t *truth) points(a *address, results []heard) map[string]fields {
	all := t.votes(a, results)
	p := map[string]fields{"": t.total(a, all)}
	own := some(all, func(b *ballot) bool { return b.own })
	for _, b := range own {
		t.seen[a.key][b.site] = true
	}
	compared := number(own, func(b *ballot) bool { return b.from != "" }) > 0
	for site := range t.seen[a.key] {
		p["_site "+site] = t.site(a, site, own, compared)
	}
	for country, n := range different(all, func(b *ballot) string { return b.country }) {
		if n >= 5 {
			p["_country "+country] = group(a, some(all, func(b *ballot) bool { return b.country == country }))
		}
	}
	ases := different(all, func(b *ballot) int { return b.as })
	for as, n := range ases {
		if n < 5 {
			continue
		}
		more := 0
		for other, m := range ases {
			if m > n || m == n && other < as {
				more++
			}
		}
		if more < 200 {
			p[fmt.Sprint("_as ", as)] = group(a, some(all, func(b *ballot) bool { return b.as == as }))
		}
	}
	for i, f := range moves(own) {
		p[fmt.Sprintf("_move %d", i)] = f
	}
	if a.subject.Zone != "" {
		p["_zone "+a.subject.Zone] = t.zone(all)
	}
	return p
}

func (t *truth) total(a *address, all []*ballot) fields {
	is := func(what ...string) int64 {
		return number(all, func(b *ballot) bool { return slices.Contains(what, b.what) })
	}
	f := fields{
		"probes": int64(len(all)), "asked": int64(len(all)) - is("local"), "answered": is("own", "foreign", "mute", "cut"),
		"named": is("own"), "timeout": is("timeout"), "unreachable": is("unreachable"), "invalid": is("invalid"),
		"refused":   number(all, func(b *ballot) bool { return b.rcode == 5 }),
		"sites":     int64(len(different(all, siteOf))),
		"instances": int64(len(different(all, func(b *ballot) string { return strings.Repeat(b.name, map[bool]int{true: 1}[b.own]) }))),
		"misplaced": number(all, func(b *ballot) bool { return b.misplaced }),
		"late":      int64(1), "duplicates": int64(2), "unsynced": int64(3), "undecodable": int64(4),
	}
	if a.ruled {
		f["foreign"] = number(all, func(b *ballot) bool { return b.isForeign })
	}
	f.put(timesOf(all), map[string]float64{"p10_ms": 10, "p50_ms": 50, "p90_ms": 90, "p95_ms": 95})
	f.put(inflations(all), map[string]float64{"inflation_p50_ms": 50, "inflation_p90_ms": 90})
	if n := float64(len(inflations(all))); n > 0 {
		f["nearest_share"] = float64(number(all, func(b *ballot) bool { return b.nearest })) / n
		f["far_share"] = float64(number(all, func(b *ballot) bool { return b.inflation > 20 })) / n
	}
	if number(all, func(b *ballot) bool { return b.from != "" }) > 0 {
		f["moved"] = number(all, func(b *ballot) bool { return b.from != "" && b.from != b.site })
	}
	return f
}

func (t *truth) site(a *address, site string, own []*ballot, compared bool) fields {
	here := some(own, func(b *ballot) bool { return b.site == site })
	as := func(b *ballot) int { return b.as }
	f := fields{"probes": int64(len(here)), "share": float64(len(here)) / float64(len(own))}
	everywhere, atSite, share := different(own, as), different(here, as), 0.0
	for number, n := range atSite {
		share += float64(n) / float64(everywhere[number])
	}
	f["share_as"] = share / float64(len(everywhere))
	countries := different(here, func(b *ballot) string { return b.country })
	if len(atSite) > 0 || len(here) == 0 {
		f["asns"] = int64(len(atSite))
	}
	if len(countries) > 0 || len(here) == 0 {
		f["countries"] = int64(len(countries))
	}
	f.put(timesOf(here), map[string]float64{"p10_ms": 10, "p50_ms": 50, "p90_ms": 90})
	km := values(here, func(b *ballot) (float64, bool) { return b.km, b.known })
	if f.put(km, map[string]float64{"distance_p50_km": 50}); len(km) > 0 {
		f["nearest"] = number(here, func(b *ballot) bool { return b.nearest })
	}
	if compared {
		f["entered"] = number(here, func(b *ballot) bool { return b.from != "" && b.from != site })
		f["left"] = number(own, func(b *ballot) bool { return b.from == site && b.site != site })
	}
	if c, stands := find(a.cities, site); stands {
		f["latitude"], f["longitude"] = c.latitude, c.longitude
	}
	return f
}

func group(a *address, all []*ballot) fields {
	own := some(all, func(b *ballot) bool { return b.own })
	sites := different(own, siteOf)
	f := fields{
		"probes": int64(len(all)), "answered": number(all, func(b *ballot) bool { return answered(&b.heard) }),
		"sites": int64(len(sites)),
	}
	if a.ruled {
		f["foreign"] = number(all, func(b *ballot) bool { return b.isForeign })
	}
	f.put(timesOf(all), map[string]float64{"p50_ms": 50, "p90_ms": 90})
	if best := top(sites); best != "" {
		f["top_site"], f["top_share"] = best, float64(sites[best])/float64(len(own))
	}
	if n := float64(len(inflations(all))); n > 0 {
		f["nearest_share"] = float64(number(all, func(b *ballot) bool { return b.nearest })) / n
		f.put(inflations(all), map[string]float64{"inflation_p50_ms": 50})
	}
	return f
}

func moves(own []*ballot) (all []fields) {
	pairs := map[string][]*ballot{}
	for _, b := range own {
		if b.from != "" && b.from != b.site {
			pairs[b.from+" "+b.site] = append(pairs[b.from+" "+b.site], b)
		}
	}
	for pair, those := range pairs {
		if len(those) < 3 {
			continue
		}
		from, to, _ := strings.Cut(pair, " ")
		f := fields{"from": from, "to": to, "probes": int64(len(those))}
		if ases := different(those, func(b *ballot) int { return b.as }); len(ases) > 0 {
			f["asns"], f["top_asn"] = int64(len(ases)), int64(top(ases))
		}
		if country := top(different(those, func(b *ballot) string { return b.country })); country != "" {
			f["top_country"] = country
		}
		f.put(timesOf(those), map[string]float64{"after_ms": 50})
		f.put(values(those, func(b *ballot) (float64, bool) { return float64(b.fromMicros) / 1000, true }), map[string]float64{"before_ms": 50})
		all = append(all, f)
	}
	sort.Slice(all, func(i, j int) bool {
		order := func(f fields) string {
			return fmt.Sprintf("%09d %v %v", 1_000_000-f["probes"].(int64), f["from"], f["to"])
		}
		return order(all[i]) < order(all[j])
	})
	return all[:min(len(all), 50)]
}

func (t *truth) zone(all []*ballot) fields {
	said := some(all, func(b *ballot) bool { return b.own && b.rcode == 0 })
	newest := 0
	distinct := map[int]bool{}
	late := map[string]int{}
	var lags []float64
	for _, b := range said {
		newest, distinct[b.serial] = max(newest, b.serial), true
		if b.of.unsynced {
			continue
		}
		lag := 0.0
		for n, first := range t.first {
			if n > b.serial {
				lag = math.Max(lag, b.sent.Sub(first).Seconds())
			}
		}
		if lags = append(lags, lag); lag > 0 {
			late[b.site]++
		}
	}
	f := fields{
		"serials": int64(len(distinct)), "newest": int64(serials[newest]),
	}
	behind := 0
	for _, lag := range lags {
		if lag > 0 {
			behind++
		}
	}
	f["behind"] = int64(behind)
	delete(late, "none")
	if best := top(late); best != "" {
		f["top_behind_site"] = best
	}
	f.put(lags, map[string]float64{"lag_p50_s": 50, "lag_max_s": 100})
	return f
}
