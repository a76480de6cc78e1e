package main

import (
	"encoding/json"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func TestOpens(t *testing.T) {
	got, err := json.Marshal(opens("Its sites", "dns-anycast-cloud",
		choice{"host", "Vantage point"}, choice{"cloud", "Cloud"}).Value)
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

func TestToDashboards(t *testing.T) {
	links := []cog.Builder[dashboard.DashboardLink]{toDashboards("Dashboards", "anycast")}
	d, err := board{title: "One of them", links: links}.build()
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

// TestNotMeasured: neither null nor NaN is shown in a colour that says something of a value.
func TestNotMeasured(t *testing.T) {
	got, err := json.Marshal(notMeasured())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"special","options":{"match":"null+nan",` +
		`"result":{"text":"not measured","color":"#8e8e8e"}}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
