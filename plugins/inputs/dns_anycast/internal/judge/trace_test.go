package judge

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// pathOf reads a path: a word a hop, * for silence, a number N for 192.0.2.N. Behind … is who spoke
// to the full TTL alone. In "!" the server answered; in "?" this host could not send on.
func pathOf(text string) *observation.Path {
	var p observation.Path
	far := false
	for word := range strings.FieldsSeq(text) {
		h := observation.Hop{TTL: len(p.Hops) + 1}
		if far {
			h.TTL = 0
		}
		switch word {
		case "!":
			p.Reached = true
			continue
		case "?":
			p.Local = true
			continue
		case "…":
			far = true
			continue
		case "*":
		default:
			h.Addr = netip.MustParseAddr("192.0.2." + word)
		}
		p.Hops = append(p.Hops, h)
	}
	return &p
}

func turnText(t *Turn) string {
	if t == nil {
		return ""
	}
	name := func(h *observation.Hop) string {
		switch {
		case h == nil:
			return "-"
		case h.Silent():
			return "*"
		}
		return strings.TrimPrefix(h.Addr.String(), "192.0.2.")
	}
	return fmt.Sprintf("%d: behind %s, %s to %s", t.Hop, name(t.After), name(t.From), name(t.To))
}

// TestTurn: where a path parts from the one before. It is the same hop whichever comes first.
func TestTurn(t *testing.T) {
	for _, c := range []struct{ before, now, want, back string }{
		{"1 2 9 !", "1 2 9 !", "", ""},
		{"1 2 9 !", "1 3 9 !", "2: behind 1, 2 to 3", "2: behind 1, 3 to 2"},
		{"1 2 9 !", "3 2 9 !", "1: behind -, 1 to 3", "1: behind -, 3 to 1"},
		{"1 2 9 !", "1 * 9 !", "", ""},
		{"* 2 9 !", "1 * 9 !", "", ""},
		{"1 * 3 9 !", "1 * 4 9 !", "3: behind 1, 3 to 4", "3: behind 1, 4 to 3"},
		{"1 2 9 !", "1 2 3 9 !", "3: behind 2, 9 to 3", "3: behind 2, 3 to 9"},
		{"1 2 9 !", "1 2 * 9 !", "4: behind 2, - to 9", "4: behind 2, 9 to -"},
		{"1 2 9 !", "1 2", "3: behind 2, 9 to -", "3: behind 2, - to 9"},
		{"1 * 9 !", "1", "2: behind 1, * to -", "2: behind 1, - to *"},
		{"1 2 9 !", "", "1: behind -, 1 to -", "1: behind -, - to 1"},
		{"", "", "", ""},
		{"1 2 … 9 !", "1 2 … 9 !", "", ""},
		{"1 2 … 9 !", "1 2 3 … 9 !", "", ""},
		{"1 2 … 9 !", "1 2 3 9 !", "", ""},
		{"1 2 … 9 !", "1 4 … 9 !", "2: behind 1, 2 to 4", "2: behind 1, 4 to 2"},
		{"1 2 3 4 … 9 !", "1 2 9 !", "3: behind 2, 3 to 9", "3: behind 2, 9 to 3"},
		{"1 * 3 … 9 !", "1 9 !", "3: behind 1, 3 to -", "3: behind 1, - to 3"},
		{"1 2 … 9 !", "1 2", "3: behind 2, - to -", "3: behind 2, - to -"},
		{"1 2 … 9 !", "1 2 3", "4: behind 2, - to -", "4: behind 2, - to -"},
		{"1 2 … 9 !", "1", "2: behind 1, 2 to -", "2: behind 1, - to 2"},
		{"… 9 !", "", "1: behind -, - to -", "1: behind -, - to -"},
	} {
		for _, d := range [][3]string{{c.before, c.now, c.want}, {c.now, c.before, c.back}} {
			p := Path{View: &View{Cloud: &Cloud{Names: NewNames(1)}}}
			if first := p.Trace(pathOf(d[0]), time.Time{}); first.Turn != nil {
				t.Errorf("%q: turned at first", d[0])
			}
			if got := turnText(p.Trace(pathOf(d[1]), time.Time{}).Turn); got != d[2] {
				t.Errorf("%q, then %q: turned %q, want %q", d[0], d[1], got, d[2])
			}
		}
	}
}

// TestTurnOfLocal: a path that this host could not send along is compared with none.
func TestTurnOfLocal(t *testing.T) {
	p := Path{View: &View{Cloud: &Cloud{Names: NewNames(1)}}}
	for _, c := range []struct{ text, want string }{
		{"1 2 !", ""}, {"1 ?", ""}, {"1 2 !", ""}, {"3 ?", ""}, {"1 4 !", "2: behind 1, 2 to 4"},
	} {
		if got := turnText(p.Trace(pathOf(c.text), time.Time{}).Turn); got != c.want {
			t.Errorf("%q: turned %q, want %q", c.text, got, c.want)
		}
	}
}
