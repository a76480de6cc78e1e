package rounds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// fault is one thing that is wrong with a target: what a table says where the whole outcome does
// not fit. Of a target with nothing wrong it is how its query went.
type fault struct {
	kind  kind
	about string // zones; empty: it is about the query for the identity
	cause string // empty: none is known
	rank  rank
}

// rank is how bad a fault is: the lower the worse.
type rank int

const (
	rankUnexpected rank = iota // an answer that is not expected
	rankSilent                 // no reply, or none that counts
	rankUnserved               // a zone is not served
	rankNameless               // a reply without a name
)

// mostZones of a fault are named, more are counted.
const mostZones = 3

// faults are what is wrong, the worst first.
func (r row) faults() (all []fault) {
	q := r.query
	own := fault{kind: kind{result: q.Result}, cause: causeOf(q), rank: rankNameless}
	if !q.Answered {
		own.rank = rankSilent
	}
	if q.Unexpected {
		f := fault{kind: unexpected, rank: rankUnexpected}
		if q.Result == dns_anycast.ResultSuccess {
			f.cause = own.cause
		}
		all = append(all, f)
	}
	for _, f := range r.zoneFaults() {
		switch {
		case f.kind != kindOf(q):
			all = append(all, f)
		case own.rank != rankSilent: // else nothing was to be expected of its zones
			own.kind, own.about, own.rank = f.kind, "also "+f.about, f.rank
		}
	}
	if q.Result != dns_anycast.ResultSuccess || len(all) == 0 {
		all = append(all, own)
	}
	slices.SortStableFunc(all, func(a, b fault) int { return cmp.Compare(a.rank, b.rank) })
	return all
}

// zoneFaults has one for each kind, with the zones that it is about.
func (r row) zoneFaults() (all []fault) {
	names := map[kind][]string{}
	for _, q := range r.unserved() {
		k := kindOf(q)
		if len(names[k]) == 0 {
			all = append(all, fault{kind: k, cause: causeOf(q), rank: rankUnserved})
		}
		names[k] = append(names[k], cells.Flat(q.Zone))
	}
	for i, f := range all {
		zones := names[f.kind]
		if all[i].about = strings.Join(zones, ", "); len(zones) > mostZones {
			all[i].about = fmt.Sprintf("%d zones", len(zones))
		}
	}
	return all
}

// remarks say the faults.
func (r row) remarks() (all table.Remarks) {
	for _, f := range r.faults() {
		all = append(all, table.Remark{Word: f.kind.String(), About: f.about, Cause: f.cause})
	}
	return all
}
