package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// In PromQL the vantage points that report now, and those too that did in the last 30 days: a month of
// points would be long, so that what the rules record of each minute is read, whatever cloud is chosen.
var (
	report  = query.There("dns_anycast_cloud_ipv4_asked{{chosen}}", "{now}")
	ofFleet = "(" + query.There("dns_anycast:host_reports{{chosen}}", "{month}") + " or " + report + ")"
)

func reporting(f query.Filter) panel.Panel {
	return panel.Figures(panel.Question{
		ID:    2010,
		Title: "How many vantage points report?",
		Text: `Reporting: vantage points of which a round came in the last two minutes of the time
			range. Of: those of which any came in the 30 days before its end. What is silent tells
			nothing of the servers, good or bad: see the dashboard of the fleet.`,
		NoValue: "Not measured: no points about clouds (servers on the command line make none)",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("$col", `SELECT sum("reports") AS "reporting", count("reports") AS "of",
				count("reports") - sum("reports") AS "silent" FROM (`+query.Reporting+`)`).
				Metrics([]string{"host"},
					query.Value("reporting", "count("+report+") or 0 * count("+ofFleet+")"),
					query.Value("of", "count("+ofFleet+")"),
					query.Value("silent", "count("+ofFleet+" unless "+report+") or 0 * count("+ofFleet+")")),
		},
		Series: []panel.Column{
			panel.Col("reporting", "reporting",
				field.ColouredBy(field.Steps(field.Red, field.From(1, field.Plain)))...),
			panel.Col("silent", "silent", field.ColouredBy(field.DoubtSteps())...),
		},
	})
}
