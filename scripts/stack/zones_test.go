package stack

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// Zones, one with all that the name of a zone may hold and a query or a URL could trip over, and serials of which the
// second is the newer one (RFC 1982).
const (
	zone      = "example.net"
	slashed   = "0/25.2.0.192.in-addr.arpa"
	oldSerial = 1<<32 - 1
	newSerial = 1
)

// asked answers a query for a zone in the zone's manner, and any other in the manner of who.
func asked(who manner, zones map[string]manner) manner {
	return func(w dns.ResponseWriter, q *dns.Msg) {
		m := who
		if q.Question[0].Qtype == dns.TypeSOA {
			m = zones[strings.TrimSuffix(q.Question[0].Name, ".")]
		}
		m(w, q)
	}
}

// both gives both zones one manner.
func both(m manner) map[string]manner { return map[string]manner{zone: m, slashed: m} }

// serving gives an SOA record with authority, and an identity by NSID if there is one.
func serving(serial uint32, identity string) manner {
	return func(w dns.ResponseWriter, q *dns.Msg) {
		r := soa(q, serial)
		r.Authoritative = true
		addNSID(r, q, identity)
		w.WriteMsg(r)
	}
}

// cached gives an SOA record without authority.
func cached(w dns.ResponseWriter, q *dns.Msg) { w.WriteMsg(soa(q, newSerial)) }

// expired is what becomes of a zone that was not refreshed for long; the server tells its name.
func expired(identity string) manner {
	return func(w dns.ResponseWriter, q *dns.Msg) {
		r := new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
		addNSID(r, q, identity)
		w.WriteMsg(r)
	}
}

func soa(q *dns.Msg, serial uint32) *dns.Msg {
	r := new(dns.Msg).SetReply(q)
	header := dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 60}
	r.Answer = []dns.RR{&dns.SOA{Hdr: header, Ns: "ns1.example.", Mbox: "hostmaster.example.", Serial: serial}}
	return r
}

func addNSID(r, q *dns.Msg, identity string) {
	if q.IsEdns0() == nil || identity == "" {
		return
	}
	r.SetEdns0(1232, false)
	nsid := &dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: hex.EncodeToString([]byte(identity))}
	r.IsEdns0().Option = []dns.EDNS0{nsid}
}

// TestDashboardZones: whatever asks of zones says when no zone is asked for; the dashboard of zones asks of nothing else.
func TestDashboardZones(t *testing.T) {
	s, panels := readSchema(t), 0
	for _, d := range readDashboards(t) {
		for _, p := range d.all() {
			ofZones := false
			for _, q := range p.Targets {
				ofZones = s.measurement(q.Query) == "dns_anycast_soa"
				if !ofZones && d.UID == "dns-anycast-zones" {
					t.Errorf("%q reads %s", p.Title, q.Query)
				}
			}
			if !ofZones {
				continue
			}
			panels++
			if says := p.FieldConfig.Defaults.NoValue; !strings.Contains(strings.ToLower(says), "no zone is asked for") {
				t.Errorf("%q says %q, also where no cloud names a zone", p.Title, says)
			}
		}
	}
	if panels < 4 {
		t.Errorf("%d panels", panels)
	}
}

// askZone runs the plugin once, with all servers in one manner, and returns its points of the zone in their order.
func (w *world) askZone(t *testing.T, plugin string, m manner) [4]string {
	t.Helper()
	w.turn(m)
	return w.byServer(t, only(once(t, plugin, w.cloud()+fmt.Sprintf("zone = %q\n", zone)), "dns_anycast_soa"))
}

// with gives a point another value of an integer field, or of one in whole seconds.
func with(field string, value int64, point string) string {
	return regexp.MustCompile(`\b`+field+`=\d+`).ReplaceAllString(point, fmt.Sprintf("%s=%d", field, value))
}
