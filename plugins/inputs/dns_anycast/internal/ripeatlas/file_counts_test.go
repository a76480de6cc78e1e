package ripeatlas

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

// TestReadFileTallies: what is not as it should be is counted where it was asked, every time.
func TestReadFileTallies(t *testing.T) {
	at := func(measurement, synced int) []byte {
		return of(func(r *atlastest.Result) {
			r.Measurement, r.Synced, r.Reply = measurement, synced, atlastest.Named("hostname.bind", "a", nil)
		}).Line()
	}
	lines := slices.Concat(
		slices.Repeat([][]byte{at(1, 5)}, 3), slices.Repeat([][]byte{at(2, -1)}, 2), slices.Repeat([][]byte{[]byte(`{"oops":1}`)}, 4),
	)
	w := readAll(t, bytes.Join(lines, []byte("\n")))
	want := map[At]Tally{
		{1, kRoot, 0}: {Duplicates: 2}, {2, kRoot, 0}: {Duplicates: 1, Unsynced: 1},
	}
	for at, tally := range want {
		if w.Tallies[at] != tally {
			t.Errorf("%v: %+v, want %+v", at, w.Tallies[at], tally)
		}
	}
	if len(w.Tallies) != 2 || w.Undecodable != 4 || w.Duplicates != 3 || w.Unsynced != 1 {
		t.Errorf("%+v", w)
	}
}

// TestReadFileLong: a repetition is one also where others have been forgotten in between.
func TestReadFileLong(t *testing.T) {
	v := newVotes()
	v.targets, v.told, v.taken = map[int]*target{}, map[telling]Result{}, manyResults-1
	parser := NewParser(QuestionOfFile([]string{"hostname.bind"}))
	for _, line := range slices.Repeat(some(7), 5) {
		r, err := parser.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		v.takeFromFile(r)
	}
	if v.Total != 1 || v.Duplicates != 4 {
		t.Errorf("%d results, %d again", v.Total, v.Duplicates)
	}
}

// TestReadFileCut: a last line that is no whole object, and has no end, was cut.
func TestReadFileCut(t *testing.T) {
	line := string(some(7)[0])
	for text, cut := range map[string]bool{
		line: false, line + "\n": false, line + "\n" + line[:50]: true, line + "\n" + line[:50] + "\n": false,
		line[:50] + "\n" + line: false, line + "\n{}": false,
	} {
		if w := readAll(t, []byte(text)); w.Cut != cut {
			t.Errorf("%q: cut %v", text, w.Cut)
		}
	}
}

// TestReadFileDates: a clock that may be wrong does not say when a file begins, unless there is no other.
func TestReadFileDates(t *testing.T) {
	result := func(second int64, synced int) string {
		return string(of(func(r *atlastest.Result) {
			r.At, r.Synced, r.Probe = time.Unix(second, 0), synced, int(second)
			r.Reply = atlastest.Named("hostname.bind", "a", nil)
		}).Line())
	}
	for name, c := range map[string]struct {
		lines    []string
		from, to int64
	}{
		"first":     {[]string{result(4, -1), result(1000, 1), result(1010, 1)}, 1000, 1011},
		"last":      {[]string{result(1000, 1), result(1010, 1), result(4, -1)}, 1000, 1011},
		"no others": {[]string{result(4, -1), result(9, -1)}, 4, 10},
	} {
		if w := readAll(t, []byte(strings.Join(c.lines, "\n"))); w.From.Unix() != c.from || w.To.Unix() != c.to {
			t.Errorf("%s: from %v to %v", name, w.From, w.To)
		}
	}
}

// TestReadFileSerials: each zone, and each measurement, has its own first sight of a serial, which is
// that of an answer with authority.
func TestReadFileSerials(t *testing.T) {
	soa := func(measurement, second int, zone string, edit func(*dns.Msg)) string {
		return string(of(func(r *atlastest.Result) {
			r.Measurement, r.Probe, r.At = measurement, second, asked.Add(time.Duration(second)*time.Second)
			r.Reply = atlastest.Zone(zone, 7, "a", edit)
		}).Line())
	}
	lines := []string{
		soa(1, 1, "a.example", func(m *dns.Msg) { m.Authoritative = false }), soa(1, 5, "a.example", nil), soa(1, 6, "a.example", nil),
		soa(2, 3, "b.example", nil), soa(3, 4, "a.example", nil),
	}
	got := map[int]int{}
	for _, r := range readAll(t, []byte(strings.Join(lines, "\n"))).Earliest {
		got[r.Measurement] = int(r.Sent.Sub(asked) / time.Second)
	}
	if len(got) != 3 || got[1] != 5 || got[2] != 3 || got[3] != 4 {
		t.Errorf("first seen after %v s", got)
	}
}
