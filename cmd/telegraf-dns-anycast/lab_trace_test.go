//go:build linux

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// follow runs a round a second until the plugin has told of a path, for a little longer than a target's
// paths are apart.
func (a anycast) follow(t *testing.T, earlier ...execdtest.Point) (path execdtest.Point, rest []execdtest.Point) {
	t.Helper()
	for end := time.Now().Add(75 * time.Second); time.Now().Before(end); time.Sleep(time.Second) {
		for i, p := range earlier {
			if p.Name == "dns_anycast_path" {
				return p, earlier[i+1:]
			}
		}
		text, err := a.plugin.Round(execdtest.Clouds(1))
		if err != nil {
			t.Fatal(err)
		}
		all, err := execdtest.Points(text)
		if err != nil {
			t.Fatal(err)
		}
		earlier = all
	}
	t.Fatal("no path")
	return path, rest
}

// edges are the routers of the sites as the vantage point sees them, and near is its own.
var (
	near  = map[string]string{"ipv4": "198.18.0.1", "ipv6": "fd00:53::1"}
	edges = map[string]map[string]string{
		"LHR1": {"ipv4": "198.18.1.2", "ipv6": "fd00:53:1::2"},
		"ARN1": {"ipv4": "198.18.2.2", "ipv6": "fd00:53:2::2"},
	}
)

// checkPath compares a path with the way to an instance, by way of its edge.
func checkPath(t *testing.T, p execdtest.Point, reason, family, instance string) {
	t.Helper()
	want := strings.Join([]string{near[family], edges[instance][family], labAddresses[family]}, " ")
	if p.Text("path") != want || p.Int("hops") != 3 || p.Int("reached") != 1 || p.Int("responded") != 3 {
		t.Errorf("a path %q of %d hops, want %q: %v", p.Text("path"), p.Int("hops"), want, p)
	}
	got := fmt.Sprint(p.Tags["reason"], p.Tags["family"], p.Tags["instance"], p.Tags["site"])
	if want := fmt.Sprint(reason, family, instance, instance[:3]); got != want {
		t.Errorf("tags %s, want %s: %v", got, want, p)
	}
}

// TestAnycastTrace: a site withdraws its route over IPv6, then over IPv4. Each move is traced alone, and
// the path says at which hop it parts from the one before, between which routers, behind which one.
func TestAnycastTrace(t *testing.T) {
	t.Parallel()
	a := startTracing(t, append(nowhere, "zone =", "# zone =", "reference =", "# reference =")...)
	first, rest := a.follow(t)
	second, rest := a.follow(t, rest...)
	if first.Tags["family"] == "ipv6" {
		first, second = second, first
	}
	checkPath(t, first, "start", "ipv4", "LHR1")
	checkPath(t, second, "start", "ipv6", "LHR1")
	for digit, family := range map[string]string{"6": "ipv6", "4": "ipv4"} {
		a.tell(t, "withdraw lhr1 "+digit)
		var turned execdtest.Point
		turned, rest = a.follow(t, rest...)
		checkPath(t, turned, "change", family, "ARN1")
		if turned.Int("changed_hop") != 2 || turned.Text("changed_from") != edges["LHR1"][family] ||
			turned.Text("changed_to") != edges["ARN1"][family] || turned.Text("parted_after") != near[family] {
			t.Errorf("a turn behind %s: %v", near[family], turned)
		}
	}
	for _, p := range rest {
		if p.Name == "dns_anycast_path" {
			t.Errorf("a path more: %v", p)
		}
	}
}
