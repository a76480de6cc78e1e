package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

func TestDemo(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "telegraf-dns-anycast")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/telegraf-dns-anycast").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	t.Run("both families", func(t *testing.T) {
		skiptest.IPv6(t)
		text := run(t, binary, true)
		checkRounds(t, text, []string{"alpha ipv4", "beta ipv4", "beta ipv4", "alpha ipv6", "beta ipv6"})
		if !strings.Contains(text, "over IPv6 it still is LHR") {
			t.Error("nothing is said about the split catchment")
		}
	})
	t.Run("IPv4 alone", func(t *testing.T) {
		text := run(t, binary, false)
		checkRounds(t, text, []string{"alpha ipv4", "beta ipv4", "beta ipv4"})
		if !strings.Contains(text, "no IPv6 on loopback") {
			t.Error("nothing is said about the missing IPv6")
		}
	})
}

func run(t *testing.T, binary string, ipv6 bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := demo(t.Context(), &b, binary, ipv6); err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	return b.String()
}

// checkRounds looks for two rounds that ask want, cloud and family, and differ in the site of the
// first alone.
func checkRounds(t *testing.T, text string, want []string) {
	t.Helper()
	var points []execdtest.Point
	for line := range strings.Lines(text) {
		if p, err := execdtest.Parse([]byte(line)); err == nil && p.Name == "dns_anycast" {
			points = append(points, p)
		}
	}
	if n := strings.Count(text, "\ndns_anycast_change,"); n != 1 || !strings.Contains(text, `from="LHR",`) || !strings.Contains(text, `to="NRT",`) {
		t.Errorf("%d changes, want one from LHR to NRT", n)
	}
	if n := strings.Count(text, "\ndns_anycast_cloud,"); n != 4 {
		t.Errorf("%d points of clouds, want two rounds of two", n)
	}
	if len(points) != 2*len(want) {
		t.Fatalf("%d points, want two rounds of %d:\n%s", len(points), len(want), text)
	}
	for i, w := range want {
		before, after := points[i].Tags, points[len(want)+i].Tags
		for _, tags := range []map[string]string{before, after} {
			if got := tags["cloud"] + " " + tags["family"]; got != w {
				t.Errorf("point of %s where one of %s belongs: %v", got, w, tags)
			}
		}
		if before["server"] != after["server"] {
			t.Errorf("another server: %v, %v", before, after)
		}
		if moved := before["site"] != after["site"]; moved != (i == 0) {
			t.Errorf("%s went from site %q to %q", w, before["site"], after["site"])
		}
		if before["site"] == "" && before["result"] == "success" {
			t.Errorf("no site: %v", before)
		}
	}
}
