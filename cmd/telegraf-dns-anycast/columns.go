package main

import (
	"fmt"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// entry is what a row of a table tells of: a target in one round, and in a watch also before it.
type entry struct {
	shown
	place string // of its site; empty: unknown
	past  *past  // nil: of this round alone
}

// column of a table. One that is empty in every row is left out.
type column struct {
	title  string
	right  bool // aligned to the right
	cell   func(entry) string
	needed func(entry) bool // whether no other column says what its cell does; nil: always
	cuts   []cells.Cutter   // the first is the best; nil: cut
	yields []yield
}

// yield is when a column gives way in a table that is too wide, and how far.
type yield struct {
	turn int // 1 is the first of all
	to   int // cells; zero: it is left out; below zero: what is kept of results
}

const (
	brief = -1 - iota // what is wrong and why, in few words
	words             // what is wrong
	worst             // the worst of it
)

// least is how many cells a column that gives way keeps.
func (y yield) least(rows []row) int {
	if y.to >= 0 {
		return y.to
	}
	n := cells.Width(columns[len(columns)-1].title)
	for _, r := range rows {
		n = max(n, r.keeps(y.to))
	}
	return n
}

// cutsOfServer: ports are often all the same, addresses differ at the end, names at the front.
var cutsOfServer = []cells.Cutter{cells.CutServer, cells.CutFront, cells.CutMiddle}

// The turns of all columns. What says good or bad is the last: the result, then the loss, then the
// verdict. Before them go names that are too long, then place, distance and best, and then what the
// instance and its site say less well. A result may lack causes and the names of zones before the
// names of server and instance are cut; but no other column stays beside one that lacks a word, but
// for the server, which says what the result is about.
var columns = []column{
	{
		title: "server", cell: ofTag("server"), cuts: cutsOfServer,
		yields: []yield{{14, 17}, {18, 12}, {24, 8}, {34, 4}, {35, 0}},
	},
	{
		title: "address", cell: ofTag("address"), needed: otherAddress, cuts: cutsOfServer,
		yields: []yield{{13, 17}, {19, 12}, {23, 8}, {26, 0}},
	},
	{title: "via", cell: ofTag("transport"), needed: isStream, yields: []yield{{27, 0}}},
	{title: "instance", cell: ofTag("instance"), yields: []yield{{1, 12}, {17, 8}, {21, 0}}},
	{title: "site", cell: entry.site, yields: []yield{{2, 8}, {22, 0}}},
	{title: "place", cell: func(e entry) string { return e.place }, yields: []yield{{4, 0}}},
	{title: "since", cell: entry.since, yields: []yield{{7, 0}}},
	{title: "distance", right: true, cell: entry.distance, yields: []yield{{5, 0}}},
	{title: "connect", right: true, cell: entry.connect, yields: []yield{{9, 0}}},
	{title: "time", right: true, cell: entry.time, yields: []yield{{16, 0}}},
	{title: "last", right: true, cell: entry.last, yields: []yield{{16, 0}}},
	{title: "best", right: true, cell: entry.best, yields: []yield{{6, 0}}},
	{title: "median", right: true, cell: entry.median, yields: []yield{{8, 0}}},
	{title: "loss", right: true, cell: entry.loss, yields: []yield{{33, 0}}},
	{title: "verdict", cell: entry.verdict, yields: []yield{{29, 7}, {32, 0}}},
	{title: "serial", cell: entry.serials, yields: []yield{{11, 0}}},
	{title: "lag", right: true, cell: entry.lags, yields: []yield{{12, 12}, {20, 0}}},
	{title: "rcode", cell: ofTag("rcode"), needed: hasRcode, yields: []yield{{10, 0}}},
	{title: "result", cell: entry.outcome, yields: []yield{{3, brief}, {12, words}, {30, worst}, {31, 8}, {36, 1}}},
}

func ofTag(key string) func(entry) string {
	return func(e entry) string { return tag(e.point, key) }
}

// otherAddress: one that is not what the configuration says.
func otherAddress(e entry) bool {
	a := tag(e.point, "address")
	return a != "" && !strings.Contains(tag(e.point, "server"), a)
}

func isStream(e entry) bool { return tag(e.point, "transport") != "udp" }

func hasRcode(e entry) bool { return tag(e.point, "rcode") != "NOERROR" && tag(e.point, "rcode") != "" }

func (e entry) site() string {
	if e.past != nil && e.past.split && tag(e.point, "instance") != "" {
		return "split"
	}
	return tag(e.point, "site")
}

func (e entry) since() string {
	if e.past == nil || tag(e.point, "instance") == "" {
		return ""
	}
	return clock(e.past.since)
}

func (e entry) distance() string {
	v, ok := e.point.GetField("distance_km")
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.0f km", v)
}

func (e entry) connect() string {
	if e.past != nil {
		return ""
	}
	return ofField(e.point, "connect_time_ms")
}

func (e entry) time() string {
	if e.past != nil {
		return ""
	}
	return ofField(e.point, "query_time_ms")
}

func (e entry) last() string {
	if e.past == nil {
		return ""
	}
	return ofField(e.point, "query_time_ms")
}

func (e entry) best() string {
	if e.past == nil || len(e.past.times) == 0 {
		return ""
	}
	return ms(e.past.best)
}

func (e entry) median() string {
	if e.past == nil || len(e.past.times) == 0 {
		return ""
	}
	return ms(e.past.median())
}

func (e entry) loss() string {
	if e.past == nil {
		return ""
	}
	return e.past.loss()
}

func (e entry) verdict() string {
	v, _ := e.point.GetField("verdict")
	s, _ := v.(string)
	return s
}

func ms(v float64) string { return fmt.Sprintf("%.3f ms", v) }

func ofField(m telegraf.Metric, field string) string {
	v, _ := m.GetField(field)
	if f, ok := v.(float64); ok {
		return ms(f)
	}
	return ""
}
