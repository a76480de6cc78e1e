//go:build linux

package main

import (
	"fmt"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// TestPaths bends what a trace that is as it should be says.
func TestPaths(t *testing.T) {
	const (
		path = "dns_anycast_path,address=127.0.0.1,reason=%s,server=a %s,path=\"127.0.0.1\",path_hash=7i,as_path=\"64500\" %d000000000\n"
		good = "hops=1i,reached=1i,responded=1i,query_time_ms=1"
		hop  = "dns_anycast_hop,address=127.0.0.1,hop=01,reason=%s,server=a asn=64500i,hop_address=\"127.0.0.1\",hop_time_ms=1 %d000000000\n"
	)
	first := fmt.Sprintf(path, "start", good, 1000) + fmt.Sprintf(hop, "start", 1000)
	again := fmt.Sprintf(path, "change", good, 1060) + fmt.Sprintf(hop, "change", 1060)
	for _, c := range []struct{ name, text, want string }{
		{"as it should be", first + again, ""},
		{"a change before all", again, ""},
		{"the first twice", first + strings.ReplaceAll(again, "change", "start"), "another first one"},
		{"regular at first", strings.ReplaceAll(first, "start", "regular"), "of the first one"},
		{"too soon", first + strings.ReplaceAll(again, " 1060", " 1059"), "traced again after"},
		{"no hop", fmt.Sprintf(path, "start", good, 1000), "no points of the hops"},
		{"a hop of no path", fmt.Sprintf(hop, "start", 1000), `hop "01"`},
		{"a hop of another stamp", fmt.Sprintf(path, "start", good, 1000) + fmt.Sprintf(hop, "start", 1001), `hop "01"`},
		{"a hop of another address", strings.Replace(first, `hop_address="127.0.0.1"`, `hop_address="127.0.0.2"`, 1), `hop "01"`},
		{"more hops responded", strings.Replace(first, "responded=1i", "responded=2i", 1), "responded 2"},
		{"no time of an answer", strings.Replace(first, ",query_time_ms=1", "", 1), "a time false"},
		{"no AS path", strings.Replace(first, `,as_path="64500"`, "", 1), "as_path"},
		{"another hash", first + strings.ReplaceAll(again, "=7i", "=8i"), "path_hash"},
		{"a turn of equal paths", first + strings.Replace(again, "hops=1i", "changed_hop=1i,hops=1i", 1), "changed_hop"},
	} {
		points, err := execdtest.Points([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		b := newBook(small(), 1)
		b.trailing(points)
		if got := fmt.Sprint(b.faults); c.want == "" && b.count > 0 || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.name, got, c.want)
		}
	}
}

// TestUntraced: a few traces may run at any time, and no more.
func TestUntraced(t *testing.T) {
	dump := strings.Repeat("goroutine 9 gp=0x2 m=nil [select]:\nplugin.(*tracer).run(0x3)\n\tx.go:3 +0x1\ncreated by sync.(*WaitGroup).Go in goroutine 1\n\n", tracesMost)
	if faults := compareGoroutines([]string{"main"}, append(goroutines(dump), "main")); len(faults) > 0 {
		t.Error(faults)
	}
	if faults := compareGoroutines([]string{"main"}, append(goroutines(dump), "main", tracing)); len(faults) != 1 {
		t.Errorf("one too many: %q", faults)
	}
}
