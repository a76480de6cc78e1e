//go:build unix

package dns_anycast

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

// serialsOf are the points about new serials in a round, without their tags: "serial=2 latency_s=0.25".
func serialsOf(t *testing.T, d *DNSAnycast) (all []string, latencies []float64) {
	t.Helper()
	for _, m := range roundOf(t, d)[point.MeasurementSerial] {
		s, known := m.Fields()["latency_s"].(float64)
		latencies = append(latencies, s)
		all = append(all, fmt.Sprintf("%s serial=%v known=%v missing=%v", m.Tags()["site"], m.Fields()["serial"], known, m.Fields()["missing"]))
	}
	return all, latencies
}

// TestStateOfSerials: what is known of serials outlives a restart: the latency of one that was seen before it, the lag,
// and that a target had an older one. Servers that say nothing of themselves are remembered as well, and references.
func TestStateOfSerials(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	says := func(name string, serial uint32) *saysOfZone { return &saysOfZone{nsid: name, serial: serial} }
	a, b := zoneServer(t, "127.0.0.1", *says("lhr1.example", 1)), zoneServer(t, "127.0.0.1", *says("arn1.example", 1))
	primary := zoneServer(t, "127.0.0.1", saysOfZone{serial: 1})
	begin := func() (*DNSAnycast, *journal) {
		log := &journal{}
		return asksZones(t, Zones{"example"}, func(d *DNSAnycast) {
			d.StateFile, d.Log, d.Clouds[0].Reference = file, log, []string{primary.At()}
		}, a, b), log
	}
	d, log := begin()
	if got, _ := serialsOf(t, d); len(got) > 0 {
		t.Errorf("the first round: %q", got)
	}
	primary.says.Store(&saysOfZone{serial: 2})
	if got, _ := serialsOf(t, d); len(got) > 0 {
		t.Errorf("the reference has it: %q", got)
	}
	published := time.Now()
	ended(t, d)
	time.Sleep(300 * time.Millisecond)
	d, second := begin()
	a.says.Store(says("lhr1.example", 2))
	got, latencies := serialsOf(t, d)
	since := time.Since(published).Seconds()
	if fmt.Sprint(got) != "[LHR serial=2 known=true missing=<nil>]" || latencies[0] < 0.3 || latencies[0] > since+0.2 {
		t.Errorf("after the restart: %q, %v s, want 0.3 to %v", got, latencies, since)
	}
	for _, m := range roundOf(t, d)[point.MeasurementZone] {
		if lag, _ := m.Fields()["serial_lag_s"].(float64); m.Tags()["site"] == "ARN" && lag < 0.3 {
			t.Errorf("the lag began anew: %v", m)
		}
	}
	ended(t, d)
	if len(log.lines)+len(second.lines) > 0 {
		t.Errorf("said %q, %q", log.lines, second.lines)
	}
}

// TestStateOfZonesForgets: a target that is asked no more is kept for a week, a zone as long as any target of it.
func TestStateOfZonesForgets(t *testing.T) {
	d := newAsking(t, []string{"ns1.example.net"}, func(d *DNSAnycast) {
		d.Transports, d.Clouds[0].Zones = []string{"udp"}, Zones{"example"}
	})
	r := newReport(d.monitor, dayStart, func(*point.Point) {})
	r.add(zoneAnswer(0, dayStart, 1, true))
	r.add(zoneAnswer(1, dayStart, 1, false))
	r.end()
	for after, want := range map[time.Duration]int{stateKept - time.Second: 2, stateKept: 0} {
		zones := d.monitor.state.content(dayStart.Add(after), d.monitor.known).zones
		got := 0
		for _, z := range zones {
			got += len(z.Targets)
		}
		if got != want || len(zones) != min(1, want) {
			t.Errorf("after %v: %d targets of %d zones, want %d", after, got, len(zones), want)
		}
	}
}

// TestStateOfZonesDamaged: what judging cannot have made ends the reading, and what 0.1.0 wrote has no zones.
func TestStateOfZonesDamaged(t *testing.T) {
	const times = `"asked":"2026-11-29T10:00:00Z","since":"2026-11-29T10:00:00Z","told":"2026-11-29T10:00:00Z"`
	const seen = `"first":"2026-11-29T10:00:00Z","last":"2026-11-29T10:00:00Z"`
	zone := func(serials, targets string) string {
		return fmt.Sprintf(`,"zones":[{"zone":"example","serials":[%s],"targets":[%s]}]`, serials, targets)
	}
	for _, c := range []struct {
		name, zones string
		ok          bool
	}{
		{"as 0.1.0", "", true},
		{"null", `,"zones":null`, true},
		{"both", zone(`{"serial":4294967295,`+seen+`,"dated":true}`, `{"cloud":"c","serial":0,`+times+`}`), true},
		{"keys of a later version", zone(`{"serial":1,`+seen+`,"by":[1]}`, `{"more":{},`+times+`}`), true},
		{"no name", `,"zones":[{"serials":[],"targets":[]}]`, false},
		{"no object", `,"zones":[1]`, false},
		{"serial that is none", zone(`{"serial":4294967296,`+seen+`}`, ""), false},
		{"serial below zero", zone(`{"serial":-1,`+seen+`}`, ""), false},
		{"serial without times", zone(`{"serial":1}`, ""), false},
		{"time that is none", zone(`{"serial":1,"first":"yesterday","last":"2026-11-29T10:00:00Z"}`, ""), false},
		{"target without times", zone("", `{"cloud":"c","serial":1}`), false},
		{"target's serial that is none", zone("", `{"serial":1.5,`+times+`}`), false},
		{"a million of nothing", zone("", strings.Repeat("{},", 1_000_000)+"{}"), false},
	} {
		file := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(file, []byte(`{"format":"`+stateFormat+`","targets":null`+c.zones+`}`), 0o600); err != nil {
			t.Fatal(err)
		}
		content, err := readText(file)
		if (err == nil) != c.ok || err != nil && (content.Zones != nil || !strings.HasSuffix(err.Error(), "is damaged")) {
			t.Errorf("%s: %v, %v", c.name, content, err)
		}
	}
}

// TestStateOfManyCopies: the file keeps below what is read, however many zones and targets there are and however often
// they publish.
func TestStateOfManyCopies(t *testing.T) {
	for name, of := range map[string]struct{ targets, zones, serials int }{
		"many targets": {10_000, 1, 2000}, "many zones": {100, 2000, 40},
	} {
		zones, paths := judge.Zones{}, make([]knownPath, of.targets)
		many := &cloud{name: "a cloud of many"}
		for i := range paths {
			a := netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 0x12, 0x34, 0x56, 0x78, 14: byte(i >> 8), 15: byte(i)}), 5353)
			s := &server{cloud: many, asked: prober.Server{Key: a.String()}}
			paths[i].path = &path{server: s, addr: a}
		}
		var copies []*judge.Copy
		var sights []judge.Sight
		for i := range of.serials {
			at := dayStart.Add(time.Duration(i) * 18 * time.Second)
			sights = append(sights, judge.Sight{Serial: uint32(i), First: at, Last: at, Dated: true})
		}
		now := dayStart.Add(40_000 * time.Second)
		for z := range of.zones {
			zone := fmt.Sprintf("zone-%d.example", z)
			copies = copies[:0]
			for i := range of.targets {
				c := judge.Copy{Zone: zone, Answered: true, Serial: uint32(of.serials), Asked: now, Since: now, Told: now}
				copies = append(copies, paths[i].Copies.Add(c))
			}
			zones.Resume(zone, sights, copies, now)
		}
		began := time.Now()
		content := stateText{Format: stateFormat, Zones: storedZones(zones, now, paths)}
		snapshot := time.Since(began)
		b, err := json.MarshalIndent(content, "", " ")
		if err != nil || len(b) > stateSize*3/4 {
			t.Errorf("%s: %d bytes, %v, want %d at most", name, len(b), err, stateSize*3/4)
		}
		t.Logf("%s: %d bytes, listed in %v, written in %v", name, len(b), snapshot, time.Since(began)-snapshot)
	}
}

// checkZonesRestored lets targets go on from what a file holds of zones: all that is made of it can be written.
func checkZonesRestored(t *testing.T, all []storedZone) {
	t.Helper()
	if len(all) == 0 {
		return
	}
	d := newAsking(t, []string{"ns1.example"}, func(d *DNSAnycast) {
		d.Transports, d.Clouds[0].Zones = []string{"udp"}, Zones{"example"}
	})
	resumed := newResumption(d.monitor.servers)
	for i := range all {
		for n := range all[i].Targets { // of whatever server
			c := &all[i].Targets[n]
			c.Cloud, c.Server = d.monitor.servers[0].name, d.monitor.servers[0].written()
		}
	}
	resumed.resumeZones(d.monitor.zones, all, dayStart)
	for _, before := range resumed.paths {
		for i, serial := range []uint32{0, 1 << 31, 1<<31 + 1} {
			at := dayStart.Add(time.Duration(i) * time.Hour)
			r := newReport(d.monitor, at, func(p *point.Point) { checkLine(t, p) })
			r.add(zoneAnswer(0, at, serial, true))
			if i == 0 {
				known := before.Copies.All()[0]
				known.Zone = "example"
				d.monitor.paths[0].Copies.Add(known)
			}
			r.add(zoneAnswer(1, at, serial, i > 1))
			r.end()
		}
		break
	}
	for _, z := range d.monitor.state.content(dayStart, d.monitor.known).zones {
		for _, s := range z.Serials {
			if !s.valid() {
				t.Errorf("%+v", s)
			}
		}
		for _, c := range z.Targets {
			if !c.valid() {
				t.Errorf("%+v", c)
			}
		}
	}
}
