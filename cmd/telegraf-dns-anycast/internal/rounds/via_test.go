package rounds

import (
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// pathAfter is a traced path of the target of changeOf, which differs at a hop. One that begins with
// "-" does not reach the server.
func pathAfter(reason, hops string, changedHop int, far bool, at time.Time) telegraf.Metric {
	tags := map[string]string{"cloud": "c", "server": "192.0.2.1", "address": "192.0.2.1", "family": "ipv4", "transport": "udp", "reason": reason}
	hops, dead := strings.CutPrefix(hops, "-")
	fields := map[string]any{"reached": int64(1), "responded": int64(1), "path": hops}
	if dead {
		fields["reached"] = int64(0)
	}
	if !far && !dead {
		fields["hops"] = int64(len(strings.Fields(hops)))
	}
	if changedHop > 0 {
		fields["changed_hop"] = int64(changedHop)
		listed := strings.Fields(hops)
		if far {
			listed = listed[:len(listed)-2]
		}
		if changedHop <= len(listed) {
			fields["changed_to"] = listed[changedHop-1]
		}
	}
	return metric.New("dns_anycast_path", tags, fields, at)
}

// change is one at a time, to the n-th site.
func change(to string, at time.Time) telegraf.Metric {
	return changeOf(map[string]any{"from": "LHR", "to": to, "held_s": 1.0, "changes": int64(1)}, at)
}

// eventsOf are the events of a watch, the newest first, without their times.
func eventsOf(h *History) (texts []string) {
	for _, l := range h.eventLines(table.Look{}, eventsKept)[1:] {
		_, text, _ := strings.Cut(l.Text, ": ")
		texts = append(texts, text)
	}
	return texts
}

// TestVia: which way the new path goes stands behind its change.
func TestVia(t *testing.T) {
	for _, test := range []struct {
		hops    string
		changed int
		far     bool
		want    string
	}{
		{"198.51.100.1 198.51.100.2 192.0.2.1", 2, false, " via 198.51.100.2"},
		{"198.51.100.1 192.0.2.1", 2, false, " via 192.0.2.1"},
		{"198.51.100.1 192.0.2.1", 0, false, ""},
		{"198.51.100.1 * 192.0.2.1", 2, false, " via * (hop 2 is silent)"},
		{"198.51.100.1 192.0.2.1", 3, false, " via * (the server is hop 2)"},
		{"-198.51.100.1 198.51.100.2", 3, false, " via * (silent from hop 3 on)"},
		{"-", 1, false, " via * (silent from hop 1 on)"},
		{"198.51.100.1 * 192.0.2.1", 1, true, " via 198.51.100.1"},
		{"198.51.100.1 * 192.0.2.1", 2, true, " via * (hop 2 is silent)"},
		{"198.51.100.1 * 192.0.2.1", 3, true, " via * (hop 3 is silent)"},
		{"* 192.0.2.1", 1, true, " via * (hop 1 is silent)"},
	} {
		h, now := NewHistory(nil), time.Now()
		h.Add(roundOf(time.Second, change("YYZ", now), pathAfter("change", test.hops, test.changed, test.far, now)))
		if got := eventsOf(h); len(got) != 1 || got[0] != "LHR -> YYZ, after 1s"+test.want {
			t.Errorf("%q, hop %d: %q, want %q at the end", test.hops, test.changed, got, test.want)
		}
	}
}

// TestViaOfWhich: the path belongs to the last change before it, also where it comes rounds later;
// one that was traced for another reason, or to another target, to none.
func TestViaOfWhich(t *testing.T) {
	h, start := NewHistory(nil), time.Now()
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	h.Add(roundOf(time.Second, change("A", at(0)), change("B", at(1))))
	h.Add(roundOf(time.Second, pathAfter("regular", "198.51.100.9", 1, false, at(2))))
	h.Add(roundOf(time.Second, change("C", at(5)), pathAfter("change", "198.51.100.1", 1, false, at(4))))
	other := pathAfter("change", "198.51.100.8", 1, false, at(6))
	other.AddTag("address", "192.0.2.2")
	h.Add(roundOf(time.Second, other, pathAfter("regular", "198.51.100.7", 1, false, at(7))))
	want := []string{"LHR -> C, after 1s", "LHR -> B, after 1s via 198.51.100.1", "LHR -> A, after 1s"}
	if got := eventsOf(h); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestRoundTextVia: below the rounds before, a change is written once, and once more when its way is
// known.
func TestRoundTextVia(t *testing.T) {
	h, now := NewHistory(nil), time.Now()
	for i, r := range []struct {
		points []telegraf.Metric
		want   string
	}{
		{[]telegraf.Metric{change("YYZ", now)}, "LHR -> YYZ, after 1s\n"},
		{nil, ""},
		{[]telegraf.Metric{pathAfter("change", "198.51.100.1", 1, false, now)}, "LHR -> YYZ, after 1s via 198.51.100.1\n"},
		{nil, ""},
		{[]telegraf.Metric{pathAfter("change", "198.51.100.1", 0, false, now)}, ""},
	} {
		h.Add(roundOf(time.Second, r.points...))
		text := h.RoundText(table.Look{})
		if _, got, _ := strings.Cut(text, "192.0.2.1: "); strings.TrimSuffix(got, "\n") != r.want {
			t.Errorf("round %d: %q, want %q", i+1, text, r.want)
		}
	}
}

// TestRoundWithPaths: a path that was traced beside a round counts nowhere.
func TestRoundWithPaths(t *testing.T) {
	plain, path := newPoint(atLHR, answeredIn(1)), pathAfter("start", "198.51.100.1", 0, false, time.Now())
	hop := v4.hop(1, "198.51.100.1", "", "")
	r, with := roundOf(time.Second, plain), roundOf(time.Second, path, hop, plain)
	if got, want := with.Text(table.Look{}), r.Text(table.Look{}); got != want || with.Failed() || with.Queries() != 1 {
		t.Errorf("%d queries:\n%swant\n%s", with.Queries(), got, want)
	}
	if all := with.Points(); len(all) != 3 || all[0] != plain || all[1] != path || all[2] != hop {
		t.Errorf("points %v", all)
	}
}
