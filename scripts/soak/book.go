//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

const (
	faultsMax = 20 // that are told
	// The part of the points of good servers that may read timeout though the machine did not
	// visibly stand still.
	latePart = 1000
)

// book compares rounds with what the servers did in them.
type book struct {
	world   *world
	queries int
	due     map[key]int // points a round
	targets map[key]target
	movers  map[key]*mover
	asked   map[string]int64                // targets by cloud and family
	names   map[string]map[string]time.Time // by cloud: when each instance was last seen
	sights  map[int64]time.Time             // of each serial the first
	first   map[int64]bool                  // serials of the first round
	serials map[key]int64                   // of each target the newest
	walked  map[key]walked
	path    *execdtest.Point // whose hops are to come
	hops    []string         // their addresses

	taken, changes, internal, traces int
	late                             int  // points of a failure though the server answered in time
	excused                          int  // such points where the server was late, or the machine stood still
	stalled                          bool // it did in the round at hand
	stalledRounds                    int
	rounds                           int
	faults                           []string // the first ones
	count                            int      // of all
}

func newBook(w *world, queries int) *book {
	b := &book{
		world: w, queries: queries, due: map[key]int{}, targets: map[key]target{}, movers: map[key]*mover{},
		asked: map[string]int64{}, names: map[string]map[string]time.Time{}, sights: map[int64]time.Time{},
		first: map[int64]bool{}, serials: map[key]int64{}, walked: map[key]walked{},
	}
	expect := func(k key, t target, points int) { b.due[k], b.targets[k] = points, t }
	for _, c := range w.clouds {
		b.due[key{measurement: "dns_anycast_cloud", cloud: c.name}] = 1
	}
	for _, t := range w.targets() {
		k := t.key("dns_anycast")
		expect(k, t, queries)
		b.movers[k] = &mover{}
		b.asked[t.cloud.name+" "+k.family()]++
		if t.cloud.zoned {
			expect(t.key("dns_anycast_soa"), t, 1)
		}
	}
	if c := w.reference; c != nil {
		t := target{c.servers[0], c, c.servers[0].Addrs[0], "udp"}
		expect(t.key("dns_anycast_soa"), t, 1)
	}
	return b
}

func (b *book) points() (n int) {
	for _, due := range b.due {
		n += due
	}
	return n
}

func (b *book) fault(round int, format string, args ...any) {
	if b.count++; len(b.faults) < faultsMax {
		b.faults = append(b.faults, fmt.Sprintf("round %d: ", round)+fmt.Sprintf(format, args...))
	}
}

// verdict is what all rounds say together.
func (b *book) verdict() []string {
	faults := slices.Clone(b.faults)
	if more := b.count - len(b.faults); more > 0 {
		faults = append(faults, fmt.Sprintf("and %d more", more))
	}
	if b.late*latePart > b.taken {
		faults = append(faults, fmt.Sprintf("%d of %d points read timeout though their server had answered", b.late, b.taken))
	}
	if b.internal != 0 && b.internal != b.rounds {
		faults = append(faults, fmt.Sprintf("%d points of dns_anycast_internal in %d rounds", b.internal, b.rounds))
	}
	if b.traces == 0 && b.rounds > warmUp {
		faults = append(faults, "no path was traced")
	}
	if _, full := b.names["renamed"]["other"]; !full && b.rounds > maxInstances {
		faults = append(faults, "max_instances was never reached: nothing is proven about it")
	}
	return faults
}

// stateLimit is what the state file may have: thirty-two usual times a target, each with a name of
// 1,024 bytes at most, most with one of 30, and ten times of answers.
func (b *book) stateLimit() int64 { return int64(len(b.world.targets())) * 32 * 512 }
