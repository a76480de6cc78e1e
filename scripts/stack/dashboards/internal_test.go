package dashboards

import (
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestDashboardItself: all that is told of the plugin is shown, and the panels say when there are no such points.
func TestDashboardItself(t *testing.T) {
	s := stacktest.ReadSchema(t)
	asked := ""
	for _, p := range grafana.AllInOne(t).Panels {
		for _, q := range p.Targets {
			if s.Measurement(q.Query) != "dns_anycast_internal" {
				continue
			}
			asked += q.Query
			if says := p.FieldConfig.Defaults.NoValue; !strings.Contains(says, "internal = false") {
				t.Errorf("%q says %q, also where the plugin tells nothing of itself", p.Title, says)
			}
		}
	}
	for _, field := range s.Points["dns_anycast_internal"].Fields {
		if !strings.Contains(asked, `("`+field+`")`) {
			t.Errorf("no panel shows %s", field)
		}
	}
}
