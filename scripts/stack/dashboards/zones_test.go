package dashboards

import (
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestDashboardZones: whatever asks of zones says when no zone is asked for; the dashboard of zones asks of nothing else.
func TestDashboardZones(t *testing.T) {
	s, panels := stacktest.ReadSchema(t), 0
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
			ofZones := false
			for _, q := range p.Targets {
				ofZones = s.Measurement(q.Query) == "dns_anycast_soa"
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
