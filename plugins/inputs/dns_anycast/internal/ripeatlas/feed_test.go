package ripeatlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestFeedWindows: they begin at multiples of their length, the first after the start, and each is
// there once, its grace after its end.
func TestFeedWindows(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.asks(time.Now(), time.Hour, 10, nil)
		time.Sleep(time.Minute + time.Millisecond)
		l.run()
		time.Sleep(24 * time.Minute)
		windows, said := l.told()
		same(t, "windows", windows,
			"00:05:00+5m0s 10 at 00:15:00", "00:10:00+5m0s 10 at 00:20:00", "00:15:00+5m0s 10 at 00:25:00")
		same(t, "said", said)
		for _, r := range l.Requests() {
			if r.Key != "" {
				t.Errorf("a key was sent: %+v", r)
			}
		}
		time.Sleep(10 * time.Minute)
		windows, _ = l.told()
		same(t, "windows", windows, "00:20:00+5m0s 20 at 00:30:00", "00:25:00+5m0s 10 at 00:35:00")
	})
}

// TestFeedLengths: by default the interval, five minutes at least; with others each result is once
// in them, in however many slices.
func TestFeedLengths(t *testing.T) {
	for _, c := range []struct {
		length, interval, sliced time.Duration
		want                     string // of the first window
	}{
		{0, 240 * time.Second, 0, "00:05:00+5m0s 10 at 00:15:00"},
		{0, 15 * time.Minute, 0, "00:15:00+15m0s 40 at 00:35:00"},
		{time.Hour, 240 * time.Second, 0, "01:00:00+1h0m0s 150 at 02:05:00"},
		{time.Hour, 240 * time.Second, 7 * time.Minute, "01:00:00+1h0m0s 150 at 02:05:00"},
		{time.Hour, 15 * time.Minute, time.Second * 61, "01:00:00+1h0m0s 150 at 02:05:00"},
		{90 * time.Second, 240 * time.Second, 0, "00:03:00+1m30s 10 at 00:09:30"},
	} {
		inBubble(t, func(t *testing.T, l *lab) {
			m := measurement10301(nil)
			m.Interval = c.interval
			l.Measure(m)
			total := l.asks(time.Now().Add(-5*time.Second), 6*time.Hour, 10, nil) // across the ends of slices
			time.Sleep(time.Minute * 2)
			l.feed.Length, l.feed.sliced = c.length, c.sliced
			l.run()
			time.Sleep(8 * time.Hour)
			l.end()
			sum := 0
			for _, w := range l.windows {
				sum += w.Total
				if w.Duplicates > 0 || w.Late > 0 || w.Undecodable > 0 {
					t.Errorf("%+v: %+v", c, w)
				}
			}
			first := l.windows[0].From.Unix()
			before := 0
			for at := int64(946684795); at < first; at += 240 {
				before += int(min(10, first-at))
			}
			if windows, _ := l.told(); windows[0] != c.want || sum != total-before {
				t.Errorf("%+v: first %s, want %s; %d results, want %d", c, windows[0], c.want, sum, total-before)
			}
		})
	}
}

// TestFeedFaults: whatever happens to an answer, the window is there whole and once, a little later,
// and that is said once.
func TestFeedFaults(t *testing.T) {
	const url = "http://atlas.example/api/v2 "
	many := func(n int, fault atlastest.Fault) []atlastest.Fault {
		return slices.Repeat([]atlastest.Fault{fault}, n)
	}
	for _, c := range []struct {
		name   string
		faults []atlastest.Fault
		after  time.Duration
		said   []string // faults, without what is around them
	}{
		{"429", many(1, atlastest.Status(429)), time.Second, []string{"answers 429 Too Many Requests: Not now, please."}},
		{"429 for 90 s", many(1, atlastest.BusyFor(429, "90")), 90 * time.Second, []string{"answers 429 Too Many Requests: Not now, please."}},
		{"503 until", many(1, atlastest.BusyFor(503, "Sat, 01 Jan 2000 00:21:00 GMT")), time.Minute, []string{"answers 503 Service Unavailable: Not now, please."}},
		{"429 for nonsense", many(2, atlastest.BusyFor(429, "-5")), 3 * time.Second, []string{"answers 429 Too Many Requests: Not now, please."}},
		{"429 for ever", many(1, atlastest.BusyFor(429, "999999999")), time.Hour, []string{"answers 429 Too Many Requests: Not now, please."}},
		{"500, five times", many(5, atlastest.Status(500)), 31 * time.Second, []string{"answers 500 Internal Server Error: Not now, please."}},
		{"502, twelve times", many(12, atlastest.Status(502)), 511*time.Second + 3*5*time.Minute, []string{"answers 502 Bad Gateway: Not now, please."}},
		{"403", many(1, atlastest.Status(403)), time.Second, []string{"answers 403 Forbidden: Not now, please."}},
		{"HTML", many(1, atlastest.HTML), time.Second, []string{"answers with a page of HTML"}},
		{"a page", many(1, atlastest.Page), time.Second, []string{"answers with a page of HTML"}},
		{"nothing", many(1, atlastest.Empty), time.Second, []string{"has no results"}},
		{"half a line", many(1, atlastest.CutLine), time.Second, []string{"has cut off its answer"}},
		{"cut", many(1, atlastest.Cut), time.Second, []string{"has cut off its answer"}},
		{"closed", many(2, atlastest.Closed), 3 * time.Second, []string{"cannot be read: EOF"}}, // net/http asks again itself
		{"hang", many(1, atlastest.Hang), 31 * time.Second, []string{"says nothing"}},
		{"silence", many(1, atlastest.Silent), 31 * time.Second, []string{"says nothing"}},
		{"in turn", []atlastest.Fault{atlastest.Status(429), atlastest.HTML, atlastest.Status(429)}, 7 * time.Second, []string{"answers 429 Too Many Requests: Not now, please.", "answers with a page of HTML"}},
		{"an error in JSON", many(1, func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.Write([]byte(`{"error":{"status":500}}`)) }), time.Second, []string{"answers without a result"}},
	} {
		inBubble(t, func(t *testing.T, l *lab) {
			l.asks(time.Now(), 3*time.Hour, 10, nil)
			l.run()
			time.Sleep(15*time.Minute + time.Second)
			l.told()
			l.Fail(c.faults...)
			time.Sleep(2 * time.Hour)
			windows, said := l.told()
			due := time.Date(2000, 1, 1, 0, 20, 0, 0, time.UTC)
			want := fmt.Sprintf("00:10:00+5m0s 10 at %s", due.Add(c.after).Format(time.TimeOnly))
			if windows[0] != want {
				t.Errorf("%s: %s, want %s", c.name, windows[0], want)
			}
			l.Fail(atlastest.Status(500)) // another time, after as short a pause as the first
			time.Sleep(5 * time.Minute)
			if more, _ := l.told(); len(more) != 1 || !strings.HasSuffix(more[0], ":01") {
				t.Errorf("%s: after another fault %q", c.name, more)
			}
			if len(windows) < 10 || !strings.HasPrefix(windows[1], "00:15:00+5m0s 10 at ") {
				t.Errorf("%s: and then %q", c.name, windows[1:])
			}
			var warned, over []string
			for _, text := range c.said {
				warned = append(warned, "W! RIPE Atlas: measurement 10301: "+url+text+": trying again")
				over = append(over, "I! RIPE Atlas: measurement 10301: is over: "+url+text)
			}
			slices.Sort(said[min(len(warned), len(said)):])
			slices.Sort(over)
			if c.name != "closed" {
				same(t, c.name, said, append(warned, over...)...)
			} else if len(said) != 2 {
				t.Errorf("%s: %q", c.name, said)
			}
		})
	}
}

// TestFeedLate: what comes after its window was fetched is counted once, and changes nothing.
func TestFeedLate(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.feed.Cache = t.TempDir()
		l.asks(time.Now(), time.Hour, 10, func(r *atlastest.Result) {
			switch {
			case r.Probe == 3 && r.At.Minute() == 8:
				r.Late = 8 * time.Minute // at 00:16, behind the grace of its window
			case r.Probe == 6 && r.At.Minute() == 16:
				r.Late = 11 * time.Minute // at 00:27, which the next process counts
			case r.Probe == 4:
				r.Late = 6 * time.Minute // within the grace, mostly
			case r.Probe == 5:
				r.Twice = true
			}
		})
		l.run()
		time.Sleep(26 * time.Minute)
		windows, said := l.told()
		// Probe 4 asks at :00, :04, :08 … and 3 s: late for the windows that end within 1 min of that.
		same(t, "windows", windows,
			"00:00:00+5m0s 19 late -1 twice 2 at 00:10:00", "00:05:00+5m0s 9 late 1 twice 1 at 00:15:00",
			"00:10:00+5m0s 10 late 1 twice 1 at 00:20:00", "00:15:00+5m0s 9 late 0 twice 1 at 00:25:00")
		same(t, "said", said)
		l.end()
		l.run() // as another process, which knows how many there were
		time.Sleep(10 * time.Minute)
		windows, _ = l.told()
		same(t, "windows", windows, "00:20:00+5m0s 19 late 1 twice 2 at 00:30:00", "00:25:00+5m0s 10 late 1 twice 1 at 00:35:00")
	})
}

// TestFeedLateFaults: a count of what came late that cannot be had holds its window up for a few tries,
// and is no zero. While that lasts, no window waits for it, and nothing more is said.
func TestFeedLateFaults(t *testing.T) {
	for _, c := range []struct {
		name, says string
		fault      atlastest.Fault
		after      time.Duration
		tries      int
	}{
		{"busy", "answers 500 Internal Server Error: Not now, please.", atlastest.Status(500), 3 * time.Second, 3},
		{"refused", "answers 410 Gone: Not now, please.", atlastest.Status(410), 0, 1},
		{"nothing", "no longer has the results of the window before", atlastest.Empty, 3 * time.Second, 3},
	} {
		inBubble(t, func(t *testing.T, l *lab) {
			l.asks(time.Now(), time.Hour, 10, func(r *atlastest.Result) { r.Twice = true })
			l.run()
			time.Sleep(15*time.Minute + time.Second)
			l.told()
			l.Fail(append([]atlastest.Fault{atlastest.OK}, slices.Repeat([]atlastest.Fault{c.fault}, c.tries)...)...)
			l.Fail(atlastest.OK, c.fault) // of the next window
			time.Sleep(15 * time.Minute)
			windows, said := l.told()
			due := time.Date(2000, 1, 1, 0, 20, 0, 0, time.UTC).Add(c.after)
			same(t, c.name, windows, fmt.Sprintf("00:10:00+5m0s 10 late -1 twice 10 at %s", due.Format(time.TimeOnly)),
				"00:15:00+5m0s 10 late -1 twice 10 at 00:25:00", "00:20:00+5m0s 20 late 0 twice 20 at 00:30:00")
			text := "what came late cannot be counted: http://atlas.example/api/v2 " + c.says
			same(t, c.name, said, "W! RIPE Atlas: measurement 10301: "+text, "I! RIPE Atlas: measurement 10301: is over: "+text)
		})
	}
}

// TestFeedFilters: a server that gives more than it was asked for changes nothing.
func TestFeedFilters(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		all := bytes.Join(some(1, 2, 3), []byte("\n")) // of another year
		more := func(w http.ResponseWriter, _ *http.Request, answer []byte) { w.Write(append(answer, all...)) }
		l.asks(time.Now(), time.Hour, 10, nil)
		l.run()
		time.Sleep(time.Minute)
		l.Fail(slices.Repeat([]atlastest.Fault{more}, 9)...)
		time.Sleep(20 * time.Minute)
		windows, said := l.told()
		same(t, "windows", windows, "00:00:00+5m0s 20 at 00:10:00", "00:05:00+5m0s 10 at 00:15:00", "00:10:00+5m0s 10 at 00:20:00")
		same(t, "said", said)
	})
}

// TestFeedTooMany: an answer without an end is read no further than its votes can be kept.
func TestFeedTooMany(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		line, written := some(1)[0], 0
		l.Fail(atlastest.OK, func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			for written < 50<<20 {
				n, err := w.Write(append(line, '\n'))
				if written += n; err != nil {
					return
				}
			}
		})
		f := l.feed.follower()
		m, err := f.Client.Measurement(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		f.take(m)
		taken, enough := 0, &Fault{Kind: kindLong}
		_, err = f.slice(t.Context(), span{0, 300}, 0, func(Result) error {
			if taken++; taken == 1000 {
				return enough
			}
			return nil
		}, nil)
		if synctest.Wait(); !isFault(err, kindLong) || taken != 1000 || written > 2<<20 {
			t.Errorf("%v after %d results, of %d bytes", err, taken, written)
		}
	})
	v := newVotes(1)
	for n := range mostWatched {
		v.add(Result{Probe: 1, Key: uint64(n)})
	}
	if err := v.tooMany(); err != nil {
		t.Errorf("as many results of a probe that is watched as there may be: %v", err)
	}
	if v.add(Result{Probe: 1, Key: 1 << 40}); v.tooMany() == nil {
		t.Error("no end of results of a probe that is watched")
	}
	v = newVotes()
	for n := range mostVotes + 1 {
		v.last[ballot{probe: n}] = Result{}
	}
	if v.tooMany() == nil {
		t.Error("no end of probes")
	}
}

// TestFeedOverlap: a server that leaves out the last second of what it is asked for loses that of a
// window alone, not of each slice.
func TestFeedOverlap(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		less := func(w http.ResponseWriter, r *http.Request, answer []byte) {
			for line := range bytes.Lines(answer) {
				if !bytes.Contains(line, []byte(`"timestamp":`+r.FormValue("stop")+`,`)) {
					w.Write(line)
				}
			}
		}
		l.asks(time.Now().Add(-5*time.Second), 6*time.Hour, 10, nil) // probe 5 at the last second of slices
		time.Sleep(time.Minute)
		l.feed.Length, l.feed.sliced = time.Hour, time.Minute
		l.run()
		time.Sleep(2 * time.Hour)
		l.Fail(slices.Repeat([]atlastest.Fault{less}, 60)...)
		time.Sleep(10 * time.Minute)
		windows, _ := l.told()
		same(t, "windows", windows, "01:00:00+1h0m0s 149 at 02:05:00")
	})
}

// TestFeedEmpty: a window without results is none, once a later one has some. Until then RIPE Atlas
// may be behind with all of them.
func TestFeedEmpty(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		start := time.Now()
		l.asks(start, 10*time.Minute, 10, nil)
		l.asks(start.Add(20*time.Minute), 10*time.Minute, 10, func(r *atlastest.Result) { r.Late = start.Add(41 * time.Minute).Sub(r.At) })
		l.asks(start.Add(30*time.Minute), 30*time.Minute, 10, func(r *atlastest.Result) { r.Late = start.Add(41 * time.Minute).Sub(r.At) })
		l.run()
		time.Sleep(39 * time.Minute)
		windows, said := l.told()
		same(t, "windows", windows, "00:00:00+5m0s 20 at 00:10:00", "00:05:00+5m0s 10 at 00:15:00")
		same(t, "said", said, "W! RIPE Atlas: measurement 10301: http://atlas.example/api/v2 has no results: trying again")
		time.Sleep(11 * time.Minute)
		windows, said = l.told()
		for i, w := range windows {
			windows[i], _, _ = strings.Cut(w, " at ")
		}
		same(t, "windows", windows, "00:20:00+5m0s 20", "00:25:00+5m0s 10", "00:30:00+5m0s 20", "00:35:00+5m0s 10", "00:40:00+5m0s 10")
		same(t, "said", said, "I! RIPE Atlas: measurement 10301: is over: http://atlas.example/api/v2 has no results")
	})
}

// TestFeedSparse: windows shorter than the interval, most of which have nothing, delay each other by
// no more than one.
func TestFeedSparse(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.feed.Length, l.feed.Grace = 10*time.Second, 20*time.Second
		l.asks(time.Now(), time.Hour, 3, nil)
		l.run()
		time.Sleep(20 * time.Minute)
		windows, said := l.told()
		const soonest, latest = "00:16:00+10s 3 at 00:16:30", "00:16:00+10s 3 at 00:16:40"
		if len(windows) != 5 || windows[4] < soonest || windows[4] > latest {
			t.Errorf("windows: %q", windows)
		}
		if len(said) != 2 {
			t.Errorf("said %q", said)
		}
	})
}

// TestFeedOutage: no window is lost while it is less than a day old.
func TestFeedOutage(t *testing.T) {
	for _, c := range []struct {
		hours time.Duration
		lost  int
	}{{20, 0}, {30, 1}} {
		inBubble(t, func(t *testing.T, l *lab) {
			l.asks(time.Now(), 40*time.Hour, 2, nil)
			var down atomic.Bool
			down.Store(true)
			l.run()
			var refuse atlastest.Fault
			refuse = func(w http.ResponseWriter, r *http.Request, answer []byte) {
				if down.Load() {
					l.Fail(refuse)
					atlastest.Status(500)(w, r, nil)
				} else {
					w.Write(answer)
				}
			}
			time.Sleep(31 * time.Minute)
			l.told()
			l.Fail(refuse)
			time.Sleep(c.hours * time.Hour)
			down.Store(false)
			time.Sleep(10 * time.Minute)
			windows, said := l.told()
			first, last := windows[0][:8], windows[len(windows)-1][:8]
			if c.lost == 0 && (first != "00:25:00" || len(windows) != int(c.hours)*12+2 || len(said) != 2) {
				t.Errorf("%v hours: %d windows, from %s to %s, %q", c.hours, len(windows), first, last, said)
			}
			if c.lost > 0 {
				lost := slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "is lost: it is older than 24h5m") })
				if age := l.now().Sub(l.first(windows)); !lost || age < 24*time.Hour-15*time.Minute {
					t.Errorf("%v hours: %d windows, from %s to %s (%v), %q", c.hours, len(windows), first, last, age, said)
				}
			}
		})
	}
}

func (l *lab) now() time.Time { return time.Now().UTC() }

// first is when the first of windows began, which was within the last 25 hours.
func (l *lab) first(windows []string) time.Time {
	at, _ := time.Parse(time.TimeOnly, windows[0][:8])
	now := l.now()
	begun := time.Date(now.Year(), now.Month(), now.Day()-1, at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	return begun
}

// TestFeedLongGrace: a window that is old when its grace is over is tried again as others are.
func TestFeedLongGrace(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.asks(time.Now(), time.Hour, 2, nil)
		l.feed.Grace, l.feed.Length = 24*time.Hour, 10*time.Minute
		l.run()
		time.Sleep(24 * time.Hour)
		l.Fail(slices.Repeat([]atlastest.Fault{atlastest.Status(500)}, 9)...)
		time.Sleep(65 * time.Minute)
		if windows, said := l.told(); len(windows) != 6 || len(said) != 2 {
			t.Errorf("%q, %q", windows, said)
		}
	})
}

// TestFeedSilence: a measurement without results for days is told of once, and once more when it has
// some again; one that was stopped is left out.
func TestFeedSilence(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.asks(time.Now(), time.Hour, 2, nil)
		l.asks(time.Now().Add(50*time.Hour), time.Hour, 2, nil)
		l.run()
		time.Sleep(49 * time.Hour)
		_, said := l.told()
		same(t, "said", said,
			"W! RIPE Atlas: measurement 10301: http://atlas.example/api/v2 has no results: trying again",
			"W! RIPE Atlas: measurement 10301: what its probes were answered from 2000-01-01T01:00:00Z to 2000-01-01T01:05:00Z is lost: it is older than 24h5m0s")
		time.Sleep(2 * time.Hour)
		windows, said := l.told()
		if len(windows) == 0 || len(said) != 2 ||
			!strings.HasPrefix(said[1], "I! RIPE Atlas: measurement 10301: is over: what its probes were answered from 2000-01-01T01:00:00Z to 2000-01-02T02:") {
			t.Errorf("%d windows, %q", len(windows), said)
		}
		l.Measure(measurement10301(map[string]any{"status": map[string]any{"id": 4, "name": "Stopped"}}))
		time.Sleep(2 * time.Hour)
		_, said = l.told()
		same(t, "said of a stopped one", said, `W! RIPE Atlas: measurement 10301 is left out: it has ended: its status is "Stopped"`)
		before := len(l.Requests())
		time.Sleep(2 * time.Hour)
		if after := len(l.Requests()); after != before {
			t.Errorf("%d requests for a measurement that was stopped", after-before)
		}
	})
}

// TestFeedResumes: after a restart it goes on where it was, unless the file says nothing of use.
func TestFeedResumes(t *testing.T) {
	for _, c := range []struct {
		name   string
		file   func(path string)
		length time.Duration
		want   string // the first window after the restart
		said   string
	}{
		{"as it is", nil, 0, "00:10:00+5m0s 10 at 01:00:30", ""},
		{"other length", nil, 15 * time.Minute, "00:15:00+15m0s 40 at 01:00:30", ""},
		{"no file", func(path string) { os.Remove(path) }, 0, "01:05:00+5m0s 10 at 01:15:00", ""},
		{"damaged", func(path string) { os.WriteFile(path, []byte(`{"format":`), 0o600) }, 0, "01:05:00+5m0s 10 at 01:15:00", "does not hold the last window"},
		{"another's", func(path string) {
			os.WriteFile(path, []byte(`{"format":"dns_anycast atlas 1","measurement":1,"from":1,"to":2}`), 0o600)
		}, 0, "01:05:00+5m0s 10 at 01:15:00", "does not hold the last window of measurement 10301"},
		{"future", func(path string) {
			os.WriteFile(path, []byte(`{"format":"dns_anycast atlas 1","measurement":10301,"from":1999999700,"to":2000000000,"results":1}`), 0o600)
		}, 0, "01:05:00+5m0s 10 at 01:15:00", "later than now"},
		{"a folder", func(path string) { os.Remove(path); os.MkdirAll(filepath.Join(path, "x"), 0o700) }, 0, "01:05:00+5m0s 10 at 01:15:00", "no regular file"},
	} {
		inBubble(t, func(t *testing.T, l *lab) {
			l.feed.Cache = t.TempDir()
			l.asks(time.Now(), 3*time.Hour, 10, nil)
			l.run()
			time.Sleep(16 * time.Minute)
			l.end()
			l.told()
			if files, err := os.ReadDir(l.feed.Cache); err != nil || len(files) != 1 {
				t.Errorf("%v, %v", files, err)
			}
			if c.file != nil {
				c.file(cursorFile(l.feed.Cache, 10301))
			}
			time.Sleep(44*time.Minute + 30*time.Second)
			l.feed.Length = c.length
			l.run()
			time.Sleep(20 * time.Minute)
			windows, said := l.told()
			if len(windows) == 0 || windows[0] != c.want {
				t.Errorf("%s: %q, want %s", c.name, windows, c.want)
			}
			if text := strings.Join(said, " "); !strings.Contains(text, c.said) || c.said == "" && text != "" {
				t.Errorf("%s: said %q", c.name, said)
			}
		})
	}
}

// TestFeedKeeps: what is to be kept with a window comes back in another run.
func TestFeedKeeps(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		var recalled []string
		l.feed.Cache = t.TempDir()
		l.feed.Keep = func() json.RawMessage { return json.RawMessage(fmt.Sprintf(`["after",%d]`, len(l.windows))) }
		l.feed.Recall = func(kept json.RawMessage, to time.Time) {
			recalled = append(recalled, string(kept)+to.UTC().Format(" 15:04"))
		}
		l.asks(time.Now(), time.Hour, 10, nil)
		l.run()
		time.Sleep(21 * time.Minute)
		l.end()
		l.run()
		time.Sleep(time.Minute)
		same(t, "recalled", recalled, `["after",3] 00:15`)
	})
}

// TestFeedUnfit: what is of no use is said once, and not asked for.
func TestFeedUnfit(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.feed.Addrs = []netip.Addr{netip.MustParseAddr("192.0.2.1")}
		l.Fail(atlastest.Status(500), atlastest.HTML)
		l.feed.Run(t.Context())
		_, said := l.told()
		same(t, "said", said,
			"W! RIPE Atlas: measurement 10301: http://atlas.example/api/v2 answers 500 Internal Server Error: Not now, please.: trying again",
			"W! RIPE Atlas: measurement 10301: http://atlas.example/api/v2 answers with a page of HTML: trying again",
			"I! RIPE Atlas: measurement 10301: is over: http://atlas.example/api/v2 answers 500 Internal Server Error: Not now, please.",
			"I! RIPE Atlas: measurement 10301: is over: http://atlas.example/api/v2 answers with a page of HTML",
			"W! RIPE Atlas: measurement 10301 is left out: its target is k.example (192.0.2.53), which is no address of the cloud")
		if n := len(l.Requests()); n != 3 {
			t.Errorf("%d requests", n)
		}
	})
}

// TestFeedWatched: all results of the probes that are watched, not their last alone.
func TestFeedWatched(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		l.feed.Watch = []int{3, 5, 99}
		l.asks(time.Now(), time.Hour, 10, func(r *atlastest.Result) { r.Twice = r.Probe == 5 })
		l.run()
		time.Sleep(11 * time.Minute)
		l.end()
		var got []string
		for _, r := range l.windows[0].Watched {
			got = append(got, fmt.Sprint(r.Probe, " ", r.Sent.Format(time.TimeOnly)))
		}
		same(t, "watched", got, "3 00:00:02", "5 00:00:04", "3 00:04:02", "5 00:04:04")
		if n := len(l.windows[0].Results); n != 10 {
			t.Errorf("%d votes", n)
		}
	})
}

// TestFeedEarliest: a window of a zone has when each serial was first answered, beside the votes.
func TestFeedEarliest(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		m := measurement10301(nil)
		m.SOA, m.Name = true, "example"
		l.Measure(m)
		serial := uint32(7)
		l.feed.Length, l.feed.sliced = 20*time.Minute, 7*time.Minute
		l.asks(time.Now(), time.Hour, 2, func(r *atlastest.Result) {
			if r.At.Minute() >= 8 {
				serial = 8
			}
			r.Reply = atlastest.Zone("example", serial, "lhr1", nil)
		})
		l.run()
		time.Sleep(26 * time.Minute)
		l.end()
		var got []string
		for _, r := range l.windows[0].Earliest {
			got = append(got, fmt.Sprint(r.Reply.Serial, " ", r.Probe, " ", r.Sent.Format(time.TimeOnly)))
		}
		slices.Sort(got)
		same(t, "earliest", got, "7 1 00:00:00", "8 1 00:08:00")
		if w := l.windows[0]; len(w.Results) != 2 || w.Results[0].Reply.Serial != 8 {
			t.Errorf("votes %+v", w.Results)
		}
	})
}

func TestFeedLast(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []atlastest.Fault
		edit   func(*lab)
		want   string // part of the error; empty: none
		after  time.Duration
	}{
		{"at once", nil, nil, "", 0},
		{"after faults", []atlastest.Fault{atlastest.Status(500), atlastest.OK, atlastest.HTML}, nil, "", 3 * time.Second},
		{"unknown", nil, func(l *lab) { l.feed.ID = 1 }, "http://atlas.example/api/v2 answers 404 Not Found", 0},
		{"refused", []atlastest.Fault{atlastest.Status(403)}, nil, "answers 403 Forbidden", 0},
		{"of no use", nil, func(l *lab) { l.feed.Names = nil }, "no identity name", 0},
		{"down", slices.Repeat([]atlastest.Fault{atlastest.Status(500)}, 9), nil, "answers 500", time.Minute},
		{"silent", []atlastest.Fault{atlastest.Silent, atlastest.Silent, atlastest.Silent}, nil, "says nothing", time.Minute},
		{"no results", nil, func(l *lab) { l.feed.Grace = 0; time.Sleep(2 * time.Hour) }, "has no results", 3 * time.Second},
	} {
		inBubble(t, func(t *testing.T, l *lab) {
			l.asks(time.Now(), time.Hour, 10, nil)
			time.Sleep(31 * time.Minute)
			if c.edit != nil {
				c.edit(l)
			}
			l.Fail(c.faults...)
			begun := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			w, err := l.feed.Last(ctx)
			switch {
			case time.Since(begun) != c.after:
				t.Errorf("%s: took %v, want %v", c.name, time.Since(begun), c.after)
			case c.want == "" && (err != nil || w.Total != 20 || w.From.Minute() != 20):
				t.Errorf("%s: %+v, %v", c.name, w, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
		})
	}
	inBubble(t, func(t *testing.T, l *lab) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.feed.Last(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: %v", err)
		}
	})
}

// TestFeedEnds: at once, whatever it is at.
func TestFeedEnds(t *testing.T) {
	for name, faults := range map[string][]atlastest.Fault{
		"waiting": nil, "hanging": {atlastest.OK, atlastest.OK, atlastest.Hang}, "pausing": {atlastest.OK, atlastest.BusyFor(429, "1800")},
		"beginning": {atlastest.BusyFor(429, "599"), atlastest.Silent}, "beginning again": {atlastest.BusyFor(429, "1800")},
	} {
		inBubble(t, func(t *testing.T, l *lab) {
			l.asks(time.Now(), time.Hour, 10, nil)
			l.Fail(faults...)
			l.run()
			time.Sleep(10*time.Minute + 10*time.Second)
			begun := time.Now()
			l.end()
			if took := time.Since(begun); took > 0 {
				t.Errorf("%s: ended after %v", name, took)
			}
			if _, said := l.told(); len(said) > 1 {
				t.Errorf("%s: said %q", name, said)
			}
		})
	}
}
