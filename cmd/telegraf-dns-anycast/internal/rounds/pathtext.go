package rounds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// Text is what a person sees of the paths: each below an empty line, and at the end what was not
// traced.
func (ps *Paths) Text(look table.Look) string {
	var lines []table.Line
	for _, group := range pairs(ps.sorted()) {
		lines = append(append(lines, table.Line{}), ps.layOut(group, look)...)
	}
	for i, note := range ps.Notes() {
		if i == 0 {
			lines = append(lines, table.Line{})
		}
		lines = append(lines, look.Wrap(note, "  ")...)
	}
	return table.Text(lines)
}

// Notes say what was not traced, and why.
func (ps *Paths) Notes() (notes []string) {
	if ps.streams > 0 {
		notes = append(notes, fmt.Sprintf("%s over TCP left out: paths are traced by queries over UDP alone",
			count(ps.streams, "target", "targets")))
	}
	var names []string
	for _, q := range ps.unresolved {
		name := cells.Flat(q.Server)
		if q.Family != "" {
			name += " over " + familyText(q.Family)
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		notes = append(notes, fmt.Sprintf("nothing to trace for %s: no address",
			strings.Join(slices.Compact(names), ", ")))
	}
	return notes
}

// layOut has the heads of a path, or of two, and their hops: side by side where there is room.
func (ps *Paths) layOut(group []*path, look table.Look) (lines []table.Line) {
	mark := 0
	if len(group) == 2 {
		mark = group[0].parts(group[1])
	}
	hops := hopTable(group, mark)
	apart := slices.ContainsFunc(group, func(p *path) bool { return p.last() == nil }) ||
		look.Width > 0 && hops.Width() > look.Width
	for i, p := range group {
		if apart && i > 0 {
			lines = append(lines, table.Line{})
		}
		lines = append(lines, ps.head(p, look)...)
		if apart {
			lines = append(lines, hopTable(group[i:i+1], mark).LayOut(look)...)
		}
	}
	if !apart {
		lines = append(lines, hops.LayOut(look)...)
	}
	if mark > 0 {
		lines = append(lines, look.Wrap(partsMark+" first hop at which IPv4 and IPv6 part", "  ")...)
	}
	if slices.ContainsFunc(group, func(p *path) bool { return p.full != nil }) {
		const far = fullTTL + " spoke to the full TTL alone: at which hop is not known"
		lines = append(lines, look.Wrap(far, "  ")...)
	}
	return lines
}

// head says what came of a path, and where and when it was traced: what a ticket begins with.
func (ps *Paths) head(p *path, look table.Look) []table.Line {
	to := targetText(p.TargetKey)
	if p.Cloud != "" {
		to += fmt.Sprintf(" (cloud %s)", p.Cloud)
	}
	when := "  over UDP, " + p.Began.UTC().Format("2006-01-02 15:04:05 UTC")
	if ps.Host != "" {
		when += ", from " + ps.Host
	}
	head := fmt.Sprintf("%s: %s", to, p.outcome(ps.Hops))
	return append(look.Wrap(cells.Flat(head), "  "), look.Wrap(cells.Flat(when), "  ")...)
}

// outcome says who answered, or why nobody did, of a path of so many hops at most.
func (p *path) outcome(most int) string {
	n := len(p.hops)
	at := fmt.Sprintf("at hop %d", n)
	if p.full != nil {
		at = "behind " + orSilence(n)
	}
	switch {
	case p.Reached:
		return fmt.Sprintf("%s %s in %s", p.answerer(), at, milliseconds(p.QueryTime))
	case p.Local && n == 0:
		return "not traced: " + p.Cause
	case p.Local:
		return fmt.Sprintf("broken off behind hop %d: %s", n, p.Cause)
	case p.Cause != "":
		return fmt.Sprintf("no answer: %s, %s", p.Cause, at)
	case p.full != nil:
		return fmt.Sprintf("no answer: the full TTL ran out at %s, %s", p.full.Address, at)
	case n == most && p.isLoop():
		return fmt.Sprintf("no answer within %s: a loop", count(most, "hop", "hops"))
	case n == most:
		return fmt.Sprintf("no answer within %s", count(most, "hop", "hops"))
	case n == 0:
		return "no answer, and no hop spoke"
	}
	return fmt.Sprintf("no answer behind hop %d", n)
}

// orSilence is a hop, or what there is where none spoke.
func orSilence(hop int) string {
	if hop == 0 {
		return "silence"
	}
	return fmt.Sprintf("hop %d", hop)
}

// answerer is how the server names itself, in its answer to the path.
func (p *path) answerer() string {
	if p.Instance == "" {
		return "answer without a name"
	}
	return siteText(cmp.Or(p.Site, p.Instance), p.Instance)
}

// targetText is a server as written, and its address where that does not say it.
func targetText(k dns_anycast.TargetKey) string {
	if strings.Contains(k.Server, k.Address) {
		return k.Server
	}
	return k.Server + " " + k.Address
}

func familyText(family string) string {
	return map[string]string{dns_anycast.FamilyIPv4: "IPv4", dns_anycast.FamilyIPv6: "IPv6"}[family]
}
