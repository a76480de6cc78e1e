//go:build linux

package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

const (
	traceHops    = 3                // a silent server costs half a second for each
	traceSpacing = time.Minute      // between the starts of two traces of a target
	traceLate    = time.Second / 10 // by which its time may lie behind its start, on a machine that stands still
	tracesMost   = 4                // at a time
	asNumber     = 64500            // whose all addresses are
)

// walked is what is known of a target's paths.
type walked struct {
	last time.Time
	text string // of the last
	hash int64
}

// takePath takes the point of a path, and begins to expect its hops. On loopback there is one: the
// server, or what this host says in its place.
func (b *book) takePath(round int, k key, p execdtest.Point) {
	b.endPath(round)
	b.traces++
	b.path = &p
	text := p.Text("path")
	for word := range strings.FieldsSeq(text) {
		if word != "*" {
			b.hops = append(b.hops, word)
		}
	}
	fault := func(format string, args ...any) {
		b.fault(round, "path to %s, %q: "+format, append([]any{k.server, text}, args...)...)
	}
	reached := p.Int("reached") == 1
	if p.Int("responded") != int64(len(b.hops)) || reached && len(b.hops) == 0 {
		fault("responded %d, reached %v", p.Int("responded"), reached)
	}
	_, timed := p.Fields["query_time_ms"]
	if timed != reached || reached && p.Int("hops") != 1 && !strings.HasPrefix(text, "* ") || !reached && p.Int("hops") != -1 {
		fault("hops %d, a time %v, reached %v", p.Int("hops"), timed, reached)
	}
	if (p.Text("as_path") == strconv.Itoa(asNumber)) != (len(b.hops) > 0) {
		fault("as_path %q", p.Text("as_path"))
	}
	b.compareWay(k, p, fault)
	b.admit(round, p)
}

// compareWay holds a path against the one before of the same target.
func (b *book) compareWay(k key, p execdtest.Point, fault func(format string, args ...any)) {
	w, known := b.walked[k]
	now := walked{p.Time, p.Text("path"), p.Int("path_hash")}
	switch first := p.Tags["reason"] == "start"; {
	case first && known:
		fault("another first one")
	case !first && !known && p.Tags["reason"] != "change":
		fault("reason %s of the first one", p.Tags["reason"])
	case known && p.Time.Sub(w.last) < traceSpacing-traceLate:
		fault("traced again after %v", p.Time.Sub(w.last))
	case known && (w.text == now.text) != (w.hash == now.hash):
		fault("path_hash %d, %d of %q", now.hash, w.hash, w.text)
	case w.text == now.text && p.Int("changed_hop") != -1:
		fault("changed_hop %d of equal paths", p.Int("changed_hop"))
	}
	b.walked[k] = now
}

// takeHop takes the point of a hop, which is the next one of the path before it.
func (b *book) takeHop(round int, k key, p execdtest.Point) {
	if b.path == nil || len(b.hops) == 0 || p.Text("hop_address") != b.hops[0] || !p.Time.Equal(b.path.Time) ||
		p.Tags["address"] != b.path.Tags["address"] || p.Tags["reason"] != b.path.Tags["reason"] || p.Int("asn") != asNumber {
		b.fault(round, "%v: hop %q of %q, which wants %q", k, p.Tags["hop"], p.Text("hop_address"), b.hops)
		return
	}
	b.hops = b.hops[1:]
}

// endPath misses the hops of a path that have not come.
func (b *book) endPath(round int) {
	if len(b.hops) > 0 {
		b.fault(round, "path to %s: no points of the hops %q", b.path.Tags["server"], b.hops)
	}
	b.path, b.hops = nil, nil
}

// untraced lists goroutines but for those of traces under way, of which there are a few at any time.
func untraced(all []string) []string {
	traces := 0
	return slices.DeleteFunc(slices.Clone(all), func(g string) bool {
		if g != tracing {
			return false
		}
		traces++
		return traces <= tracesMost
	})
}
