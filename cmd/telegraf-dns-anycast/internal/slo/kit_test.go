package slo

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// fleet is a month as a test makes it up, fed to a ledger as a reader does: by days, vantage points
// and targets.
type fleet struct {
	terms   Terms
	queries []asked
	more    func(*Ledger) // what else is fed
}

type asked struct {
	host   string
	target levels.Target
	minute int
	query  Query
}

// october is a fleet's of 31 days in which one vantage point makes a minute count.
func october() *fleet {
	return &fleet{terms: Terms{Month: monthOf("2026-10"), Profile: levels.ICANN, Minimum: 1}}
}

func monthOf(text string) Month {
	m, err := ParseMonth(text, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	return m
}

func (f *fleet) ask(host string, t levels.Target, minute int, q Query) {
	f.queries = append(f.queries, asked{host, t, minute, q})
}

// askOften is ask in n minutes from one on.
func (f *fleet) askOften(host string, t levels.Target, from, n int, q Query) {
	for minute := from; minute < from+n; minute++ {
		f.ask(host, t, minute, q)
	}
}

func (f *fleet) report() levels.Report {
	l := NewLedger(f.terms)
	slices.SortStableFunc(f.queries, func(a, b asked) int {
		return cmp.Or(cmp.Compare(a.host, b.host), levels.CompareTargets(a.target, b.target), cmp.Compare(a.minute, b.minute))
	})
	for day := range f.terms.Month.Days() {
		byHost := map[string]*HostDay{}
		for _, q := range f.queries {
			if q.minute < day.From || q.minute >= day.To {
				continue
			}
			if byHost[q.host] == nil {
				byHost[q.host] = l.HostDay(q.host, day)
			}
			byHost[q.host].Series(q.target).Query(q.minute, q.query)
		}
		for _, h := range byHost {
			h.End()
		}
		l.CloseDay(day)
	}
	if f.more != nil {
		f.more(l)
	}
	return l.Report()
}

// at is a target of a zone in cloud c.
func at(server, address, transport string) levels.Target {
	return levels.Target{Cloud: "c", Zone: "example.net", Server: server, Address: address, Family: "ipv4", Transport: transport}
}

var ns1, ns2 = at("ns1", "192.0.2.1", "udp"), at("ns2", "192.0.2.2", "udp")

// in is an answer within so many ms.
func in(ms float64) Query {
	return Query{Result: "success", Rcode: "NOERROR", Answered: true, Timed: true, TimeMS: ms}
}

func (q Query) connected(ms float64) Query {
	q.Connected, q.ConnectedMS = true, ms
	return q
}

var timeout = Query{Result: "timeout"}

// rowOf is that of an address.
func rowOf(t *testing.T, r levels.Report, target levels.Target) levels.AddressRow {
	t.Helper()
	for _, a := range r.Addresses {
		if a.Target() == target {
			return a
		}
	}
	t.Fatalf("no row of %v among %d", target, len(r.Addresses))
	return levels.AddressRow{}
}

// is reports whether a value that may lack is there and as wanted.
func is[V comparable](got *V, want V) bool { return got != nil && *got == want }
