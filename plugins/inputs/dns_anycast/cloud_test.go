//go:build unix

package dns_anycast

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// player answers with a name that a test changes; with none it is silent.
type player struct {
	*dnstest.Server
	name atomic.Value
}

func play(t *testing.T, ip, name string) *player {
	t.Helper()
	p := &player{}
	p.name.Store(name)
	p.Server = serve(t, ip, func(q *dnstest.Query) {
		if name := p.name.Load().(string); name != "" {
			says(name)(q)
		}
	})
	return p
}

// watching is a cloud named c of players, asked over UDP.
func watching(t *testing.T, change func(*DNSAnycast), players ...*player) *DNSAnycast {
	t.Helper()
	var servers []string
	for _, p := range players {
		servers = append(servers, p.At())
	}
	return newAsking(t, servers, func(d *DNSAnycast) {
		d.Transports, d.Timeout = []string{"udp"}, Duration(200*time.Millisecond)
		change(d)
	})
}

// journal is a telegraf.Logger that keeps what was said.
type journal struct {
	telegraf.Logger
	mu    sync.Mutex
	lines []string
}

func (j *journal) Warnf(format string, args ...any) { j.add("W! "+format, args) }

func (j *journal) Infof(format string, args ...any) { j.add("I! "+format, args) }

func (j *journal) add(format string, args []any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

// said is what has been written so far, where others may be writing.
func (j *journal) said() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

// roundOf returns the points of one round by point.MeasurementQuery, and checks each one's line.
func roundOf(t *testing.T, d *DNSAnycast) map[string][]telegraf.Metric {
	t.Helper()
	points := map[string][]telegraf.Metric{}
	d.round(t.Context(), func(p *point.Point) {
		m := p.Metric()
		points[m.Name()] = append(points[m.Name()], m)
		checkLine(t, p)
	})
	return points
}

// fieldsOf writes fields as "a=1 b=x", but for the times.
func fieldsOf(m telegraf.Metric) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(m.Fields())) {
		if v := m.Fields()[k]; k == "held_s" || strings.HasSuffix(k, "_ms") {
			all = append(all, k)
		} else {
			all = append(all, fmt.Sprintf("%s=%v", k, v))
		}
	}
	return strings.Join(all, " ")
}

// TestCloudPoint: what a round's answers say together.
func TestCloudPoint(t *testing.T) {
	skiptest.IPv6(t)
	for _, c := range []struct {
		name       string
		rule       string // "none": the cloud has none
		ipv4, ipv6 []string
		want       string
	}{
		{
			"one site", "",
			[]string{"lhr1.example"},
			[]string{"lhr2.example"},
			"families_agree=1 instances=2 ipv4_answered=1 ipv4_asked=1 ipv6_answered=1 ipv6_asked=1 max_ms min_ms sites=1",
		},
		{
			"split catchment", "",
			[]string{"lhr1.example"},
			[]string{"arn1.example"},
			"families_agree=0 instances=2 ipv4_answered=1 ipv4_asked=1 ipv6_answered=1 ipv6_asked=1 max_ms min_ms sites=2",
		},
		{
			"one family sees more", "",
			[]string{"lhr1.example", "arn1.example"},
			[]string{"arn1.example"},
			"families_agree=1 instances=2 ipv4_answered=2 ipv4_asked=2 ipv6_answered=1 ipv6_asked=1 max_ms min_ms sites=2",
		},
		{
			"the other sees more", "",
			[]string{"arn1.example"},
			[]string{"lhr1.example", "arn1.example"},
			"families_agree=1 instances=2 ipv4_answered=1 ipv4_asked=1 ipv6_answered=2 ipv6_asked=2 max_ms min_ms sites=2",
		},
		{
			"each sees one more", "",
			[]string{"lhr1.example", "arn1.example"},
			[]string{"lhr1.example", "yyz1.example"},
			"families_agree=0 instances=3 ipv4_answered=2 ipv4_asked=2 ipv6_answered=2 ipv6_asked=2 max_ms min_ms sites=3",
		},
		{
			"half dark", "",
			[]string{"lhr1.example", ""},
			[]string{"", ""},
			"instances=1 ipv4_answered=1 ipv4_asked=2 ipv6_answered=0 ipv6_asked=2 max_ms min_ms sites=1",
		},
		{
			"dark", "",
			[]string{""},
			[]string{""},
			"instances=0 ipv4_answered=0 ipv4_asked=1 ipv6_answered=0 ipv6_asked=1 sites=0",
		},
		{
			"a name without a site", "",
			[]string{"lhr1.example"},
			[]string{"elsewhere"},
			"instances=2 ipv4_answered=1 ipv4_asked=1 ipv6_answered=1 ipv6_asked=1 max_ms min_ms sites=1",
		},
		{
			"no rule", "none",
			[]string{"lhr1.example"},
			[]string{"arn1.example"},
			"instances=2 ipv4_answered=1 ipv4_asked=1 ipv6_answered=1 ipv6_asked=1 max_ms min_ms",
		},
		{
			"one family alone", "",
			[]string{"lhr1.example"},
			nil,
			"instances=1 ipv4_answered=1 ipv4_asked=1 ipv6_answered=0 ipv6_asked=0 max_ms min_ms sites=1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var players []*player
			for _, name := range c.ipv4 {
				players = append(players, play(t, "127.0.0.1", name))
			}
			for _, name := range c.ipv6 {
				players = append(players, play(t, "::1", name))
			}
			d := watching(t, func(d *DNSAnycast) {
				if c.rule == "none" {
					d.Clouds[0].Site = ""
				}
			}, players...)
			before := time.Now()
			clouds := roundOf(t, d)[point.MeasurementCloud]
			if len(clouds) != 1 {
				t.Fatalf("%d points, want 1", len(clouds))
			}
			if got := fieldsOf(clouds[0]); got != c.want {
				t.Errorf("fields\n got %s\nwant %s", got, c.want)
			}
			if got, want := clouds[0].Tags(), map[string]string{"cloud": "c", "operator": "x"}; !maps.Equal(got, want) {
				t.Errorf("tags %v, want %v", got, want)
			}
			if after := clouds[0].Time().Sub(before.Round(0)); after < 0 || after > 100*time.Millisecond {
				t.Errorf("stamped %v after the round's start", after)
			}
		})
	}
}

// TestNoCloudPoint: servers of the command line make no cloud, and half a round says nothing of a whole one.
func TestNoCloudPoint(t *testing.T) {
	p := play(t, "127.0.0.1", "lhr1.example")
	d := New()
	d.Internal = false
	d.SetServers([]string{p.At()})
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	if got := roundOf(t, d); len(got[point.MeasurementQuery]) != 1 || len(got) != 1 {
		t.Errorf("command line: got %v", got)
	}
	p.name.Store("")
	d = watching(t, func(*DNSAnycast) {}, p)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	d.Round(ctx, func(m telegraf.Metric) { t.Errorf("cut short: got %v", m) })
}

// TestChangePoint: a change is stamped with the answer that began it, and says who it was before and since.
func TestChangePoint(t *testing.T) {
	for _, c := range []struct{ name, rule, from, to, want string }{
		{"sites", "", "lhr1.example", "arn1.example", "changes=1 from=LHR from_instance=lhr1.example held_s to=ARN to_instance=arn1.example"},
		{"instances", "none", "ns 1", "ns\n2", "changes=1 from=ns 1 from_instance=ns 1 held_s to=ns%0A2 to_instance=ns%0A2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := play(t, "127.0.0.1", c.from)
			d := watching(t, func(d *DNSAnycast) {
				if d.MaxInstances = 1; c.rule == "none" { // the second name is tagged other
					d.Clouds[0].Site = ""
				}
			}, p)
			roundOf(t, d)
			roundOf(t, d)
			p.name.Store(c.to)
			first := roundOf(t, d)
			second := roundOf(t, d)
			if n := len(first[point.MeasurementChange]); n > 0 {
				t.Errorf("%d changes after one answer", n)
			}
			changes := second[point.MeasurementChange]
			if len(changes) != 1 {
				t.Fatalf("%d changes, want 1", len(changes))
			}
			m := changes[0]
			if got := fieldsOf(m); got != c.want {
				t.Errorf("fields\n got %s\nwant %s", got, c.want)
			}
			want := map[string]string{"server": p.At(), "address": "127.0.0.1", "cloud": "c", "family": "ipv4", "transport": "udp", "operator": "x"}
			if got := m.Tags(); !maps.Equal(got, want) {
				t.Errorf("tags %v, want %v", got, want)
			}
			if at := first[point.MeasurementQuery][0].Time(); !m.Time().Equal(at) {
				t.Errorf("stamped %v, the first answer %v", m.Time(), at)
			}
		})
	}
}

// TestSplitIsAdvised: a cloud without a rule says once that it may read split for ever.
func TestSplitIsAdvised(t *testing.T) {
	p := play(t, "127.0.0.1", "ns1")
	var log journal
	d := watching(t, func(d *DNSAnycast) { d.Clouds[0].Site, d.Log = "", &log }, p)
	var changes []string
	for i := range 20 {
		p.name.Store(fmt.Sprintf("ns%d", i%3))
		for _, m := range roundOf(t, d)[point.MeasurementChange] {
			changes = append(changes, fieldsOf(m))
		}
	}
	if want := []string{"changes=1 from=ns0 from_instance=ns0 held_s to=split"}; !slices.Equal(changes, want) {
		t.Errorf("changes %q, want %q", changes, want)
	}
	if len(log.lines) != 1 || !strings.HasPrefix(log.lines[0], "I! ") || !strings.Contains(log.lines[0], "site rule") {
		t.Errorf("said %q", log.lines)
	}
}

// TestSplitTargetsAside: whether the families agree is judged without targets that are split.
func TestSplitTargetsAside(t *testing.T) {
	skiptest.IPv6(t)
	balanced := play(t, "127.0.0.1", "")
	d := watching(t, func(*DNSAnycast) {}, balanced, play(t, "127.0.0.1", "lhr1.example"),
		play(t, "::1", "lhr1.example"), play(t, "::1", "waw1.example"))
	var agree any
	for i := range 12 {
		balanced.name.Store([]string{"arn1.example", "yyz1.example"}[i%2])
		agree, _ = roundOf(t, d)[point.MeasurementCloud][0].GetField("families_agree")
	}
	if agree != int64(1) {
		t.Errorf("families_agree is %v, want 1: IPv4 reaches LHR, as IPv6 does, but for a split target", agree)
	}
}

// TestExpected: the whole name counts, from end to end.
func TestExpected(t *testing.T) {
	for _, c := range []struct {
		name, expect string
		want         any
	}{
		{"lhr1.example", `lhr1\.example|arn1\.example`, int64(1)},
		{"lhr1.example", `lhr1`, int64(0)},
		{"lhr1.example", `example`, int64(0)},
		{"lhr1.example", `l|lhr1.example`, int64(1)},
		{"lhr1.example", `\Qlhr1.example`, int64(1)},
		{"lhr1.example\nevil", `lhr1.example`, int64(0)},
		{"  lhr1.example ", `lhr1.example`, int64(1)},
		{strings.Repeat("l", 200), `l{200}`, int64(1)},
		{" ", `.*`, int64(0)}, // it names nobody
		{"", `.*`, nil},       // it does not answer
		{"lhr1.example", "", nil},
	} {
		p := play(t, "127.0.0.1", c.name)
		d := watching(t, func(d *DNSAnycast) { d.Clouds[0].Expect = c.expect }, p)
		if got, _ := roundOf(t, d)[point.MeasurementQuery][0].GetField("expected"); got != c.want {
			t.Errorf("%q against %q: got %v, want %v", c.name, c.expect, got, c.want)
		}
	}
	cut := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		b := dnstest.ReplyTo(q).Bytes()
		b[2] |= 2 // TC
		q.Reply(b)
	})
	d := newAsking(t, []string{cut.At()}, func(d *DNSAnycast) { d.Transports, d.Clouds[0].Expect = []string{"udp"}, "x" })
	m := roundOf(t, d)[point.MeasurementQuery][0]
	if got, found := m.GetField("expected"); found || m.Tags()["result"] != "truncated" {
		t.Errorf("truncated: expected is %v in %v", got, m)
	}
}

// TestSitesAnnounced: how many places the cloud names, whatever answers, unless its own tag has the name.
func TestSitesAnnounced(t *testing.T) {
	t.Parallel()
	latitude, longitude := 1.0, 2.0
	own := []Place{{Code: "s1", Latitude: &latitude, Longitude: &longitude}}
	p := play(t, "127.0.0.1", "")
	for _, c := range []struct {
		sites []string
		rule  string
		tag   string
		want  any
		says  []string
	}{
		{sites: nil, want: nil},
		{sites: []string{}, want: nil},
		{sites: []string{"LHR"}, want: int64(1)},
		{sites: []string{"LHR", "lhr", "LON", "S1", "s1", "ARN"}, rule: "^(.*)$", want: int64(4)},
		{
			sites: []string{"LHR"}, tag: "sites_announced",
			says: []string{`W! cloud "c": its tag sites_announced has the name of a newer field, which is left out: rename the tag`},
		},
		{sites: nil, tag: "sites_announced"},
	} {
		var log journal
		d := watching(t, func(d *DNSAnycast) {
			d.Log, d.Timeout = &log, Duration(10*time.Millisecond)
			o := &d.Clouds[0]
			o.Sites, o.Site, o.Places, o.Place = c.sites, c.rule, "iata", own
			if c.tag != "" {
				o.Tags = map[string]string{c.tag: "mine"}
			}
		}, p)
		m := roundOf(t, d)[point.MeasurementCloud][0]
		if got := m.Fields()["sites_announced"]; got != c.want || c.tag != "" && m.Tags()[c.tag] != "mine" {
			t.Errorf("sites %q, tag %q: got %v in %v, want %v", c.sites, c.tag, got, m, c.want)
		}
		if !slices.Equal(log.lines, c.says) {
			t.Errorf("sites %q, tag %q: said %q, want %q", c.sites, c.tag, log.lines, c.says)
		}
	}
}
