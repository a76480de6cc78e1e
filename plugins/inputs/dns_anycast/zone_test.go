//go:build unix

package dns_anycast

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// secondary is a name server of zones. What it says may be changed while it runs.
type secondary struct {
	*dnstest.Server
	says atomic.Pointer[saysOfZone]
}

// saysOfZone is what a secondary says; of a zone NOERROR with AA and an SOA record, unless told otherwise.
type saysOfZone struct {
	name, nsid string // of its identity
	serial     uint32
	refresh    uint32               // s
	edit       func(*dnstest.Draft) // of a reply about a zone; nil: none
	silent     bool                 // about zones
	nameless   bool                 // silent about itself
}

func zoneServer(t *testing.T, ip string, says saysOfZone) *secondary {
	t.Helper()
	s := &secondary{}
	s.says.Store(&says)
	s.Server = serve(t, ip, func(q *dnstest.Query) { s.says.Load().reply(q) })
	return s
}

func (s *saysOfZone) reply(q *dnstest.Query) {
	zone := q.Type() == dnstest.SOA
	if zone && s.silent || !zone && s.nameless {
		return
	}
	dnstest.Says(func(d *dnstest.Draft) {
		switch {
		case zone && s.edit != nil:
			s.edit(d.SOA(s.serial, s.refresh))
		case zone:
			d.SOA(s.serial, s.refresh)
		case s.name != "":
			d.TXT(s.name)
		}
		if s.nsid != "" {
			d.NSID(s.nsid)
		}
	})(q)
}

// asksZones is a cloud of secondaries with zones.
func asksZones(t *testing.T, zones Zones, change func(*DNSAnycast), all ...*secondary) *DNSAnycast {
	t.Helper()
	var servers []string
	for _, s := range all {
		servers = append(servers, s.At())
	}
	return newAsking(t, servers, func(d *DNSAnycast) {
		d.Transports, d.Timeout, d.Clouds[0].Zones = []string{"udp"}, Duration(200*time.Millisecond), zones
		change(d)
	})
}

// textOf writes a point as "tag=value,… field=value …", but for where it was asked and the times.
func textOf(m telegraf.Metric) string {
	var tags []string
	for _, k := range slices.Sorted(maps.Keys(m.Tags())) {
		if !slices.Contains([]string{"server", "address", "family", "transport", "operator"}, k) {
			tags = append(tags, k+"="+m.Tags()[k])
		}
	}
	return strings.Join(tags, ",") + " " + fieldsOf(m)
}

func referral(d *dnstest.Draft) {
	d.Answer, d.Authority = nil, [][]byte{dnstest.Resource(dnstest.TheName, dnstest.NS, dnstest.IN, "\x02ns"+dnstest.TheName)}
	dnstest.NotAuthoritative(d)
}

// owned makes the record another name's.
func owned(owner string) func(*dnstest.Draft) {
	return func(d *dnstest.Draft) { d.Answer[0] = append([]byte(owner), d.Answer[0][len(dnstest.TheName):]...) }
}

// TestZoneResults: what a reply about a zone is worth, whatever the identity query says.
func TestZoneResults(t *testing.T) {
	answer := func(edit func(*dnstest.Draft)) saysOfZone {
		return saysOfZone{name: "lhr1.example", serial: 7, refresh: 3600, edit: edit}
	}
	const who = "cloud=c,identity_source=paired,instance=lhr1.example,"
	for _, c := range []struct {
		name string
		says saysOfZone
		want string
	}{
		{"success", answer(nil), who + "rcode=NOERROR,result=success,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 refresh_s=3600 result_code=0 serial=7 serial_lag_s=0"},
		{"without AA", answer(dnstest.NotAuthoritative), who + "rcode=NOERROR,result=not_authoritative,site=LHR,zone=example aa=0 answered=1 query_time_ms rcode_value=0 refresh_s=3600 result_code=9 serial=7"},
		{"referral", answer(referral), who + "rcode=NOERROR,result=not_authoritative,site=LHR,zone=example aa=0 answered=1 query_time_ms rcode_value=0 result_code=9"},
		{
			"referral with AA", answer(func(d *dnstest.Draft) { referral(d); d.Flag(dnstest.AA) }),
			who + "rcode=NOERROR,result=no_soa,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 result_code=10",
		},
		{"empty", answer(func(d *dnstest.Draft) { d.Answer = nil }), who + "rcode=NOERROR,result=no_soa,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 result_code=10"},
		{
			"empty without AA", answer(func(d *dnstest.Draft) { d.Answer = nil; dnstest.NotAuthoritative(d) }),
			who + "rcode=NOERROR,result=no_soa,site=LHR,zone=example aa=0 answered=1 query_time_ms rcode_value=0 result_code=10",
		},
		{
			"of another zone", answer(owned("\x05other\x07example\x00")),
			who + "rcode=NOERROR,result=no_soa,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 result_code=10",
		},
		{
			"in upper case", answer(owned("\x07EXAMPLE\x00")),
			who + "rcode=NOERROR,result=success,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 refresh_s=3600 result_code=0 serial=7 serial_lag_s=0",
		},
		{"refused", answer(dnstest.WithRcode(dnstest.Refused)), who + "rcode=REFUSED,result=rcode_error,site=LHR,zone=example aa=0 answered=1 query_time_ms rcode_value=5 result_code=3"},
		{
			"expired", answer(dnstest.WithRcode(dnstest.ServFail)),
			who + "rcode=SERVFAIL,result=rcode_error,site=LHR,zone=example aa=0 answered=1 query_time_ms rcode_value=2 result_code=3",
		},
		{
			"truncated", answer(dnstest.Cut),
			who + "rcode=NOERROR,result=truncated,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 result_code=5",
		},
		{
			"TC behind the record", answer(func(d *dnstest.Draft) { d.Flag(dnstest.TC) }),
			who + "rcode=NOERROR,result=success,site=LHR,zone=example aa=1 answered=1 query_time_ms rcode_value=0 refresh_s=3600 result_code=0 serial=7 serial_lag_s=0",
		},
		{"silent", saysOfZone{name: "lhr1.example", silent: true}, "cloud=c,result=timeout,zone=example answered=0 result_code=1"},
		{"another question", answer(dnstest.WrongQuestion), "cloud=c,result=invalid,zone=example answered=0 error=wrong question result_code=6"},
		{"the greatest numbers", saysOfZone{serial: 1<<32 - 1, refresh: 1<<32 - 1}, "cloud=c,rcode=NOERROR,result=success,zone=example aa=1 answered=1 query_time_ms rcode_value=0 refresh_s=4294967295 result_code=0 serial=4294967295 serial_lag_s=0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := asksZones(t, Zones{"Example."}, func(*DNSAnycast) {}, zoneServer(t, "127.0.0.1", c.says))
			round := roundOf(t, d)
			if zones := round[point.MeasurementZone]; len(zones) != 1 || textOf(zones[0]) != c.want {
				t.Errorf("got %v\nwant %s", zones, c.want)
			}
			if c.says.name != "" && round[point.MeasurementQuery][0].Tags()["result"] != "success" {
				t.Errorf("the identity query: %v", round[point.MeasurementQuery])
			}
		})
	}
}

// TestZoneIdentity: who answered is told by the NSID, or by the identity queries of the same round where those agree.
func TestZoneIdentity(t *testing.T) {
	s := zoneServer(t, "127.0.0.1", saysOfZone{name: "lhr1.example", nsid: "id-1", serial: 7})
	d := asksZones(t, Zones{"example"}, func(d *DNSAnycast) { d.Queries = 1 }, s)
	who := func() string {
		tags := roundOf(t, d)[point.MeasurementZone][0].Tags()
		return fmt.Sprintf("%s at %s by %s", tags["instance"], tags["site"], tags["identity_source"])
	}
	for _, c := range []struct {
		name string
		says saysOfZone
		want string
	}{
		{"the NSID is known by its name", saysOfZone{name: "lhr1.example", nsid: "id-1"}, "lhr1.example at LHR by hostname.bind"},
		{"it still is when the name is not told", saysOfZone{nsid: "id-1", nameless: true}, "lhr1.example at LHR by hostname.bind"},
		{"as the identity query has it", saysOfZone{nsid: "id-1"}, "id-1 at  by nsid"},
		{"it has got another name", saysOfZone{name: "lhr2.example", nsid: "id-1"}, "lhr2.example at LHR by hostname.bind"},
		{"an NSID that nobody knows", saysOfZone{nsid: "arn3.example"}, "arn3.example at ARN by nsid"},
		{"no NSID", saysOfZone{name: "lhr1.example"}, "lhr1.example at LHR by paired"},
		{"nobody is named", saysOfZone{}, " at  by "},
	} {
		s.says.Store(&c.says)
		if got := who(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	var n atomic.Int32
	balanced := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		(&saysOfZone{name: []string{"lhr1.example", "arn1.example"}[n.Add(1)%2]}).reply(q)
	})
	d = asksZones(t, Zones{"example"}, func(d *DNSAnycast) { d.Queries = 3 }, &secondary{Server: balanced})
	if got := who(); got != " at  by " {
		t.Errorf("two instances in one round: got %q, want nobody", got)
	}
}

// TestZoneLag: three sites, of which one stays behind; then the primary as reference, which is set back.
func TestZoneLag(t *testing.T) {
	at := func(name string, serial uint32) *saysOfZone {
		return &saysOfZone{name: name, nsid: name, serial: serial}
	}
	a, b := zoneServer(t, "127.0.0.1", *at("lhr1.example", 5)), zoneServer(t, "127.0.0.1", *at("arn1.example", 5))
	primary := zoneServer(t, "127.0.0.1", saysOfZone{serial: 5})
	log := &journal{}
	d := asksZones(t, Zones{"example"}, func(d *DNSAnycast) { d.Clouds[0].Reference, d.Log = []string{primary.At()}, log }, a, b)
	lags := func() (lag [3]float64) { // of a, b and the primary
		round := roundOf(t, d)
		if len(round[point.MeasurementCloud]) != 1 || len(round[point.MeasurementQuery]) != 2 {
			t.Errorf("the primary is asked more than zones: %v", round)
		}
		for _, m := range round[point.MeasurementZone] {
			for i, s := range []*secondary{a, b, primary} {
				if v, ok := m.GetField("serial_lag_s"); ok && m.Tags()["server"] == s.At() {
					lag[i] = v.(float64)
				}
			}
		}
		return lag
	}
	if got := lags(); got != [3]float64{} {
		t.Errorf("all have the same: lags %v", got)
	}
	primary.says.Store(&saysOfZone{serial: 6})
	lags()
	published := time.Now()
	time.Sleep(300 * time.Millisecond)
	a.says.Store(at("lhr1.example", 6))
	if got := lags(); got[0] != 0 || got[2] != 0 || got[1] < 0.25 || got[1] > time.Since(published).Seconds()+0.1 {
		t.Errorf("one is behind by 300 ms: lags %v", got)
	}
	b.says.Store(&saysOfZone{name: "arn1.example", nsid: "arn1.example", edit: dnstest.WithRcode(dnstest.Refused)})
	lags()
	a.says.Store(at("lhr1.example", 5)) // a stale copy
	b.says.Store(at("arn1.example", 5))
	primary.says.Store(&saysOfZone{serial: 5})
	for range 10 {
		if got := lags(); got[0] < 0.25 && len(log.lines) == 0 {
			t.Errorf("a stale copy: lags %v", got)
		}
	}
	if got := lags(); got != [3]float64{} || len(log.lines) != 1 || !strings.HasPrefix(log.lines[0], "W! zone example: serial 6 ") {
		t.Errorf("set back by all: lags %v, said %q", got, log.lines)
	}
}

// TestReferences: an address and zone is asked once, whatever clouds name it, with tags of its own.
func TestReferences(t *testing.T) {
	s, primary := zoneServer(t, "127.0.0.1", saysOfZone{name: "lhr1.example"}), zoneServer(t, "127.0.0.1", saysOfZone{nsid: "hidden", serial: 9})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) {
		d.Transports = []string{"tcp", "udp"}
		d.Clouds[0].Zones, d.Clouds[0].Reference = Zones{"a.example", "b.example"}, []string{primary.At()}
		d.Clouds = append(d.Clouds, Cloud{Name: "d", Servers: []string{s.At()}, Zones: Zones{"b.example", "c.example"}, Reference: []string{primary.At()}})
	})
	got := map[string]int{}
	for _, m := range roundOf(t, d)[point.MeasurementZone] {
		if m.Tags()["server"] == primary.At() {
			delete(m.Tags(), "server")
			got[textOf(m)+" "+m.Tags()["transport"]]++
			if m.HasTag("operator") {
				t.Errorf("a cloud's tag on a reference: %v", m)
			}
		}
	}
	want := map[string]int{}
	for _, zone := range []string{"a", "b", "c"} {
		want["cloud=reference,identity_source=nsid,instance=hidden,rcode=NOERROR,result=success,zone="+zone+
			".example aa=1 answered=1 connect_time_ms nsid=hidden query_time_ms rcode_value=0 refresh_s=0 result_code=0 serial=9 serial_lag_s=0 tcp"] = 1
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// TestZonesOnceARound: whatever queries says, from a port of their own.
func TestZonesOnceARound(t *testing.T) {
	var n notes
	says := saysOfZone{name: "lhr1.example"}
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) { n.take(q); says.reply(q) })
	d := asksZones(t, Zones{"a.example", "b.example", "."}, func(d *DNSAnycast) { d.Queries = 2 }, &secondary{Server: s})
	round := roundOf(t, d)
	if len(round[point.MeasurementQuery]) != 2 || len(round[point.MeasurementZone]) != 3 {
		t.Errorf("%d and %d points, want 2 and 3", len(round[point.MeasurementQuery]), len(round[point.MeasurementZone]))
	}
	ports := map[uint16]bool{}
	for _, q := range n.of("udp") {
		ports[q.From.Port()] = true
	}
	if len(ports) != 5 {
		t.Errorf("five queries came from %d ports", len(ports))
	}
}

// TestZoneConnectTime: it is there once a connection was made, whatever came of it, and below the query's timeout.
func TestZoneConnectTime(t *testing.T) {
	t.Parallel()
	answers := zoneServer(t, "127.0.0.1", saysOfZone{name: "lhr1.example", serial: 7})
	silent := zoneServer(t, "127.0.0.1", saysOfZone{name: "lhr1.example", silent: true})
	const closed = "127.0.0.1:1" // nobody opens it while the test runs
	d := newAsking(t, []string{answers.At(), silent.At(), closed}, func(d *DNSAnycast) {
		d.Timeout, d.Clouds[0].Zones = Duration(200*time.Millisecond), Zones{"example"}
	})
	got := map[string]bool{}
	for _, m := range roundOf(t, d)[point.MeasurementZone] {
		of := m.Tags()["transport"]
		if of == "tcp" {
			of += " " + m.Tags()["result"]
		}
		v, connected := m.GetField("connect_time_ms")
		if ms, float := v.(float64); connected && (!float || ms <= 0 || ms > 200) {
			t.Errorf("%v", m)
		}
		got[of] = got[of] || connected
	}
	want := map[string]bool{"udp": false, "tcp success": true, "tcp timeout": true, "tcp unreachable": false}
	if !maps.Equal(got, want) {
		t.Errorf("connected: %v, want %v", got, want)
	}
}

// TestZoneTagOfFieldsName: the tag of a cloud that had it before there was the field stays on all of its points, which
// then are without the field. One warning says so, none where no zone is asked for.
func TestZoneTagOfFieldsName(t *testing.T) {
	t.Parallel()
	s := zoneServer(t, "127.0.0.1", saysOfZone{name: "lhr1.example", serial: 7, refresh: 3600})
	for _, c := range []struct {
		zones Zones
		want  []string
	}{
		{Zones{"a.example", "b.example"}, []string{`W! cloud "c": its tag refresh_s has the name of a newer field, which is left out: rename the tag`}},
		{nil, nil},
	} {
		var log journal
		d := asksZones(t, c.zones, func(d *DNSAnycast) {
			d.Log, d.Clouds[0].Tags = &log, map[string]string{"operator": "x", "refresh_s": "mine"}
		}, s)
		round := roundOf(t, d)
		for _, m := range slices.Concat(round[point.MeasurementQuery], round[point.MeasurementZone]) {
			if m.Tags()["refresh_s"] != "mine" || m.HasField("refresh_s") {
				t.Errorf("%v", m)
			}
		}
		if len(round[point.MeasurementZone]) != len(c.zones) || !slices.Equal(log.lines, c.want) {
			t.Errorf("%d points of zones %q, said %q, want %q", len(round[point.MeasurementZone]), c.zones, log.lines, c.want)
		}
	}
}
