package board

import (
	"encoding/json"
	"testing"

	"telegraf-dns-anycast/scripts/dashboards/field"
)

// TestOpens: a link carries what both dashboards can choose by: catchments have no vantage point, and
// servers of other names.
func TestOpens(t *testing.T) {
	const at, cloud = `?${__url_time_range}&${datasource:queryparam}`, `&var-cloud=${__data.fields["Cloud"]:percentencode}`
	for _, tt := range []struct {
		link        field.Option
		title, want string
	}{
		{
			Opens("Its sites", "dns-anycast-cloud", "Vantage point", "Cloud"), "Its sites",
			`/d/dns-anycast-cloud` + at + `&var-host=${__data.fields["Vantage point"]:percentencode}` +
				cloud + `&${server:queryparam}&${family:queryparam}&${transport:queryparam}`,
		},
		{
			OpensCatchments(), "What probes of RIPE Atlas say",
			`/d/dns-anycast-catchments` + at + cloud +
				`&${family:queryparam}&${transport:queryparam}`,
		},
		{
			OpensVantagePoints("Cloud"), "What vantage points say",
			`/d/dns-anycast-cloud` + at + cloud +
				`&${family:queryparam}&${transport:queryparam}`,
		},
		{
			Narrows("Cloud"), "This alone",
			`/d/dns-anycast-catchments` + at + cloud + `&${address:queryparam}` +
				`&${family:queryparam}&${transport:queryparam}&${measurement_id:queryparam}`,
		},
	} {
		if title, url := linkOf(t, tt.link); title != tt.title || url != tt.want {
			t.Errorf("got  %s %s\nwant %s %s", title, url, tt.title, tt.want)
		}
	}
}

// linkOf is the one link of an option.
func linkOf(t *testing.T, o field.Option) (title, url string) {
	t.Helper()
	opens := field.Properties([]field.Option{o})
	got, err := json.Marshal(opens[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	var links []struct{ Title, URL string }
	if err := json.Unmarshal(got, &links); err != nil {
		t.Fatal(err)
	}
	if len(links) != 1 {
		t.Fatalf("links %+v", links)
	}
	return links[0].Title, links[0].URL
}

func TestOpensRefuses(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a column without a variable is linked")
		}
	}()
	Opens("Its sites", "dns-anycast-cloud", "Clouds")
}

func TestMenu(t *testing.T) {
	d, err := Board{Title: "One of them", Filter: Everywhere}.build()
	if err != nil {
		t.Fatal(err)
	}
	menu := d.Links[0]
	if menu.Placement != nil {
		t.Error("the menu is not at the dashboard's head")
	}
	if !menu.AsDropdown || !menu.IncludeVars || !menu.KeepTime || menu.Type != "dashboards" {
		t.Errorf("got %+v", menu)
	}
}
