//go:build linux

package main

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// TestSoak is the short form: some 150 rounds and a few with queries = 2, against the binary of
// this tree. A machine that is too busy gets a second chance.
func TestSoak(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "telegraf-dns-anycast")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/telegraf-dns-anycast").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	var b bytes.Buffer
	err := soak(t.Context(), &b, binary, 150, 0)
	if errors.Is(err, errUnfit) {
		err = soak(t.Context(), &b, binary, 150, 0)
	}
	if errors.Is(err, errUnfit) {
		skiptest.Missing(t, "a machine that keeps up", err.Error())
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	skiptest.IPv6(t)
}

// series makes up samples of a process that takes 5.4 MB, give or take a quarter of one.
func series(rounds int, bend func(s *sample)) (all []sample) {
	noise := rand.New(rand.NewPCG(1, 2))
	for round := 10; round <= rounds; round += 10 {
		s := sample{round: round, memory: 5_400_000 + noise.Int64N(500_000) - 250_000, descriptors: 10, threads: 9 + noise.Int64N(2)}
		s.memory += int64(max(warmUp-round, 0)) * -10_000
		bend(&s)
		all = append(all, s)
	}
	return all
}

func TestDrift(t *testing.T) {
	for _, c := range []struct {
		name string
		bend func(s *sample)
		want string // the beginning of the one fault; empty: none
	}{
		{"flat", func(*sample) {}, ""},
		{"a peak", func(s *sample) {
			if s.round == 2000 {
				s.memory *= 3
			}
		}, ""},
		{"a thread more", func(s *sample) { s.threads += int64(s.round / 2000) }, ""},
		{"less and less", func(s *sample) { s.memory -= int64(s.round) << 10 }, ""},
		{"1 KB a round", func(s *sample) { s.memory += int64(s.round) << 10 }, "memory rose "},
		{"a descriptor each 500 rounds", func(s *sample) { s.descriptors += int64(s.round / 500) }, "descriptors rose "},
		{"one descriptor in all", func(s *sample) { s.descriptors += int64(s.round / 1500) }, "descriptors rose "},
		{"busy since the middle", func(s *sample) { s.threads += int64(s.round/1500) * 10 }, ""},
		{"a thread each 50 rounds", func(s *sample) { s.threads += int64(s.round / 50) }, "threads rose "},
	} {
		faults := drift(series(3000, c.bend))
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || !strings.HasPrefix(faults[0], c.want)) {
			t.Errorf("%s: %q, want %q", c.name, faults, c.want)
		}
	}
	if faults := drift(series(warmUp, func(*sample) {})); len(faults) != 1 {
		t.Errorf("nothing but warm-up: %q", faults)
	}
}

// TestDescriptors: what a trace opens and closes does not count, what stays open does.
func TestDescriptors(t *testing.T) {
	p, now := process{opened: map[string]time.Time{}}, time.Unix(1_700_000_000, 0)
	for _, look := range []struct {
		after time.Duration
		names []string
		want  int64
	}{
		{0, []string{"0 pipe", "3 a"}, 2},
		{time.Second, []string{"0 pipe", "3 a", "4 b"}, 2},
		{held, []string{"0 pipe", "3 a", "4 c"}, 2}, // another one of the same number
		{held, []string{"0 pipe", "3 a", "4 c"}, 3},
		{0, []string{"0 pipe"}, 1},
	} {
		now = now.Add(look.after)
		if got := p.descriptors(look.names, now); got != look.want {
			t.Errorf("%q: %d, want %d", look.names, got, look.want)
		}
	}
}

func TestGoroutines(t *testing.T) {
	const dump = `SIGQUIT: quit
PC=0x47 m=0 sigcode=0

goroutine 0 gp=0x1 m=0 mp=0x1 [idle]:
runtime.futex(0x1)

goroutine 1 gp=0x2 m=nil [select]:
main.(*runner).loop(0x3)
	main.go:3 +0x1

goroutine 7 gp=0x4 m=nil [chan receive]:
main.newlines.func1()
	execd.go:9 +0x1
created by main.newlines in goroutine 1
	execd.go:8 +0x1
`
	fresh := goroutines(dump)
	if want := []string{"main", "main.newlines"}; !slices.Equal(fresh, want) {
		t.Fatalf("got %q, want %q", fresh, want)
	}
	if faults := compareGoroutines(fresh, fresh); len(faults) > 0 {
		t.Error(faults)
	}
	if faults := compareGoroutines(fresh, append(fresh, "main.newlines")); len(faults) != 1 {
		t.Errorf("one too many: %q", faults)
	}
	if faults := compareGoroutines(fresh, nil); len(faults) != 1 {
		t.Errorf("no dump: %q", faults)
	}
}

// small is a world of one server, which is never asked.
func small() *world {
	w := &world{}
	w.cloud("good", siteRule, false).closed(w.ip(), w.named(every(5, "a.lhr.soak", "b.arn.soak")).honest())
	return w
}

// rounds makes up what a perfect process says of that world, bends one round and returns the
// faults.
func rounds(bend func(points []execdtest.Point) []execdtest.Point) []string {
	w := small()
	b := newBook(w, 1)
	began := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for round := range 20 {
		from := began.Add(time.Duration(round) * time.Second)
		points := perfect(w, b, int64(round), from)
		if round == 6 {
			points = bend(points)
		}
		b.take(round, points, from, from.Add(100*time.Millisecond), false)
	}
	return b.verdict()
}

func perfect(w *world, b *book, round int64, from time.Time) (points []execdtest.Point) {
	for _, t := range w.targets() {
		name := t.want().name(round)
		tags := map[string]string{"cloud": "good", "server": t.text, "address": t.addr.Addr().String(), "transport": t.transport}
		p := execdtest.Point{Name: "dns_anycast", Tags: maps.Clone(tags), Fields: map[string]any{"hostname": name, "query_time_ms": 0.2}, Time: from.Add(time.Millisecond)}
		p.Tags["result"], p.Tags["instance"], p.Tags["site"] = "success", name, strings.ToUpper(name[2:5])
		if t.transport == "udp" {
			p.Fields["discarded"] = int64(0)
		}
		points = append(points, p)
		if round%5 == 1 && round > 5 { // the second answer from there
			before := t.want().name(round - 2)
			points = append(points, execdtest.Point{Name: "dns_anycast_change", Tags: tags, Fields: map[string]any{
				"from": strings.ToUpper(before[2:5]), "to": p.Tags["site"],
				"held_s": 5.0, "changes": round / 5,
			}, Time: p.Time.Add(-time.Second)})
		}
	}
	return append(points, execdtest.Point{
		Name: "dns_anycast_cloud", Tags: map[string]string{"cloud": "good"},
		Fields: map[string]any{"ipv4_asked": int64(2), "ipv6_asked": int64(0)}, Time: from,
	})
}

// TestRounds: round 6 has points 0 (UDP), 1 (its change), 2 (TCP), 3 (its change), 4 (the cloud).
func TestRounds(t *testing.T) {
	edit := func(i int, f func(p *execdtest.Point)) func([]execdtest.Point) []execdtest.Point {
		return func(all []execdtest.Point) []execdtest.Point {
			f(&all[i])
			return all
		}
	}
	without := func(i int) func([]execdtest.Point) []execdtest.Point {
		return func(all []execdtest.Point) []execdtest.Point { return slices.Delete(all, i, i+1) }
	}
	twice := func(i int) func([]execdtest.Point) []execdtest.Point {
		return func(all []execdtest.Point) []execdtest.Point { return append(all, all[i]) }
	}
	for _, c := range []struct {
		name string
		bend func([]execdtest.Point) []execdtest.Point
		want string // in the first fault; empty: none
	}{
		{"perfect", func(all []execdtest.Point) []execdtest.Point { return all }, ""},
		{"about the plugin as well", func(all []execdtest.Point) []execdtest.Point {
			return append(all, execdtest.Point{Name: "dns_anycast_other", Fields: map[string]any{"rounds": int64(1)}})
		}, ""},
		{"a point lost", without(0), "0 points of {dns_anycast good"},
		{"a point twice", twice(2), "2 points of {dns_anycast good"},
		{"a cloud lost", without(4), "0 points of {dns_anycast_cloud good"},
		{"a change lost", without(1), "is missing"},
		{"a change twice", twice(3), "a change that is not due"},
		{"a change elsewhere", edit(1, func(p *execdtest.Point) { p.Fields["to"] = "YYZ" }), "is missing"},
		{"a change of another time", edit(1, func(p *execdtest.Point) { p.Time = p.Time.Add(time.Second) }), "is missing"},
		{"another server", edit(0, func(p *execdtest.Point) { p.Tags["server"] = "192.0.2.1" }), "0 points of {dns_anycast good"},
		{"another result", edit(0, func(p *execdtest.Point) { p.Tags["result"] = "invalid" }), "result invalid"},
		{"another name", edit(0, func(p *execdtest.Point) { p.Fields["hostname"] = "b.lhr.soak" }), "hostname "},
		{"another error", edit(0, func(p *execdtest.Point) { p.Fields["error"] = "connection reset" }), "result success \"connection reset\""},
		{"no instance", edit(0, func(p *execdtest.Point) { delete(p.Tags, "instance") }), "with instance"},
		{"something discarded", edit(0, func(p *execdtest.Point) { p.Fields["discarded"] = int64(1) }), "discarded 1"},
		{"a time of zero", edit(0, func(p *execdtest.Point) { p.Fields["query_time_ms"] = 0.0 }), "query_time_ms is 0"},
		{"a time below zero", edit(1, func(p *execdtest.Point) { p.Fields["held_s"] = -1.0 }), "held_s is -1"},
		{"a time beyond the timeout", edit(0, func(p *execdtest.Point) { p.Fields["query_time_ms"] = 101.0 }), "beyond the timeout"},
		{"before the round", edit(4, func(p *execdtest.Point) { p.Time = p.Time.Add(-time.Second) }), "time stamp"},
		{"after the round", edit(2, func(p *execdtest.Point) { p.Time = p.Time.Add(time.Second) }), "time stamp"},
		{"too few asked", edit(4, func(p *execdtest.Point) { p.Fields["ipv4_asked"] = int64(1) }), "ipv4_asked is 1"},
		{"late, though its server was not", edit(0, func(p *execdtest.Point) {
			p.Tags["result"] = "timeout"
			delete(p.Fields, "hostname")
		}), "read timeout though their server had answered"},
		{"late", edit(0, func(p *execdtest.Point) { // and the change with it
			p.Tags["result"] = "timeout"
			delete(p.Tags, "site")
			delete(p.Fields, "hostname")
		}), "a change that is not due"},
	} {
		faults := rounds(c.bend)
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) == 0 || !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, c.want) })) {
			t.Errorf("%s: %q, want %q", c.name, faults, c.want)
		}
	}
}

// TestInstances: one name more than max_instances and other.
func TestInstances(t *testing.T) {
	b := newBook(small(), 1)
	now := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	admit := func(i int, at time.Time) {
		b.admit(0, execdtest.Point{Tags: map[string]string{"cloud": "good", "instance": string(rune('a' + i))}, Time: at})
	}
	for i := range maxInstances + 1 {
		admit(i, now)
	}
	if b.count > 0 {
		t.Error(b.faults)
	}
	if admit(maxInstances+1, now.Add(time.Hour)); b.count != 1 {
		t.Error("one too many is no fault")
	}
	if admit(maxInstances+2, now.Add(50*time.Hour)); b.count != 1 {
		t.Error("names of another day count")
	}
}

// ofAtlas are options of what no round does: scripts/atlascost has them.
var ofAtlas = []string{
	"key", "url", "probes", "cache", "grace", "window", "by", "max_ases", "min_probes", "watch_probes", "atlas",
}

// TestConfig: the configuration holds every option of the sample.
func TestConfig(t *testing.T) {
	w, err := newWorld(skiptest.HasIPv6())
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	text := config(w, 2, "0s", "/tmp/state", "/tmp/numbers")
	sample, err := exec.Command("go", "run", "../../cmd/telegraf-dns-anycast", "--sample-config").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sample)) {
		key, _, isOption := strings.Cut(strings.TrimLeft(line, " #"), " = ")
		if key = strings.TrimSpace(key); !isOption || strings.ContainsAny(key, " :[") {
			continue
		}
		if key == "source_ipv6" && !skiptest.HasIPv6() || slices.Contains(ofAtlas, key) {
			continue
		}
		if !strings.Contains(text, "\n"+key+" = ") {
			t.Errorf("%s is in no configuration", key)
		}
	}
}
