package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// sameMetric is whether both families reached the same sites all through an interval, by cloud and
// vantage point, in PromQL.
const sameMetric = `min by (cloud, host) (
	min_over_time(dns_anycast_cloud_families_agree{{chosen}}{interval}))`

func familiesTimeline(f query.Filter) panel.Panel {
	return panel.Timeline(panel.Question{
		ID:    25,
		Title: "Do both families reach the same sites?",
		Text: `One line for each cloud and vantage point, over all servers and transports of the
			cloud, whichever are chosen above. same: the sites seen over one family are all
			among those seen over the other; targets that several sites answer in turn are left
			out. Where a pixel is longer than a round, different wins. Grey: one of the
			families named no site. Families that differ for long are normal; a change is not.
			Clouds without a site rule are not here.`,
		NoValue: "No site over one of the families, or no site rule",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud from $tag_host",
				`SELECT min("families_agree") FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter`, "cloud", "host").
				PromQL([]string{"cloud", "host"}, query.Value("same", sameMetric)),
		},
	}, field.Names(field.FamiliesAgree...), field.NotMeasured())
}

// familiesShare sums familiesTimeline over the fleet.
func familiesShare(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    68,
		Title: "Which share of the vantage points reaches the same sites over both families?",
		Text: `Of the vantage points of which both families named a site, those to which the
			families agreed all through the interval; a line for each cloud. Families that
			differ for many are normal. A step: the catchment of one family changed. A gap:
			nobody could tell. Clouds without a site rule are not here.`,
		NoValue: "No site over one of the families, or no site rule",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.OverTime("$tag_cloud", `SELECT mean("same") FROM (
				SELECT min("families_agree") AS "same" FROM "dns_anycast_cloud"
				WHERE {chosen}
				GROUP BY time($__interval), "cloud", "host" fill(none)
			) WHERE $timeFilter`, "cloud").
				PromQL([]string{"cloud"}, query.Value("same", "avg by ({by}) ("+sameMetric+")")),
		},
	}).Min(0).Decimals(2)
}
