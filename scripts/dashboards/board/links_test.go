package board

import (
	"encoding/json"
	"testing"

	"telegraf-dns-anycast/scripts/dashboards/field"
)

func TestOpens(t *testing.T) {
	opens := field.Properties([]field.Option{
		Opens("Its sites", "dns-anycast-cloud", "Vantage point", "Cloud"),
	})
	got, err := json.Marshal(opens[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	var links []struct{ Title, URL string }
	if err := json.Unmarshal(got, &links); err != nil {
		t.Fatal(err)
	}
	want := `/d/dns-anycast-cloud?${__url_time_range}&${datasource:queryparam}` +
		`&var-host=${__data.fields["Vantage point"]:percentencode}` +
		`&var-cloud=${__data.fields["Cloud"]:percentencode}` +
		`&${server:queryparam}&${family:queryparam}&${transport:queryparam}`
	if len(links) != 1 || links[0].Title != "Its sites" || links[0].URL != want {
		t.Errorf("got  %+v\nwant %s", links, want)
	}
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
