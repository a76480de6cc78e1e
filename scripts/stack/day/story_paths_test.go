package day

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const (
	pathsTable = "Which path do queries take from each vantage point, and do they arrive?"
	turnsTable = "When did a path turn, where, and which was it before?"
)

// turned is a path of alpha that turns as its site changes, which no path of loopback does. A plugin would trace it a
// minute after the first, when this day is over.
func (s *scenario) turned() string {
	escaped := strings.NewReplacer(" ", `\ `, ",", `\,`, "=", `\=`)
	return fmt.Sprintf("dns_anycast_path,host=%s,cloud=%s,server=%s,address=127.0.0.1,family=ipv4,transport=udp,reason=change,instance=arn1,site=ARN "+
		`path="192.0.2.1 192.0.2.9",path_before="192.0.2.1 192.0.2.8",hops=2i,last_hop=2i,responded=2i,reached=1i,query_time_ms=2,`+
		`changed_hop=2i,parted_after="192.0.2.1",changed_from="192.0.2.8",changed_to="192.0.2.9",as_path="64500" %d`,
		escaped.Replace(stacktest.Far), escaped.Replace(stacktest.Alpha), s.alpha4.Addr, s.silenceTo.UnixMilli())
}

// tellsPaths: on loopback a server is the first hop, and who does not answer is nowhere, for all that a trace knows.
func (s *scenario) tellsPaths(t *testing.T) {
	d := grafana.AllInOne(t)
	got := map[string]string{}
	for _, r := range s.Rows(t, d, pathsTable, "A", grafana.Selection{"host": {stacktest.Near}}) {
		got[r["server"].(string)] = fmt.Sprintf("%v %v %v %v", r["reached"], r["hops"], r["path"], r["instance"])
	}
	want := map[string]string{
		s.alpha4.Addr:    "1 1 127.0.0.1 lhr1",
		s.alpha6.Addr:    "1 1 ::1 lhr2",
		s.primary.Addr:   "1 1 ::1 <nil>", // which names itself to nobody
		stacktest.Closed: "0 <nil> 127.0.0.1 <nil>",
		s.others[0].Addr: "0 <nil> <nil> <nil>", // silent
		s.others[1].Addr: "1 1 127.0.0.1 <nil>",
		s.others[2].Addr: "1 1 127.0.0.1 <nil>",
		s.others[3].Addr: "1 1 127.0.0.1 <nil>",
		s.others[4].Addr: "0 <nil> <nil> <nil>", // garbage
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, r := range s.Rows(t, d, pathsTable, "C", grafana.Selection{"server": {stacktest.Closed}, "host": {stacktest.Near}}) {
		if r["error"] != "port unreachable from 127.0.0.1" {
			t.Errorf("%v: not why", r)
		}
	}
	turns := s.Rows(t, d, turnsTable, "A", nil)
	if len(turns) != 1 || turns[0]["host"] != stacktest.Far || turns[0]["changed_from"] != "192.0.2.8" || turns[0]["changed_to"] != "192.0.2.9" {
		t.Errorf("%v, want the one turn", turns)
	}
}
