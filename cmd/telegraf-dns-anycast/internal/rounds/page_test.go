package rounds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// crowd is a history of one round of two clouds, of which the last rows of each are bad, and with
// a number of notices.
func crowd(good, bad, notices int, spoil func(telegraf.Metric), points ...telegraf.Metric) *History {
	for c, cloud := range []string{"a", "b"} {
		for i := range good + bad {
			m := newPoint(fmt.Sprintf("cloud=%s,server=%[1]s-%d.example,address=192.0.%d.%[2]d,transport=udp,result=success", cloud, i, c), answeredIn(1))
			if i >= good {
				spoil(m)
			}
			points = append(points, m)
		}
	}
	h := NewHistory(nil)
	h.Add(roundOf(time.Second, points...))
	for i := range notices {
		fmt.Fprintln(h, "W! notice", i)
	}
	return h
}

func toTimeout(m telegraf.Metric) { m.AddTag("result", "timeout") }

// serversOf are those of the rows of a page, by name.
func serversOf(page []table.Line) (names []string) {
	for _, l := range page {
		if f := strings.Fields(l.Text); len(f) > 1 && strings.HasSuffix(f[0], ".example") {
			names = append(names, strings.TrimSuffix(f[0], ".example"))
		}
	}
	return names
}

// TestPageShowsBad: where not all rows have room those that are bad are the first, in the
// configured order.
func TestPageShowsBad(t *testing.T) {
	for name, spoil := range map[string]func(telegraf.Metric){
		"timeout":      toTimeout,
		"not expected": func(m telegraf.Metric) { m.AddField("expected", int64(0)) },
		"impossible":   func(m telegraf.Metric) { m.AddField("verdict", "impossible") },
	} {
		h := crowd(10, 3, 0, spoil)
		page := h.Page(time.Second, table.Look{Width: 80}, 20)
		want := []string{"a-10", "a-11", "a-12", "b-10", "b-11", "b-12", "a-0", "a-1", "a-2", "a-3", "a-4", "a-5", "a-6"}
		if got := serversOf(page); !slices.Equal(got, want) {
			t.Errorf("%s: rows %q, want %q:\n%s", name, got, want, table.Text(page))
		}
		if text := table.Text(page); !strings.Contains(text, "\n  … and 13 more, 0 of them with another result than success\n") ||
			strings.Count(text, "\na\n") != 2 || strings.Count(text, "\nb\n") != 1 {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	h := crowd(2, 30, 0, toTimeout)
	if text := table.Text(h.Page(time.Second, table.Look{Width: 80}, 24)); !strings.Contains(text, "… and 45 more, 41 of them with another result than success\n") {
		t.Errorf("more bad ones than there is room for:\n%s", text)
	}
}

// TestPageOfZones: a row is bad for the zone that its target does not serve.
func TestPageOfZones(t *testing.T) {
	bad := aboutZone("b", "b-19.example", "address=192.0.1.19,zone=example.net,result=no_soa", answeredIn(1))
	h := crowd(20, 0, 0, toTimeout, bad)
	if got := serversOf(h.Page(time.Second, table.Look{Width: 80}, 24)); len(got) < 10 || got[0] != "b-19" || got[1] != "a-0" {
		t.Errorf("rows %q, want b-19 first", got)
	}
}

// TestPageNotices: they take no room that bad rows need, and leave a few rows in any case.
func TestPageNotices(t *testing.T) {
	for _, test := range []struct{ bad, height, rows, notices int }{
		{6, 24, 12, 5}, // all bad rows have room beside as many notices as ever
		{6, 20, 12, 1}, // beside one
		{6, 18, 12, 0},
		{6, 14, 8, 0}, // not all have room
		{0, 8, 3, 0},  // nothing is bad: a few rows
		{0, 12, 3, 3},
		{0, 24, 13, 5},
		{10, 50, 32, 9}, // all of it
	} {
		h := crowd(16-test.bad, test.bad, 9, toTimeout)
		page := h.Page(time.Second, table.Look{Width: 80}, test.height)
		rows, notices := len(serversOf(page)), strings.Count(table.Text(page), "W! notice")
		if rows != test.rows || notices != test.notices {
			t.Errorf("%d bad ones of 32 on %d lines: %d rows, %d notices, want %d and %d:\n%s",
				2*test.bad, test.height, rows, notices, test.rows, test.notices, table.Text(page))
		}
		if len(page) > test.height {
			t.Errorf("%d lines on a screen of %d", len(page), test.height)
		}
	}
}

// TestPageThatFits: rows stand in the configured order where all have room.
func TestPageThatFits(t *testing.T) {
	h := crowd(3, 2, 0, toTimeout)
	want := []string{"a-0", "a-1", "a-2", "a-3", "a-4", "b-0", "b-1", "b-2", "b-3", "b-4"}
	if got := serversOf(h.Page(time.Second, table.Look{Width: 80}, 15)); !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}
