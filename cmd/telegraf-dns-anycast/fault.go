package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// fault is one thing that is wrong with a target: what a table says where the whole outcome does
// not fit.
type fault struct {
	word  string // "no_soa", "rcode_error SERVFAIL", "not expected"
	about string // zones; empty: it is about the query for who answers
	cause string // empty: none is known
	rank  int    // the lower the worse
}

const (
	strange  = iota // somebody answers who is not expected
	silent          // no reply, or none that counts
	unserved        // a zone is not served
	nameless        // a reply without a name
)

// mostZones of a fault are named, more are counted.
const mostZones = 3

// faults are what is wrong, the worst first; of a target with nothing wrong, how its query went.
func (t shown) faults() (all []fault) {
	m := t.point
	own := fault{word: tag(m, "result"), cause: causeOf(m), rank: nameless}
	if !isAnswered(m) {
		own.rank = silent
	}
	if isUnexpected(m) {
		f := fault{word: "not expected", rank: strange}
		if own.word == "success" {
			f.cause = own.cause
		}
		all = append(all, f)
	}
	word := withRcode(m, own.word)
	for _, f := range t.zoneFaults() {
		if f.word != word {
			all = append(all, f)
			continue
		}
		if own.rank == silent { // nothing else was to be expected of its zones
			continue
		}
		own.word, own.about, own.rank = word, "also "+f.about, f.rank
	}
	if own.word != "success" || len(all) == 0 {
		all = append(all, own)
	}
	slices.SortStableFunc(all, func(a, b fault) int { return cmp.Compare(a.rank, b.rank) })
	return all
}

// zoneFaults has one for each word, with the zones that it is about.
func (t shown) zoneFaults() (all []fault) {
	names := map[string][]string{}
	for _, m := range t.unserved() {
		word := withRcode(m, tag(m, "result"))
		if len(names[word]) == 0 {
			all = append(all, fault{word: word, cause: causeOf(m), rank: unserved})
		}
		names[word] = append(names[word], cells.Flat(tag(m, "zone")))
	}
	for i, f := range all {
		zones := names[f.word]
		if all[i].about = strings.Join(zones, ", "); len(zones) > mostZones {
			all[i].about = fmt.Sprintf("%d zones", len(zones))
		}
	}
	return all
}

// causeOf is that of a result, without the address of the target, which its row is about.
func causeOf(m telegraf.Metric) string {
	v, _ := m.GetField("error")
	cause, _ := v.(string)
	return cells.Flat(strings.TrimSuffix(cause, " from "+tag(m, "address")))
}

func (f fault) String() string {
	text := f.word
	if f.about != "" {
		text += " (" + f.about + ")"
	}
	if f.cause != "" {
		text += ": " + f.cause
	}
	return text
}

// joinFaults says all of them.
func joinFaults(all []fault) string {
	var texts []string
	for _, f := range all {
		texts = append(texts, f.String())
	}
	return strings.Join(texts, "; ")
}

// faultsIn says faults in a width in cells: causes are cut first, then the names of zones, then
// words; of each the least bad first.
func faultsIn(all []fault, width int) string {
	all = slices.Clone(all)
	for i := range slices.Backward(all) {
		all[i].cause = shorten(all[i].cause, cells.Width(joinFaults(all))-width)
	}
	for i := range slices.Backward(all) {
		all[i].about = shorten(all[i].about, cells.Width(joinFaults(all))-width)
	}
	return cells.Cut(joinFaults(all), width)
}

// shorten takes cells off text; it leaves nothing rather than a letter or two.
func shorten(text string, by int) string {
	const least = 5 // cells
	switch left := cells.Width(text) - by; {
	case by <= 0:
		return text
	case left < least:
		return ""
	default:
		return cells.Cut(text, left)
	}
}

// keeps is how many cells a row's result takes without what can be left out of it.
func (r row) keeps(what int) int {
	said := slices.Clone(r.faults)
	if what == worst {
		said = said[:min(len(said), 1)]
	}
	for i := range said {
		if what != brief {
			said[i] = fault{word: said[i].word}
		}
	}
	return min(cells.Width(r.cells[len(r.cells)-1]), cells.Width(joinFaults(said)))
}
