package judge

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// serialRounds plays rounds in which targets answer with serials of one zone.
type serialRounds struct {
	zones Zones
	cloud *Cloud
	paths map[string]*Path
}

func newSerialRounds() *serialRounds {
	return &serialRounds{Zones{}, &Cloud{Names: NewNames(100)}, map[string]*Path{}}
}

// path is the target of a name; one that begins with "ref" is a reference.
func (r *serialRounds) path(name string) *Path {
	if r.paths[name] == nil {
		r.paths[name] = &Path{View: r.cloud.From(Vantage{})}
		if strings.HasPrefix(name, "ref") {
			r.paths[name].Cloud = &Cloud{Reference: true, Names: NewNames(100)}
		}
	}
	return r.paths[name]
}

// at plays a round at a time, as "a=5 b=-": a target and its serial; - is silence, ! that this host
// could not ask. Each query leaves 1 ms after the one before it. It returns what the targets make of
// updates, as "a 5 +90s", "a 5 missing" or "a 5 unknown".
func (r *serialRounds) at(began time.Duration, says string) (told []string) {
	round := NewZoneRound(dayStart.Add(began), 0)
	names := map[*Path]string{}
	for i, text := range strings.Fields(says) {
		name, serial, _ := strings.Cut(text, "=")
		p := r.path(name)
		names[p] = name
		round.Add(p, saysSerial(round.Began.Add(time.Duration(i)*time.Millisecond), serial))
	}
	round.Learn(r.zones)
	for z := range round.Judge(r.zones) {
		for n, u := range z.Updates {
			if !u.At.Equal(z.Sent.Add(time.Duration(n) * updateStep)) {
				told = append(told, fmt.Sprintf("update %d at %v of a query at %v", n, u.At, z.Sent))
			}
			told = append(told, fmt.Sprintf("%s %d %s", names[z.Path], u.Serial, latencyText(u)))
		}
	}
	return told
}

func saysSerial(sent time.Time, serial string) *observation.Observation {
	o := &observation.Observation{Sent: sent, Zone: "example", Result: observation.Timeout}
	switch serial {
	case "-":
	case "!":
		o.Result = observation.Local
	default:
		var n uint32
		if _, err := fmt.Sscan(serial, &n); err != nil {
			panic(err)
		}
		o.Result, o.Reply = observation.Success, &observation.Reply{}
		o.Reply.Serial = n
	}
	return o
}

func latencyText(u Update) string {
	switch {
	case u.Missing && u.Latency == UnknownLag:
		return "missing"
	case u.Latency == UnknownLag:
		return "unknown"
	}
	return "+" + u.Latency.Round(time.Second).String()
}

// said is a round and what it makes.
type said struct {
	at   time.Duration
	says string
	want string // joined by "; "
}

func TestUpdates(t *testing.T) {
	const m, h = time.Minute, time.Hour
	for _, c := range []struct {
		name   string
		rounds []said
	}{
		{"a new serial at one after the other", []said{
			{0, "a=5 b=5 c=5", ""},
			{m, "a=6 b=5 c=5", "a 6 +0s"},
			{2 * m, "a=6 b=6 c=-", "b 6 +1m0s"},
			{3 * m, "a=6 b=6 c=6", "c 6 +2m0s"},
			{4 * m, "a=6 b=6 c=6", ""},
		}},
		{"a reference knows it first, and makes none", []said{
			{0, "ref=5 a=5", ""}, {m, "ref=6 a=5", ""}, {3 * m, "ref=6 a=6", "a 6 +2m0s"}, {2 * h, "ref=- a=6", ""},
		}},
		{"over the wrap", []said{{0, "a=4294967295 b=4294967295", ""}, {m, "a=3 b=4294967295", "a 3 +0s"}, {2 * m, "a=3 b=3", "b 3 +1m0s"}}},
		{"back and forth between two copies is one update", []said{
			{0, "a=5", ""}, {m, "a=6", "a 6 +0s"}, {2 * m, "a=5", ""}, {3 * m, "a=6", ""}, {4 * m, "a=7", "a 7 +0s"},
		}},
		{"it was newer already when first seen", []said{
			{0, "a=5 b=6", ""}, {m, "a=6 b=6", "a 6 unknown"}, {2 * m, "a=7 b=6", "a 7 +0s"}, {3 * m, "a=7 b=7", "b 7 +1m0s"},
		}},
		{"it was, and is late in any case", []said{
			{0, "b=6 a=5", ""}, {h - m, "b=6 a=5", ""}, {h, "b=6 a=5", "a 6 missing"}, {h + m, "b=6 a=5", ""}, {2 * h, "b=6 a=6", "a 6 +2h0m0s"},
		}},
		{"a target that comes later is no update", []said{
			{0, "a=5", ""}, {m, "a=6", "a 6 +0s"}, {2 * m, "a=6 b=6", ""}, {3 * m, "a=7 b=6", "a 7 +0s"}, {4 * m, "a=7 b=7", "b 7 +1m0s"},
		}},
		{"a target that comes later and has what nobody had", []said{
			{0, "a=5 c=5", ""},
			{m, "a=5 b=6 c=5", ""},
			{2 * m, "a=6 b=6 c=5", "a 6 unknown"},
			{3 * m, "b=7 a=6 c=5", "b 7 +0s"},
			{4 * m, "b=7 a=7 c=7", "a 7 +1m0s; c 7 +1m0s"},
		}},
		{"a target that comes later and is late already", []said{
			{0, "a=4", ""},
			{m, "a=5", "a 5 +0s"},
			{2 * m, "a=6", "a 6 +0s"},
			{3 * h, "a=6 b=4", "b 6 missing"},
			{4 * h, "a=6 b=4", ""},
			{5 * h, "a=6 b=6", "b 6 +4h58m0s"},
		}},
		{"a target that comes later and is late soon", []said{
			{0, "a=4", ""},
			{m, "a=5", "a 5 +0s"},
			{2 * m, "a=6", "a 6 +0s"},
			{3 * m, "a=6 b=4", ""},
			{h + m, "a=6 b=4", ""},
			{h + 2*m, "a=6 b=4", "b 6 missing"},
			{2 * h, "a=6 b=7", "b 7 +0s; b 6 +1h58m0s"},
		}},
		{"missing after an hour, told once", []said{
			{0, "a=5 b=5", ""},
			{m, "a=6 b=5", "a 6 +0s"},
			{h + m - time.Second, "a=6 b=5", ""},
			{h + m + time.Second, "a=6 b=5", "b 6 missing"},
			{2 * h, "a=6 b=5", ""},
			{3 * h, "a=6 b=6", "b 6 +2h59m0s"},
			{4 * h, "a=6 b=6", ""},
		}},
		{"missing at one that is silent", []said{
			{0, "a=5 b=5", ""}, {m, "a=6 b=-", "a 6 +0s"}, {h, "a=6 b=-", ""}, {h + m, "a=6 b=-", "b 6 missing"}, {2 * h, "a=6 b=-", ""}, {3 * h, "a=6 b=6", "b 6 +2h59m0s"},
		}},
		{"missing at one that never answered", []said{
			{0, "b=- a=5", ""}, {2 * h, "b=- a=5", ""}, {3 * h, "b=- a=6", "a 6 +0s"}, {4*h + m, "b=- a=6", "b 6 missing"}, {5 * h, "b=6 a=6", "b 6 +2h0m0s"}, {6 * h, "b=6 a=6", ""},
		}},
		{"one that never answered comes with a serial that was published while it was asked", []said{
			{0, "b=- a=5", ""}, {m, "b=- a=6", "a 6 +0s"}, {2 * m, "b=6 a=6", "b 6 +1m0s"},
		}},
		{"one that never answered comes with what is older than all of that", []said{
			{0, "b=- a=5", ""}, {m, "b=- a=6", "a 6 +0s"}, {2 * h, "b=- a=6", "b 6 missing"}, {3 * h, "b=5 a=6", ""}, {4 * h, "b=6 a=6", "b 6 +3h59m0s"},
		}},
		{"skipped within the hour is no vote", []said{
			{0, "a=1 b=1", ""}, {m, "a=2 b=1", "a 2 +0s"}, {2 * m, "a=3 b=1", "a 3 +0s"}, {3 * m, "a=3 b=3", "b 3 +1m0s"}, {3 * h, "a=3 b=3", ""},
		}},
		{"skipped after it was missing", []said{
			{0, "a=1 b=1", ""},
			{m, "a=2 b=1", "a 2 +0s"},
			{h + m, "a=3 b=1", "a 3 +0s; b 2 missing"},
			{h + 2*m, "a=3 b=3", "b 3 +1m0s; b 2 +1h1m0s"},
			{3 * h, "a=3 b=3", ""},
		}},
		{"both were missing", []said{
			{0, "a=1 b=1", ""},
			{m, "a=2 b=1", "a 2 +0s"},
			{2 * m, "a=3 b=1", "a 3 +0s"},
			{2 * h, "a=3 b=1", "b 2 missing; b 3 missing"},
			{3 * h, "a=3 b=2", "b 2 +2h59m0s"},
			{4 * h, "a=3 b=3", "b 3 +3h58m0s"},
		}},
		{"a late target first shows what lies between", []said{
			{0, "ref=1 a=1", ""}, {m, "ref=3 a=1", ""}, {10 * m, "ref=3 a=2", "a 2 +0s"}, {20 * m, "ref=3 a=3", "a 3 +19m0s"},
		}},
		{"nothing else is missing where this host could not ask", []said{
			{0, "a=5 b=5", ""}, {m, "a=6 b=!", "a 6 +0s"}, {2 * h, "a=6 b=!", ""}, {3 * h, "a=6 b=6", "b 6 unknown"},
		}},
		{"it still misses it once it can be asked", []said{
			{0, "a=5 b=5", ""}, {m, "a=6 b=!", "a 6 +0s"}, {2 * h, "a=6 b=!", ""}, {3 * h, "a=6 b=-", "b 6 missing"}, {4 * h, "a=6 b=6", "b 6 +3h59m0s"},
		}},
		{"late for sure, though not asked for hours", []said{
			{0, "a=5 b=5", ""}, {m, "a=6 b=5", "a 6 +0s"}, {2 * h, "a=6 b=5", "b 6 missing"}, {9 * h, "a=6 b=6", "b 6 +8h59m0s"},
		}},
		{"the clock was set back", []said{{2 * h, "a=5 b=5", ""}, {3 * h, "a=6 b=5", "a 6 +0s"}, {h, "a=6 b=6", "b 6 +0s"}, {2 * h, "a=7 b=6", "a 7 +0s"}}},
		{"set back by all is no update, and what comes then is", append(append(
			[]said{{0, "a=5 b=5", ""}, {m, "a=9 b=5", "a 9 +0s"}},
			slices.Repeat([]said{{2 * m, "a=5 b=5", ""}}, 10)...,
		), said{3 * m, "a=6 b=5", "a 6 +0s"}, said{4 * m, "a=6 b=6", "b 6 +1m0s"}, said{3 * h, "a=6 b=6", ""})},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newSerialRounds()
			for _, s := range c.rounds {
				if got := strings.Join(r.at(s.at, s.says), "; "); got != s.want {
					t.Errorf("%v, %s: got %q, want %q", s.at, s.says, got, s.want)
				}
			}
		})
	}
}

// TestUpdatesOfAStorm: a serial every 18 s and a target that is silent for half a day, or stale. Each that is missing is told
// once, a few a round, and what it makes up for when it is back is bounded.
func TestUpdatesOfAStorm(t *testing.T) {
	for _, says := range []string{"-", "0"} {
		r := newSerialRounds()
		r.at(0, "a=0 b=0")
		missing := map[string]int{}
		const step = 18 * time.Second
		n := int(12 * time.Hour / step)
		for i := 1; i <= n; i++ {
			told := r.at(time.Duration(i)*step, fmt.Sprintf("a=%d b=%s", i, says))
			if len(told) > 3 {
				t.Fatalf("%d points in a round: %q", len(told), told)
			}
			for _, u := range told {
				missing[u]++
			}
		}
		for i := 1; i <= n-int(time.Hour/step); i++ {
			if missing[fmt.Sprintf("b %d missing", i)] != 1 {
				t.Fatalf("serial %d is missing %d times", i, missing[fmt.Sprintf("b %d missing", i)])
			}
		}
		back := r.at(12*time.Hour+step, fmt.Sprintf("a=%d b=%d", n+1, n+1))
		if len(back) != 2+updatesAtOnce || back[1] != fmt.Sprintf("b %d +0s", n+1) {
			t.Errorf("%s: when it is back: %q", says, back)
		}
		if copies := len(r.path("b").Copies.All()); copies != 1 {
			t.Errorf("%d copies are remembered of one", copies)
		}
	}
}

// TestUpdatesComeLate: what is due at once comes in several rounds, each serial once.
func TestUpdatesComeLate(t *testing.T) {
	r := newSerialRounds()
	r.at(0, "a=0 b=0")
	for i := 1; i <= 100; i++ {
		r.at(time.Duration(i)*time.Second, fmt.Sprintf("a=%d b=!", i))
	}
	told := map[string]int{}
	for i := range 12 {
		all := r.at(2*time.Hour+time.Duration(i)*time.Minute, "a=100 b=0")
		if len(all) > 1+updatesAtOnce {
			t.Errorf("%d points in a round", len(all))
		}
		for _, u := range all {
			told[u]++
		}
	}
	for i := 1; i <= 100; i++ {
		if n := told[fmt.Sprintf("b %d missing", i)]; n != 1 {
			t.Errorf("serial %d is missing %d times", i, n)
		}
	}
}
