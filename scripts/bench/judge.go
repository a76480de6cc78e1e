//go:build linux

package main

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// report is what a program says about one query.
type report struct {
	server netip.Addr
	at     int64         // the point's time stamp, ns
	took   time.Duration // 0: no answer
}

// parseReports reads the line protocol of a round. Points about anything else than a server's identity are left out.
func parseReports(text []byte) (reports []report, err error) {
	points, err := execdtest.Points(text)
	for _, p := range points {
		if p.Name != "dns_anycast" && p.Name != "dns_query" && p.Name != "sequential" && p.Name != "floor" {
			continue
		}
		server, err := netip.ParseAddr(p.Tags["server"])
		if err != nil {
			return nil, err
		}
		ms, _ := p.Fields["query_time_ms"].(float64)
		reports = append(reports, report{server, p.Time.UnixNano(), time.Duration(math.Round(ms * 1e6))})
	}
	return reports, err
}

// verdict is what reports are worth against the wire.
type verdict struct {
	probes   int             // reports, and queries that nothing was reported of
	errors   []time.Duration // how far each reported time is outside of its bounds; never negative
	widths   []time.Duration // of these bounds
	missed   int             // answered in time on the wire, not reported so
	invented int             // reported, with no such answer or no such query on the wire
	unasked  int             // reported without an answer, and no query on the wire
}

// judge compares the reports of one round. The k-th about a server is about the k-th query to it.
func (v *verdict) judge(w wire, reports []report, timeout time.Duration) {
	said := map[netip.Addr][]report{}
	for _, r := range reports {
		said[r.server] = append(said[r.server], r)
	}
	for server, rs := range said {
		slices.SortStableFunc(rs, func(a, b report) int { return cmp.Compare(a.at, b.at) })
		for k, r := range rs {
			if k < len(w[server]) {
				v.judgeOne(w[server][k], r.took, timeout)
			} else {
				v.judgeOne(query{}, r.took, timeout)
			}
		}
	}
	for server, qs := range w {
		for k := len(said[server]); k < len(qs); k++ {
			v.judgeOne(qs[k], 0, timeout)
		}
	}
}

func (v *verdict) judgeOne(q query, took, timeout time.Duration) {
	least, most := q.bounds()
	asked, answered := q.near != 0 && q.far != 0, q.answered != 0
	v.probes++
	switch {
	case took > 0 && !(asked && answered):
		v.invented++
	case took > 0:
		v.errors = append(v.errors, max(0, least-took, took-most))
		v.widths = append(v.widths, most-least)
	case answered && most < timeout:
		v.missed++
	case q.near == 0:
		v.unasked++
	}
}

// quantile of a list, which it sorts. 1 is the largest.
func quantile[T cmp.Ordered](list []T, q float64) (v T, ok bool) {
	if len(list) == 0 {
		return v, false
	}
	slices.Sort(list)
	return list[min(len(list)-1, int(q*float64(len(list))))], true
}
