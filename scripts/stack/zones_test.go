package stack

import (
	"fmt"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
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
	return func(q *dnstest.Query) {
		if q.Type() == dnstest.SOA {
			zones[q.Name()](q)
		} else {
			who(q)
		}
	}
}

// both gives both zones one manner.
func both(m manner) map[string]manner { return map[string]manner{zone: m, slashed: m} }

// serving gives an SOA record with authority, and an identity by NSID if there is one.
func serving(serial uint32, identity string) manner {
	return dnstest.Says(func(d *dnstest.Draft) { d.SOA(serial, 0) }, by(identity))
}

// cached gives an SOA record without authority.
func cached(q *dnstest.Query) {
	dnstest.Says(func(d *dnstest.Draft) { d.SOA(newSerial, 0) }, dnstest.NotAuthoritative)(q)
}

// expired is what becomes of a zone that was not refreshed for long; the server tells its name.
func expired(identity string) manner {
	return dnstest.Says(dnstest.WithRcode(dnstest.ServFail), by(identity))
}

// by adds an identity by NSID, if there is one.
func by(identity string) func(d *dnstest.Draft) {
	return func(d *dnstest.Draft) {
		if identity != "" {
			d.NSID(identity)
		}
	}
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
	for _, behind := range []string{" ", ","} {
		before, after, found := strings.Cut(point, behind+field+"=")
		if found {
			return before + behind + field + "=" + fmt.Sprint(value) + strings.TrimLeft(after, "0123456789")
		}
	}
	return point
}
