package dashboards

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

func TestDashboardAnnotations(t *testing.T) {
	d, s := grafana.AllInOne(t), stacktest.ReadSchema(t)
	if len(d.Annotations.List) != 1 {
		t.Fatalf("%d queries for marks, want the one of changes", len(d.Annotations.List))
	}
	a := d.Annotations.List[0]
	for _, d := range grafana.Dashboards(t) {
		marked := slices.Contains([]string{"dns-anycast-cloud", "dns-anycast-target"}, d.UID)
		if marked != (len(d.Annotations.List) > 0) {
			t.Errorf("%s: %d queries for marks", d.UID, len(d.Annotations.List))
		}
		if marked {
			checkQuery(t, s, d, a.Query())
		}
	}
	if s.Measurement(a.Target.Query) != "dns_anycast_change" {
		t.Errorf("%s: not the changes", a.Target.Query)
	}
	if a.Datasource != (grafana.Source{Type: "influxdb", UID: "${datasource}"}) || !a.Target.FromAnnotations || a.Target.RefID == "" {
		t.Errorf("Grafana does not take it for a query of its InfluxDB data source: %+v", a)
	}
	if a.Name == "" || a.IconColor == "" || !a.Enable || a.Hide {
		t.Errorf("not to be seen, or not to be switched off: %+v", a)
	}
	// Grafana takes a row of another series for one of the first, and white space for a part of a column's name.
	if regexp.MustCompile(`GROUP BY|\bAS\b`).MatchString(a.Target.Query) || strings.Contains(a.Target.TagsColumn, " ") {
		t.Errorf("%s, tags %q: names that Grafana does not find", a.Target.Query, a.Target.TagsColumn)
	}
}
