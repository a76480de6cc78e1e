//go:build unix

package dns_anycast

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
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
				for _, m := range roundOf(t, d)[point.MeasurementChange] {
					got = append(got, fieldsOf(m))
				}
			}
			if strings.Join(got, ";") != c.want || len(log.lines) > 0 {
				t.Errorf("got %q and said %q, want %q", got, log.lines, c.want)
			}
			ended(t, d)
			if entries, err := readTargets(file); err != nil || len(entries) != 1 {
				t.Errorf("the file holds %v, %v, want the target there is now", entries, err)
			}
		})
	}
}

// stateText is a state file as encoding/json has it.
type stateText struct {
	Format  string       `json:"format"`
	Targets []stateEntry `json:"targets"`
	Zones   []storedZone `json:"zones,omitempty"`
}

// stateOf is what comes to a text.
func stateOf(s stateText) *stateContent { return &stateContent{pointers(s.Targets), s.Zones} }

// readText reads a state file; nothing where there is an error.
func readText(file string) (s stateText, err error) {
	s.Zones, err = readState(file, func(e *stateEntry) { s.Targets = append(s.Targets, *e) })
	if err != nil {
		s.Targets = nil
	}
	return s, err
}

// entriesAt are the targets that a state file would hold, each of its own.
func entriesAt(m *monitor, now time.Time) (all []stateEntry) {
	for e := range m.state.content(now, m.known).targets {
		copied := *e
		copied.Usuals = slices.Clone(e.Usuals)
		all = append(all, copied)
	}
	return all
}

// FuzzState: any file is refused, or holds what points can hold.
func FuzzState(f *testing.F) {
	good, err := json.Marshal(stateText{Format: stateFormat, Targets: []stateEntry{{
		stateKey{Cloud: "c"},
		judge.Period{Place: "LHR", Instance: "lhr1", First: dayStart, Last: dayStart},
		[]storedBaseline{{Instance: "lhr1", MS: 12, Verdict: judge.Near, Heard: dayStart.UnixMilli()}},
	}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	zone := storedZone{Zone: "example", Serials: []storedSight{{Serial: 2, First: dayStart, Last: dayStart}}}
	serial := uint32(1)
	zone.Targets = []storedCopy{{copyKey{"c", "ns1.example", "192.0.2.1:53", "udp"}, &serial, dayStart, dayStart, dayStart}}
	good, err = json.Marshal(stateText{Format: stateFormat, Zones: []storedZone{zone}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format":"dns_anycast state 1","targets":[null,{"stay":{"split":true}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		content, err := readText(file)
		if err != nil && content.Zones != nil {
			t.Errorf("refused with %v, but read", err)
		}
		d := newAsking(t, []string{"192.0.2.1"}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
		for _, e := range content.Targets {
			checkRestored(t, d, e)
		}
		checkZonesRestored(t, content.Zones)
	})
}

// checkRestored lets a target go on from what the file holds: all that is made of it can be written.
func checkRestored(t *testing.T, d *DNSAnycast, e stateEntry) {
	t.Helper()
	o := observed(0, observation.NewReply(wire.Answer{TXT: "lhr1.example"}, byHostname))
	o.Sent, o.RTT = dayStart, 12*time.Millisecond
	d.monitor.paths = nil
	p := d.monitor.path(o)
	e.stateKey = p.stateKey()
	resumed := newResumption(d.monitor.servers)
	resumed.resume(&e)
	d.monitor.state.waiting, d.monitor.paths = resumed.paths, nil
	r := newReport(d.monitor, dayStart, func(p *point.Point) { checkLine(t, p) })
	for range 10 {
		r.add(o)
	}
	if !e.Stay.First.IsZero() {
		checkLine(t, new(point.Point).Change(p.labels(), judge.Change{At: dayStart, From: e.Stay, To: e.Stay}))
	}
	if got := entriesAt(d.monitor, dayStart); len(got) != 1 || !got[0].valid() {
		t.Errorf("%+v has become %+v", e, got)
	}
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
			changes += len(roundOf(t, d)[point.MeasurementChange])
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
	good, err := json.Marshal(stateText{Format: stateFormat, Targets: []stateEntry{{stateKey{Cloud: "c"}, judge.Period{Place: "a\nb", Instance: "a", First: dayStart, Last: dayStart}, nil}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"cut": string(good[:len(good)/2]), "hostile": string(good), "cut behind the format": `{"format":"` + stateFormat + `"`,
		"newer": strings.Replace(string(good), stateFormat, "dns_anycast state 2", 1), "no list": `{"format":"` + stateFormat + `","targets":1}`,
		"no end": `{"format":"` + stateFormat + `","targets":[]`, "more behind the end": `{"format":"` + stateFormat + `","targets":[]} {}`,
		"two formats": `{"format":"` + stateFormat + `","format":"dns_anycast state 2"}`,
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
		if entries, err := readTargets(file); err != nil || len(entries) != 1 || entries[0].Stay.Place != "LHR" {
			t.Errorf("%s: the file holds %v, %v", name, entries, err)
		}
	}
}

// TestStateOfOthers: a file that was not written here is left alone, which is said once, whenever it comes, and once when it
// is gone. From then on there is a state.
func TestStateOfOthers(t *testing.T) {
	t.Parallel()
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
			if entries, err := readTargets(file); err != nil || len(entries) != 1 || !slices.Equal(log.lines, want) {
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
		if got := roundOf(t, d)[point.MeasurementQuery]; len(got) != 1 {
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
	d.monitor.state.await(t.Context())
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	began := d.monitor.state.began
	d.monitor.state.save(began.Add(stateEvery-time.Second), d.monitor.known)
	if d.monitor.state.writing != nil {
		t.Error("the state is written again within a minute")
	}
	d.monitor.state.save(began.Add(stateEvery), d.monitor.known)
	d.monitor.state.await(t.Context())
	if _, err := os.Stat(file); err != nil {
		t.Error("the state is not written after a minute")
	}
}

// TestStateOfFormerAddresses: what was heard from an address that a name has no more is kept for a week, and what comes
// back goes on from it.
func TestStateOfFormerAddresses(t *testing.T) {
	d, _ := started(t, filepath.Join(t.TempDir(), "state"), func(d *DNSAnycast) { d.Clouds[0].Servers = []string{"ns.example:5353"} })
	round := func(addresses ...string) {
		d.monitor.rounds, d.monitor.whole = d.monitor.rounds+1, true
		r := newReport(d.monitor, dayStart, func(*point.Point) {})
		for i, a := range addresses {
			o := observed(0, observation.NewReply(wire.Answer{TXT: "lhr1.example"}, byHostname))
			o.Target, o.Addr, o.Sent, o.RTT = int32(i), netip.MustParseAddrPort(a), dayStart, time.Millisecond
			r.add(o)
		}
	}
	kept := func(after time.Duration) int {
		return len(entriesAt(d.monitor, dayStart.Add(after)))
	}
	round("192.0.2.1:5353", "192.0.2.2:5353")
	if n := kept(stateKept); n != 2 {
		t.Errorf("%d addresses that are asked are kept after a week, want both", n)
	}
	round("192.0.2.1:5353")
	if kept(time.Hour) != 2 || kept(stateKept) != 1 {
		t.Errorf("%d are kept after an hour, %d after a week, want 2 and 1", kept(time.Hour), kept(stateKept))
	}
	heard := d.monitor.paths[1].Tracker.Now()
	round("192.0.2.1:5353", "192.0.2.2:5353")
	if got := d.monitor.paths[1].Tracker.Now(); got.First != heard.First || kept(stateKept) != 2 {
		t.Errorf("the address that came back has forgotten: %+v, %+v", got, heard)
	}
	round("192.0.2.1:5353", "192.0.2.3:5353") // the number of another
	if got := d.monitor.paths[1]; got.address != "192.0.2.3" || len(d.monitor.paths) != 2 {
		t.Errorf("a number is of %s, want 192.0.2.3", got.address)
	}
}

// TestStateOfBaselines: what is usual comes back from a file as it was, also from one of 0.1.0.
func TestStateOfBaselines(t *testing.T) {
	b := judge.Baseline{
		Instance: "lhr1", Usual: 12345678, Heard: 3, Since: 2, Run: 1, Slow: true, Verdict: judge.Far,
	}
	early := judge.Baseline{Instance: "lhr2", First: judge.NewFirstTimes([]time.Duration{16, 2500000}), Heard: 4, Verdict: judge.NoVerdict}
	want := judge.Baselines{b, early}
	text, err := json.Marshal(appendStored(nil, want))
	if err != nil {
		t.Fatal(err)
	}
	const written = `[{"instance":"lhr1","ms":12.345678,"heard":3,"since":2,"run":1,"slow":true,"verdict":1},` +
		`{"instance":"lhr2","first":[0.000016,2.5],"heard":4,"verdict":-1}]`
	if string(text) != written {
		t.Errorf("wrote %s, want %s", text, written)
	}
	var read []storedBaseline
	if err := json.Unmarshal([]byte(written), &read); err != nil {
		t.Fatal(err)
	}
	if got := baselines(read); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	const longest = 60000
	for _, c := range []struct {
		usual float64
		first []float64
		want  bool
	}{
		{0, nil, true},
		{longest, nil, true},
		{-1, nil, false},
		{longest + 1, nil, false},
		{1e300, nil, false},
		{0, []float64{1, longest}, true},
		{0, make([]float64, 9), false},
		{0, []float64{1, -1}, false},
		{0, []float64{longest + 1}, false},
		{0, slices.Repeat([]float64{1}, 9), true},
		{0, slices.Repeat([]float64{1}, 10), false},
		{0, slices.Repeat([]float64{1}, 300), false},
	} {
		bs := baselines([]storedBaseline{{Instance: "a", MS: c.usual, First: c.first, Heard: 1}})
		if bs.Valid(longest*time.Millisecond) != c.want {
			t.Errorf("usual %v ms, first %v: want valid %v", c.usual, c.first, c.want)
		}
	}
}

// readTargets reads what the file holds of targets.
func readTargets(file string) ([]stateEntry, error) {
	content, err := readText(file)
	return content.Targets, err
}

// TestStateEncoded: item by item comes to the same as all at once.
func TestStateEncoded(t *testing.T) {
	entry := stateEntry{
		stateKey{Cloud: "c <&>", Site: `^([a-z]{3})\d`, Server: "ns1.example", Address: "[2001:db8::1]:53", Transport: "udp"},
		judge.Period{Place: "LHR\u2028", Instance: "lhr1", Source: "nsid", First: dayStart, Last: dayStart.Add(1)},
		[]storedBaseline{{Instance: "lhr1", MS: 1e-7, Verdict: judge.Near}, {Instance: "é", First: []float64{1, 2.5}}},
	}
	serial := uint32(7)
	zone := storedZone{
		Zone:    ".",
		Serials: []storedSight{{Serial: 2, First: dayStart, Last: dayStart}, {Serial: 7, First: dayStart, Last: dayStart, Dated: true}},
		Targets: []storedCopy{{copyKey{"c", "s", "192.0.2.1:53", "udp"}, &serial, dayStart, dayStart, dayStart}, {}},
	}
	for _, c := range []stateText{
		{Format: stateFormat, Targets: []stateEntry{}, Zones: []storedZone{}},
		{Format: stateFormat, Targets: []stateEntry{entry}, Zones: []storedZone{{Serials: []storedSight{}, Targets: []storedCopy{}}}},
		{Format: stateFormat, Targets: []stateEntry{entry, {}, entry}, Zones: []storedZone{zone, zone}},
	} {
		want, err := json.MarshalIndent(c, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		if err := encodeState(&got, stateOf(c)); err != nil || got.String() != string(want) {
			t.Errorf("got %v\n%s\nwant\n%s", err, got.String(), want)
		}
	}
	entry.Usuals[0].MS = math.NaN()
	if err := encodeState(io.Discard, stateOf(stateText{Targets: []stateEntry{entry}})); err == nil {
		t.Error("what is no number is written")
	}
}
