package board

//lint:file-ignore SA1019 the model that succeeds the classic one is unknown to Grafana 11

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// inMetrics are the dashboards that are there in PromQL too.
var inMetrics = []string{OverviewUID, CloudUID, LevelsUID}

// ofMetrics ends what tells them from those that ask InfluxDB: one Grafana may have both.
const ofMetrics = "-metrics"

// InMetrics is the uid in PromQL of a dashboard in InfluxQL, if it is there.
func InMetrics(uid string) (string, bool) {
	return uid + ofMetrics, slices.Contains(inMetrics, uid)
}

func (b Board) language() query.Language { return b.Filter.Language }

// OwnUID is the uid of the dashboard, where UID is that of the one in InfluxQL.
func (b Board) OwnUID() string { return b.tag(b.UID) }

// tag is a name of the dashboards in InfluxQL, as those in the language of this one have it.
func (b Board) tag(name string) string {
	if b.language() == query.PromQL {
		return name + ofMetrics
	}
	return name
}

func (b Board) title() string {
	if b.language() == query.PromQL {
		return b.Title + " (metrics)"
	}
	return b.Title
}

// folder is where what Grafana is provisioned with lies for a store of that language.
func (b Board) folder() string {
	if b.language() == query.PromQL {
		return "prometheus"
	}
	return "grafana"
}

// relink lets links lead to dashboards of the same language. Those to others go.
func (b Board) relink(d *classic) {
	if b.language() == query.PromQL {
		eachPanel(d, relinkPanel)
	}
}

func relinkPanel(p *dashboard.Panel) {
	if p.FieldConfig == nil {
		return
	}
	all := []dashboard.DashboardFieldConfigSourceOverrides{} // Grafana wants a list, if it is empty
	for _, o := range p.FieldConfig.Overrides {
		if o.Properties = relinked(o.Properties); len(o.Properties) > 0 {
			all = append(all, o)
		}
	}
	p.FieldConfig.Overrides = all
}

// relinked are the properties without links that lead nowhere.
func relinked(properties []dashboard.DynamicConfigValue) (all []dashboard.DynamicConfigValue) {
	for _, p := range properties {
		if links, are := p.Value.([]field.DataLink); are {
			if links = toMetrics(links); len(links) == 0 {
				continue
			}
			p.Value = links
		}
		all = append(all, p)
	}
	return all
}

// toMetrics are those of the links to dashboards that are there in PromQL too, to these.
func toMetrics(links []field.DataLink) (all []field.DataLink) {
	for _, l := range links {
		uid, rest, _ := strings.Cut(strings.TrimPrefix(l.URL, "/d/"), "?")
		if uid, there := InMetrics(uid); there {
			all = append(all, field.DataLink{Title: l.Title, URL: "/d/" + uid + "?" + rest})
		}
	}
	return all
}
