package point

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Path makes the point of a traced path. numbers are the AS numbers of its hops, zero: not known;
// nil: there is nothing that knows them.
func (p *Point) Path(l Labels, j *judge.JudgedTrace, numbers []uint32) *Point {
	p.traced(MeasurementPath, l, j.Path)
	p.addHops(j.Path)
	if j.Turn != nil {
		p.addTurn(j.Turn)
	}
	if text := asPath(numbers); text != "" {
		p.addText(FieldASPath, text)
	}
	if j.Cause != "" {
		p.addText(FieldError, j.Cause)
	}
	if j.Name.Instance != "" {
		p.addTag(TagInstance, j.Name.Instance)
		if j.Name.Site != "" && j.Name.Instance != judge.Overflow {
			p.addTag(TagSite, j.Name.Site)
		}
	}
	return p
}

// addHops says who spoke. Of a path that this host could not send along it is not known who would
// have.
func (p *Point) addHops(o *observation.Path) {
	if text := pathText(o.Hops); text != "" {
		p.addText(FieldPath, text)
		p.addWhole(FieldPathHash, pathHash(text))
	}
	if !o.Local {
		p.addWhole(FieldReached, truth(o.Reached))
		p.addWhole(FieldResponded, responded(o.Hops))
	}
	if n := lastHop(o.Hops); n > 0 {
		p.addWhole(FieldLastHop, int64(n))
	}
	if server := o.Answer(); server != nil {
		if server.TTL > 0 {
			p.addWhole(FieldHops, int64(server.TTL))
		}
		p.addFloat(FieldQueryTimeMS, milliseconds(server.RTT))
	}
}

// addTurn says where it differs from the path before.
func (p *Point) addTurn(t *judge.Turn) {
	p.addWhole(FieldChangedHop, int64(t.Hop))
	for _, end := range []struct {
		key string
		hop *observation.Hop
	}{{FieldChangedFrom, t.From}, {FieldChangedTo, t.To}, {FieldPartedAfter, t.After}} {
		if end.hop != nil {
			p.addText(end.key, hopText(end.hop))
		}
	}
	if text := pathText(t.Before); text != "" {
		p.addText(FieldPathBefore, text)
	}
}

// Hop makes the point of a hop that spoke. number is its AS number; zero: not known.
func (p *Point) Hop(l Labels, o *observation.Path, h *observation.Hop, number uint32) *Point {
	p.traced(MeasurementHop, l, o)
	if h.TTL > 0 {
		p.addTag(TagHop, fmt.Sprintf("%02d", h.TTL))
	}
	p.addText(FieldHopAddress, hopText(h))
	p.addFloat(FieldHopTimeMS, milliseconds(h.RTT))
	if number > 0 {
		p.addWhole(FieldASN, int64(number))
	}
	if h.Said != "" {
		p.addText(FieldICMP, h.Said)
	}
	return p
}

// traced begins a point of a path. The plugin's own names stand above a cloud's tags: without them
// the hops of a path would be one point.
func (p *Point) traced(measurement string, l Labels, o *observation.Path) {
	p.begin(measurement, o.Sent).about(l)
	p.tags = slices.DeleteFunc(p.tags, func(t telegraf.Tag) bool { return OfPaths(t.Key) })
	p.addTag(TagReason, o.Reason.String())
}

// pathText lists who spoke from hop 1 on. Who spoke to the full TTL alone stands behind a silence of
// unknown length.
func pathText(hops []observation.Hop) string {
	var words []string
	for i := range hops {
		h := &hops[i]
		if h.TTL == 0 {
			words = append(words, Silent)
		}
		words = append(words, hopText(h))
	}
	return strings.Join(words, " ")
}

func hopText(h *observation.Hop) string {
	if h.Silent() {
		return Silent
	}
	return h.Addr.String()
}

// pathHash has 53 bits, so that a reader that knows floats alone can tell two of them apart.
func pathHash(text string) int64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return int64(h.Sum64() >> 11)
}

func responded(hops []observation.Hop) (n int64) {
	for i := range hops {
		if !hops[i].Silent() {
			n++
		}
	}
	return n
}

// lastHop is the highest TTL at which anything spoke.
func lastHop(hops []observation.Hop) (ttl int) {
	for i := range hops {
		if !hops[i].Silent() {
			ttl = max(ttl, hops[i].TTL)
		}
	}
	return ttl
}

// asPath lists the AS numbers on the way, neighbours that are alike once.
func asPath(numbers []uint32) string {
	known := slices.DeleteFunc(slices.Clone(numbers), func(n uint32) bool { return n == 0 })
	var words []string
	for _, n := range slices.Compact(known) {
		words = append(words, strconv.FormatUint(uint64(n), 10))
	}
	return strings.Join(words, " ")
}
