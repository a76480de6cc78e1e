//go:build unix

package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// zoneServer serves one zone, and counts who asks for it.
type zoneServer struct {
	*asked
	rounds atomic.Int64
}

// newZoneServer names itself; of the zone it has a serial, or is not told about it.
func newZoneServer(t *testing.T, name string, serial uint32, tags, fields string) *zoneServer {
	s := &zoneServer{}
	s.asked = newAsked(t, "127.0.0.1", 2, func(q *dnstest.Query) {
		if q.Type() != dnstest.SOA {
			named(name)(q)
			return
		}
		s.rounds.Add(1)
		if serial == 0 {
			dnstest.Rcode(dnstest.Refused)(q)
			return
		}
		dnstest.Says(func(d *dnstest.Draft) { d.SOA(serial, 86400).NSID(name) })(q)
	}, tags, fields)
	s.tags = strings.Replace(s.tags, "dns_anycast,", "dns_anycast_soa,", 1)
	return s
}

// The points about zones of every round reach Telegraf's output whole: of a server in step, of one that is late, whose
// lag is the time since the first point of the other, and of one that refuses.
func TestTelegrafZones(t *testing.T) {
	t.Parallel()
	const served = `aa=1i,answered=1i,nsid="%[1]s",query_time_ms=…,rcode_value=0i,refresh_s=86400i,result_code=0i,serial=%[2]di,serial_lag_s=…`
	const tags = "family=ipv4,identity_source=hostname.bind,instance=%s,operator=one,rcode=%s,result=%s,server=%%s,site=%s,transport=udp,zone=example"
	step := newZoneServer(t, "lhr1", 4294967295, fmt.Sprintf(tags, "lhr1", "NOERROR", "success", "LHR"), fmt.Sprintf(served, "lhr1", uint32(4294967295)))
	late := newZoneServer(t, "arn1", 4294967290, fmt.Sprintf(tags, "arn1", "NOERROR", "success", "ARN"), fmt.Sprintf(served, "arn1", uint32(4294967290)))
	refusing := newZoneServer(t, "yyz1", 0, strings.Replace(fmt.Sprintf(tags, "yyz1", "REFUSED", "rcode_error", "YYZ"), "hostname.bind", "paired", 1),
		`aa=0i,answered=1i,query_time_ms=…,rcode_value=5i,result_code=3i`)
	servers := []*zoneServer{step, late, refusing}
	agent := startTelegraf(t, strings.Replace(pluginConf([]*asked{step.asked, late.asked, refusing.asked}), "site =", "zone = \"Example.\"\n    site =", 1))
	await(t, agent, "four rounds", func() bool { return step.rounds.Load() >= 4 })
	agent.cmd.Process.Signal(syscall.SIGTERM)
	agent.wait(t)
	points := agent.points(t)
	for _, s := range servers {
		got := points[s.tags]
		if n := s.rounds.Load(); len(got) != int(n) {
			t.Fatalf("%d points in %d rounds: %s\n%v", len(got), n, s.tags, points)
		}
		for _, p := range got {
			fields, lag := withoutLag(p.fields)
			if fields != s.fields {
				t.Errorf("%s\n got %s\nwant %s", s.tags, fields, s.fields)
			}
			want := 0.0
			if s == late {
				want = max(0, p.at.Sub(points[step.tags][0].at).Seconds())
			}
			if math.Abs(lag-want) > 0.003 { // the time stamps are cut to milliseconds
				t.Errorf("%s at %v: a lag of %v s, want %v s", s.tags, p.at, lag, want)
			}
		}
	}
	for tags := range points {
		if strings.HasPrefix(tags, "dns_anycast_soa") && tags != step.tags && tags != late.tags && tags != refusing.tags {
			t.Errorf("points that nobody expects: %s", tags)
		}
	}
}

// withoutLag takes the lag out of a point's fields; 0 where there is none.
func withoutLag(fields string) (rest string, seconds float64) {
	lag := regexp.MustCompile(`serial_lag_s=([0-9.e-]+)`)
	if m := lag.FindStringSubmatch(fields); m != nil {
		seconds, _ = strconv.ParseFloat(m[1], 64)
	}
	return lag.ReplaceAllString(fields, "serial_lag_s=…"), seconds
}
