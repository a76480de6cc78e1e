//go:build unix

package dns_anycast

import (
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// TestResumption: what a file holds becomes one path for each target whose server is asked, of the rule alone where that
// matters.
func TestResumption(t *testing.T) {
	d := newAsking(t, []string{"192.0.2.1", "ns.example"}, func(*DNSAnycast) {})
	rule := d.monitor.servers[0].rule()
	r := newResumption(d.monitor.servers)
	for _, k := range []stateKey{
		{"c", rule, "192.0.2.1", "192.0.2.1:53", "udp"},
		{"c", rule, "ns.example", "[2001:db8::1]:53", "tcp"},
		{"c", "another", "192.0.2.1", "192.0.2.1:53", "tcp"},
		{"another", rule, "192.0.2.1", "192.0.2.1:53", "tcp"},
		{"c", rule, "another.example", "192.0.2.1:53", "tcp"},
		{"c", rule, "192.0.2.1", "192.0.2.1:53", "quic"},
		{"c", rule, "192.0.2.1", "192.0.2.1", "tcp"},
		{"c", rule, "192.0.2.1", "junk", "tcp"},
	} {
		r.resume(&stateEntry{k, judge.Period{Place: "LHR", Instance: "lhr1", First: dayStart, Last: dayStart}, nil})
	}
	seen := storedCopy{Asked: dayStart, Since: dayStart, Told: dayStart}
	targets := []storedCopy{seen, seen, seen, seen}
	targets[0].copyKey = copyKey{"c", "192.0.2.1", "192.0.2.1:53", "udp"}
	targets[1].copyKey = targets[0].copyKey // twice
	targets[2].copyKey = copyKey{"c", "ns.example", "192.0.2.9:53", "udp"}
	targets[3].copyKey = copyKey{"c", "another.example", "192.0.2.9:53", "udp"}
	r.resumeZones(d.monitor.zones, []storedZone{{Zone: "example", Targets: targets}, {Zone: "test", Targets: targets[:1]}}, dayStart)
	var got []string
	for k, p := range r.paths {
		var zones []string
		for _, c := range p.Copies.All() {
			zones = append(zones, c.Zone)
		}
		got = append(got, fmt.Sprint(k.server.written(), " ", p.stateKey().Address, " ", k.transport, " ", p.Tracker.Now().Place, zones))
	}
	slices.Sort(got)
	want := []string{
		"192.0.2.1 192.0.2.1:53 udp LHR[example test]", "ns.example 192.0.2.9:53 udp [example]", "ns.example [2001:db8::1]:53 tcp LHR[]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	d.monitor.state.waiting = r.paths
	for _, k := range slices.Collect(maps.Keys(r.paths)) {
		p := d.monitor.state.path(k.server, k.addr, k.transport)
		if again := d.monitor.state.path(k.server, k.addr, k.transport); p.Tracker.Now().Place == "" && len(p.Copies.All()) == 0 || again == p {
			t.Errorf("%v: got %+v, then the same", k, p)
		}
	}
	if d.monitor.state.waiting != nil {
		t.Errorf("%d still wait", len(d.monitor.state.waiting))
	}
}

// TestStateWithoutRound: what is read and not used stays as it is.
func TestStateWithoutRound(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	entry := stateEntry{stateKey{Cloud: "another"}, judge.Period{Place: "LHR", Instance: "lhr1", First: dayStart, Last: dayStart}, nil}
	if err := writeState(file, stateOf(stateText{Targets: []stateEntry{entry}})); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, log := started(t, file, asBefore, play(t, "127.0.0.1", "lhr1.example"))
	d.Resume()
	ended(t, d)
	if after, err := os.ReadFile(file); string(after) != string(before) || len(log.lines) > 0 {
		t.Errorf("the file holds %q, %v, and it said %q", after, err, log.lines)
	}
}

// TestStateWrittenInRound: targets are judged while the state is written, and what is written is what judging has made.
func TestStateWrittenInRound(t *testing.T) {
	t.Parallel()
	d := newAsking(t, []string{"192.0.2.1"}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	judgedAt := func(i int) {
		o := observed(0, observation.NewReply(wire.Answer{TXT: fmt.Sprintf("lhr%d.example", i%3)}, byHostname))
		o.Addr, o.Sent, o.RTT = netip.MustParseAddrPort("192.0.2.1:53"), dayStart.Add(time.Duration(i)*time.Second), time.Millisecond
		newReport(d.monitor, o.Sent, func(*point.Point) {}).add(o)
	}
	judgedAt(0)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 2000 {
			judgedAt(i)
		}
	}()
	for writing, written := true, 0; writing || written == 0; written++ {
		select {
		case <-done:
			writing = false
		default:
		}
		paths := []knownPath{{d.monitor.paths[0], true}}
		for e := range d.monitor.state.entries(dayStart, paths) {
			if !e.valid() || e.Stay.Place != "LHR" {
				t.Fatalf("%+v", e)
			}
		}
		if err := encodeState(io.Discard, &stateContent{d.monitor.state.entries(dayStart, paths), nil}); err != nil {
			t.Fatal(err)
		}
	}
}
