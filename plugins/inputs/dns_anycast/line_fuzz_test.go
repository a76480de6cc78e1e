package dns_anycast

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/serializers/influx"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// FuzzLine: whatever a server calls itself, and whatever names a configuration gets accepted, a point is one printable
// line that parses back to the same point.
func FuzzLine(f *testing.F) {
	for _, identity := range []string{
		"", "lhr1", "ns2.gb-lon.k.ripe.net", " \t\r\n", "a\nb", "lhr1,site=X y=1", `"`, `\`, `a\`, "%", "=", "zürich-東", "\xff\x00",
		"\u2028", "\u00a0", "\ufffd", "\x1b[31m", strings.Repeat("x", 2000), strings.Repeat("x", 99) + "é", strings.Repeat("%", 2000), strings.Repeat("\xff", 255),
	} {
		f.Add(identity, "", uint16(0), uint32(1), "a", "operator", "x")
		f.Add("", identity, uint16(5), uint32(3_200_451), "iis 1, =", "a b,=", identity)
		f.Add(identity, identity, uint16(4095), uint32(1e9), identity, identity, identity)
	}
	f.Fuzz(func(t *testing.T, txt, nsid string, rcode uint16, rtt uint32, cloud, tag, value string) {
		d := New()
		d.Clouds = []Cloud{{Name: cloud, Servers: []string{"[::1]:5353"}, Site: `(?s)^(.+?)\d*$`, Tags: map[string]string{tag: value}}}
		if d.Init() != nil {
			return
		}
		first := observed(0, observation.NewReply(wire.Answer{
			Rcode: int(rcode & 0xfff), Truncated: rcode&0x1000 != 0, TXT: txt, NSID: nsid,
		}, byHostname))
		first.Sent, first.RTT = time.Unix(1700000000, 123456789), time.Duration(max(rtt, 1))
		first.Stamped = rcode&0x2000 != 0
		second := observed(0, observation.NewReply(wire.Answer{NSID: nsid}, byHostname))
		second.Sent, second.RTT = first.Sent.Add(time.Second), first.RTT
		checkRound(t, d, second, first)
	})
}

// checkRound reads all points of a round in which a target answers twice: in the order sent as first, then as second.
func checkRound(t *testing.T, d *DNSAnycast, second, first *observation.Observation) {
	t.Helper()
	d.monitor.whole, d.monitor.queries, d.monitor.clouds[0].Confirm = true, 2, 1
	names := map[string]int{}
	var places []string
	r := newReport(d.monitor, first.Sent, func(p *point.Point) {
		checkLine(t, p)
		m := p.Metric()
		if names[m.Name()]++; m.Name() == point.MeasurementQuery {
			checkIdentity(t, m)
			if site, named := m.GetTag("site"); named {
				places = append(places, site)
			} else if m.Tags()["instance"] == judge.Overflow { // it is called so, and its site is no tag
				places = append(places, strings.ToUpper(judge.Overflow))
			}
		}
	})
	r.add(second)
	r.add(first)
	r.end()
	changed := len(places) == 2 && places[0] != places[1]
	if names[point.MeasurementCloud] != 1 || names[point.MeasurementQuery] != 2 || changed != (names[point.MeasurementChange] == 1) {
		t.Errorf("sites %q: got %v", places, names)
	}
}

// checkLine compares a point with what its line protocol says, and that with what Telegraf would write.
func checkLine(t *testing.T, p *point.Point) {
	t.Helper()
	m := p.Metric()
	format := influx.Serializer{SortFields: true}
	format.Init()
	line := p.AppendLine(nil)
	if theirs, err := format.Serialize(m); err != nil || string(theirs) != string(line) {
		t.Errorf("%q, but Telegraf writes %q, %v", line, theirs, err)
	}
	text, ended := strings.CutSuffix(string(line), "\n")
	if i := strings.IndexFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }); i >= 0 || !ended || !utf8.ValidString(text) {
		t.Errorf("%q is no printable line", line)
	}
	read, err := execdtest.Parse(line)
	if err != nil {
		t.Fatalf("%q is no point: %v", line, err)
	}
	if read.Name != m.Name() || !maps.Equal(read.Tags, m.Tags()) || !maps.Equal(read.Fields, m.Fields()) || !read.Time.Equal(m.Time()) {
		t.Errorf("%q is %+v, want %v", line, read, m)
	}
}

// checkIdentity holds what a reader of points relies on: a success names its instance, nothing else does, and no
// identity outgrows its bounds.
func checkIdentity(t *testing.T, m telegraf.Metric) {
	t.Helper()
	result, _ := m.GetTag("result")
	for _, key := range []string{"instance", "identity_source"} {
		if value, ok := m.GetTag(key); ok != (result == "success") || ok && value == "" || len(value) > 100 {
			t.Errorf("result %s, but %s is %q", result, key, value)
		}
	}
	if site, ok := m.GetTag("site"); ok && (site == "" || len(site) > 100) {
		t.Errorf("site is %q", site)
	}
	for _, key := range []string{"hostname", "nsid"} {
		if value, ok := m.GetField(key); ok && (value == "" || len(value.(string)) > 1024) {
			t.Errorf("%s is %q", key, value)
		}
	}
}
