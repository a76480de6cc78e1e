//go:build linux

package main

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// query is one identity query as both ends of the veth saw it, in ns of the kernel's clock; 0: not seen. It left after
// the near tap's stamp, which is taken before the driver, and before its arrival at the far end.
type query struct{ near, far, answered int64 }

// bounds returns what the true round trip time lies between.
func (q query) bounds() (least, most time.Duration) {
	return time.Duration(q.answered - q.far), time.Duration(q.answered - q.near)
}

// wire has the queries to each server in the order they left.
type wire map[netip.Addr][]query

// match puts together what belongs together: client and its port, server, ID.
func match(near, far []datagram) wire {
	type key struct {
		server netip.Addr
		client netip.AddrPort
		id     uint16
	}
	w, at := wire{}, map[key]*query{}
	var keys []key
	for _, d := range near {
		k := key{d.server, d.client, d.id}
		q := at[k]
		switch {
		case d.qtype != dns.TypeTXT:
		case !d.answer && q == nil:
			at[k] = &query{near: d.at}
			keys = append(keys, k)
		case d.answer && q != nil && q.answered == 0:
			q.answered = d.at
		}
	}
	for _, d := range far {
		if q := at[key{d.server, d.client, d.id}]; q != nil && !d.answer && q.far == 0 {
			q.far = d.at
		}
	}
	for _, k := range keys {
		w[k.server] = append(w[k.server], *at[k])
	}
	return w
}

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
