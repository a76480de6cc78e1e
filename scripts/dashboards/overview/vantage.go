package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// In PromQL the vantage points that report now; those that did in the last 30 days, or are on the list
// of scripts/vantage; and those that should report. A month of points would be long: what the rules
// record of each minute is read, and without rules the points of a day.
var (
	report = query.There("dns_anycast_cloud_ipv4_asked{{chosen}}", "{now}")
	heard  = query.There("dns_anycast:host_reports{{chosen}}", "{month}") + " or " +
		query.There("dns_anycast_cloud_ipv4_asked{{chosen}}", "{day}") +
		" or group by (host) (" + onList + " == 1)"
	fleet = "((" + heard + ") unless on (host) (" + onList + " == 0 unless on (host) " + report + "))"
)

const onList = "last_over_time(dns_anycast:host_expected{{chosen}}[5m])"

func reporting(f query.Filter) panel.Panel {
	return panel.Figures(panel.Question{
		ID:    2010,
		Title: "How many vantage points report?",
		Text: `Reporting: vantage points of which a round came in the last two minutes of the time
			range. Of: those of which any came in the 30 days before its end, or that scripts/vantage
			expects, without those that it has removed. What is silent tells nothing of the servers,
			good or bad` + f.InInfluxQL(": see the dashboard of the fleet") + `.`,
		NoValue: "Not measured: no points about clouds (servers on the command line make none)",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("$col", query.Fleet).
				PromQL([]string{"host"},
					query.Value("reporting", "count("+report+") or 0 * count("+fleet+")"),
					query.Value("of", "count("+fleet+")"),
					query.Value("silent", "count("+fleet+" unless "+report+") or 0 * count("+fleet+")")),
		},
		Series: []panel.Column{
			panel.Col("reporting", "reporting",
				field.ColouredBy(field.Steps(field.Red, field.From(1, field.Plain)))...),
			panel.Col("silent", "silent", field.ColouredBy(field.DoubtSteps())...),
		},
	})
}
