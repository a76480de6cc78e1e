//go:build unix

package dns_anycast

import (
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// started is a plugin as after a restart.
func started(t *testing.T, file string, change func(*DNSAnycast), players ...*player) (*DNSAnycast, *journal) {
	t.Helper()
	log := &journal{}
	d := watching(t, func(d *DNSAnycast) { d.StateFile, d.Log = file, log; change(d) }, players...)
	return d, log
}

func ended(t *testing.T, d *DNSAnycast) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	d.Close(ctx)
}

func asBefore(*DNSAnycast) {}

// TestStateOutlivesRestart: the move that comes with a restart is told, under the same rule alone.
func TestStateOutlivesRestart(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*DNSAnycast)
		want   string
	}{
		{"the same configuration", asBefore, "changes=1 from=LHR from_instance=lhr1.example held_s to=ARN to_instance=arn1.example"},
		{"another rule", func(d *DNSAnycast) { d.Clouds[0].Site = `^([a-z]{2})` }, ""},
		{"no rule", func(d *DNSAnycast) { d.Clouds[0].Site = "" }, ""},
		{"another cloud", func(d *DNSAnycast) { d.Clouds[0].Name = "d" }, ""},
		{"no file", func(d *DNSAnycast) { d.StateFile = "" }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "state")
			p := play(t, "127.0.0.1", "lhr1.example")
			d, _ := started(t, file, asBefore, p)
			roundOf(t, d)
			roundOf(t, d)
			ended(t, d)
			p.name.Store("arn1.example")
			d, log := started(t, file, c.change, p)
			var got []string
			for range 3 {
				for _, m := range roundOf(t, d)[changeMeasurement] {
					got = append(got, fieldsOf(m))
				}
			}
			if strings.Join(got, ";") != c.want || len(log.lines) > 0 {
				t.Errorf("got %q and said %q, want %q", got, log.lines, c.want)
			}
			ended(t, d)
			if entries, err := readState(file); err != nil || len(entries) != 1 {
				t.Errorf("the file holds %v, %v, want the target there is now", entries, err)
			}
		})
	}
}

// FuzzState: any file is refused, or holds what points can hold.
func FuzzState(f *testing.F) {
	good, err := json.Marshal(stateContent{stateFormat, []stateEntry{{
		stateKey{Cloud: "c"},
		stay{Place: "LHR", Instance: "lhr1", First: dayStart, Last: dayStart},
		usuals{{Instance: "lhr1", MS: 12, Verdict: verdictNear, Heard: dayStart.UnixMilli()}},
	}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format":"dns_anycast state 1","targets":[null,{"stay":{"split":true}}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		file := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		entries, err := readState(file)
		if err != nil && entries != nil {
			t.Errorf("refused with %v, but read", err)
		}
		p := &target{server: &server{text: "192.0.2.1", cloud: &cloud{name: "c"}}}
		for _, e := range entries {
			if !e.Stay.First.IsZero() {
				checkLine(t, move{at: dayStart, from: e.Stay, to: e.Stay}.change(&point{}, p))
			}
			for i := range e.Usuals {
				w := away(5)
				if v := e.Usuals[i].judge(12, dayStart, w, usualLimits); v < verdictNone || v > verdictImpossible {
					t.Errorf("verdict %d of %+v", v, e.Usuals[i])
				}
			}
		}
	})
}

// TestStateOfSplit: a path that is balanced still is after a restart.
func TestStateOfSplit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	p := play(t, "127.0.0.1", "")
	changes := 0
	for range 2 {
		d, _ := started(t, file, asBefore, p)
		for i := range 12 {
			p.name.Store([]string{"arn1.example", "yyz1.example"}[i%2])
			changes += len(roundOf(t, d)[changeMeasurement])
		}
		ended(t, d)
	}
	if changes != 1 {
		t.Errorf("%d changes, want 1", changes)
	}
}

// TestStateDamaged: a state that cannot be used is one warning and a fresh start, and is replaced.
func TestStateDamaged(t *testing.T) {
	dir := t.TempDir()
	good, err := json.Marshal(stateContent{stateFormat, []stateEntry{{stateKey{Cloud: "c"}, stay{Place: "a\nb", Instance: "a", First: dayStart, Last: dayStart}, nil}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"cut": string(good[:len(good)/2]), "hostile": string(good), "cut behind the format": `{"format":"` + stateFormat + `"`,
		"newer": strings.Replace(string(good), stateFormat, "dns_anycast state 2", 1), "no list": `{"format":"` + stateFormat + `","targets":1}`,
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		p := play(t, "127.0.0.1", "lhr1.example")
		d, log := started(t, file, asBefore, p)
		roundOf(t, d)
		ended(t, d)
		if len(log.lines) != 1 || !strings.HasPrefix(log.lines[0], "W! state_file: "+file) || !strings.HasSuffix(log.lines[0], ": starting afresh") {
			t.Errorf("%s: said %q", name, log.lines)
		}
		if entries, err := readState(file); err != nil || len(entries) != 1 || entries[0].Stay.Place != "LHR" {
			t.Errorf("%s: the file holds %v, %v", name, entries, err)
		}
	}
}

// TestStateOfOthers: a file that was not written here is left alone, which is said once, whenever it comes, and once when it
// is gone. From then on there is a state.
func TestStateOfOthers(t *testing.T) {
	p := play(t, "127.0.0.1", "lhr1.example")
	for name, content := range map[string]string{
		"text": "hello\n", "JSON": `{"a":1}`, "targets of others": `{"targets":[1]}`, "newline": "\n",
		"format of others": `{"format":"state 1"}`, "plugin.conf": sampleConfig, "binary": "\x7fELF\x00",
	} {
		for _, from := range []int{0, 1} { // the round before which it is there
			file := filepath.Join(t.TempDir(), "state")
			d, log := started(t, file, asBefore, p)
			for round := range 3 {
				if round == from {
					if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				roundOf(t, d)
				ended(t, d)
			}
			want := []string{"W! state_file: " + file + " is no state file of this program, and is left alone: name another file, or remove it"}
			if b, err := os.ReadFile(file); string(b) != content || !slices.Equal(log.lines, want) {
				t.Errorf("%s, round %d: the file holds %q, %v, and it said %q", name, from, b, err, log.lines)
			}
			os.Remove(file)
			ended(t, d)
			want = append(want, "I! state_file: "+file+" is written again")
			if entries, err := readState(file); err != nil || len(entries) != 1 || !slices.Equal(log.lines, want) {
				t.Errorf("%s, round %d: the file holds %v, %v, and it said %q", name, from, entries, err, log.lines)
			}
		}
	}
}

// TestStateCannotBeWritten: one warning, one word when it is over, and the rounds go on.
func TestStateCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	p := play(t, "127.0.0.1", "lhr1.example")
	d, log := started(t, filepath.Join(dir, "state"), asBefore, p)
	for i := range 4 {
		if i == 3 {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if got := roundOf(t, d)[measurement]; len(got) != 1 {
			t.Errorf("%d points", len(got))
		}
		ended(t, d)
	}
	if len(log.lines) != 2 || !strings.HasPrefix(log.lines[0], "W! state_file: ") || !strings.HasPrefix(log.lines[1], "I! state_file: ") {
		t.Errorf("said %q", log.lines)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("the directory holds %v, %v", left, err)
	}
}

// TestStateOnceAMinute: rounds of a second do not write each second.
func TestStateOnceAMinute(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	p := play(t, "127.0.0.1", "lhr1.example")
	d, _ := started(t, file, asBefore, p)
	roundOf(t, d)
	d.state.await(t.Context(), d)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	began := d.state.saved
	d.remember(began.Add(stateEvery - time.Second))
	if d.state.writing != nil {
		t.Error("the state is written again within a minute")
	}
	d.remember(began.Add(stateEvery))
	d.state.await(t.Context(), d)
	if _, err := os.Stat(file); err != nil {
		t.Error("the state is not written after a minute")
	}
}

// TestStateOfFormerAddresses: an address that a name has no more is kept for a while, and comes back with what it heard.
func TestStateOfFormerAddresses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	d, _ := started(t, file, func(d *DNSAnycast) { d.Clouds[0].Servers = []string{"ns.example:5353", "192.0.2.9"} })
	h := d.servers[0]
	h.host.records[0].addrs = addrs("192.0.2.1", "192.0.2.2").addrs
	h.build()
	second := h.targets[1]
	second.track.take(heard{sent: dayStart, place: "LHR"}, 2)
	h.host.records[0].addrs = h.host.records[0].addrs[:1]
	h.build()
	if len(h.targets) != 1 || !slices.Contains(h.host.gone, second) {
		t.Fatalf("%d targets, %d gone", len(h.targets), len(h.host.gone))
	}
	kept := func(after time.Duration) int { return len(d.entries(dayStart.Add(after))) }
	if kept(time.Hour) != 1 || kept(stateKept) != 0 {
		t.Errorf("%d stays after an hour, %d after a week, want 1 and 0", kept(time.Hour), kept(stateKept))
	}
	h.host.records[0].addrs = addrs("192.0.2.1", "192.0.2.2").addrs
	h.build()
	if len(h.host.gone) != 0 || h.targets[1] != second || kept(stateKept) != 1 {
		t.Error("the address that came back has forgotten")
	}
	for a := netip.MustParseAddr("198.51.100.1"); a.As4()[3] < 200; a = a.Next() {
		h.host.records[0].addrs = []netip.Addr{a}
		h.build()
	}
	if len(h.host.gone) != maxGone {
		t.Errorf("%d former addresses are kept, want %d", len(h.host.gone), maxGone)
	}
}
