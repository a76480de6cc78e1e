package cloud

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Sites have a name within their cloud alone: what tells of them is grouped by both.

func siteShares(f query.Filter) panel.Panel {
	const by = `"cloud", "family", "site"`
	return panel.Table(panel.Question{
		ID:    64,
		Title: "Which sites answer, and for which share of the vantage points?",
		Text: `One line for each cloud, family and site that answered in the time range, the fewest
			first. Share: of the vantage points that asked the cloud over the family in the last two
			minutes of the time range, those that the site answered. 0 %: it answered before, and
			nobody now: withdrawn, down, or its catchment went elsewhere; or the only vantage points
			that it answered report no longer` +
			f.InInfluxQL(` (see the dashboard of the fleet)`) + `. Who reaches several
			sites counts for each, so that shares may add up to more than 100 %. not measured:
			nobody asked. none: no answer in the time range had a site, or the cloud has no site
			rule.`,
		NoValue: "Not measured, or no cloud has a site rule",
		Unit:    "string",
		Queries: []query.Query{
			// Grafana merges the last with the one before it, then that with the first: what has
			// no site goes to all sites, which must be there by then.
			hostsOfFamily(f), hostsOfSite(f, by),
			f.Table(`SELECT last("answered") AS "was" FROM "dns_anycast"
				WHERE "site" != '' AND {chosen} AND $timeFilter GROUP BY `+by).Hiding("was").
				PromQL(ofSite, query.Value(query.Moment, query.NewestMetric(named))),
		},
		Share: panel.Ratio{Of: "now", By: "asked"},
	},
		panel.Col("cloud", "Cloud", field.Dash(), board.OpensCloud()),
		panel.Col("site", "Site", field.NoValue("none"), board.OpensTarget("Cloud", "Family")),
		panel.Col("family", "Family"),
		panel.Col("share", "Share",
			field.ShareText(field.Steps(field.Orange, field.From(0.00001, field.Green)))...),
		panel.Col("now", "Vantage points", field.Unit("none"), field.Dash()),
		panel.Col("asked", "Of", field.Unit("none"), field.Dash()),
		panel.Col("Time", "Last answer", append(field.Moment(), field.Dash())...),
	).MinWidth(70).SortBy(panel.Ascending("Share"))
}

// ofSite are the labels of a site, of a family.
var ofSite = []string{"cloud", "family", "site"}

// named are the queries that a site answered, in PromQL.
const named = `dns_anycast_answered{{chosen}, site!=""}`

// askedMetric are the vantage points that asked a cloud over a family now, and 0 where none of those of
// the time range did, in PromQL.
const askedMetric = `(count by (cloud, family) (group by (host, cloud, family) (
	count_over_time(dns_anycast_answered{{chosen}}{now})))
	or 0 * group by (cloud, family) (count_over_time(dns_anycast_answered{{chosen}}{range})))`

// hostsOfFamily counts the vantage points that asked a cloud over a family now.
func hostsOfFamily(f query.Filter) query.Query {
	return f.Table(orNone(query.Now{
		Column: "asked",
		Select: `SELECT count("up") AS "asked" FROM (
			SELECT max("answered") AS "up" FROM "dns_anycast"
			WHERE {now} AND {chosen} GROUP BY "host", "cloud", "family"
		) GROUP BY "cloud", "family"`,
		By: `"cloud", "family"`,
	})).Hiding("Time").PromQL(ofSite, query.Value("asked", strings.NewReplacer(
		"{sites}", query.There(named, "{range}"), "{asked}", askedMetric,
	).Replace(`{sites} * on (cloud, family) group_left () {asked} or label_replace(
		{asked} unless on (cloud, family) {sites}, "site", "none", "", "")`)))
}

// hostsOfSite counts the vantage points that a site answered now.
func hostsOfSite(f query.Filter, by string) query.Query {
	return f.Table(orNone(query.Now{
		Column: "now",
		Select: `SELECT count("reached") AS "now" FROM (
			SELECT max("answered") AS "reached" FROM "dns_anycast"
			WHERE "site" != '' AND {now} AND {chosen} GROUP BY "host", ` + by + `
		) GROUP BY ` + by,
		Where: `"site" != ''`,
		By:    by,
	})).Hiding("Time").PromQL(ofSite, query.Value("now",
		"count by ({by}) (group by (host, {by}) (count_over_time("+named+"{now}))) or 0 * "+
			query.There(named, "{range}")))
}

// orNone is a count of now, and 0 for what else of the time range meets the conditions, if any.
func orNone(n query.Now) string {
	where := "{chosen} AND $timeFilter"
	if n.Where != "" {
		where = n.Where + " AND " + where
	}
	return fmt.Sprintf(`SELECT sum("%[1]s") AS "%[1]s" FROM (%[2]s), (
		SELECT last("answered") * 0 AS "%[1]s" FROM "dns_anycast"
		WHERE %[3]s GROUP BY %[4]s
	) GROUP BY %[4]s`, n.Column, n.Select, where, n.By)
}

// sitesMetric are how many sites of each cloud answered within a time, in PromQL.
func sitesMetric(window string) string {
	return "count by (cloud) (group by (cloud, site) (count_over_time(" + named + window + ")))"
}

// sitesSeen are the sites of each cloud, now and before.
func sitesSeen(f query.Filter) panel.Panel {
	now := `SELECT count("seen") AS "now" FROM (
			SELECT last("answered") AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND {now} AND {chosen} GROUP BY "cloud", "site"
		) GROUP BY "cloud"`
	before := `SELECT count("seen") AS "before" FROM (
			SELECT last("answered") AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND {chosen} AND $timeFilter GROUP BY "cloud", "site"
		) GROUP BY "cloud"`
	return panel.Table(panel.Question{
		ID:    65,
		Title: "How many sites of each cloud answer now, of those seen before and announced?",
		Text: `Distinct sites that answered anybody in the last two minutes of the time range, and
			in all of it: choose a day or a week, and what is missing is what went away: the table
			of sites says which. Announced: the codes in the option sites of the cloud` +
			f.InPromQL(`, the most of any vantage point in the time range`) + `. not
			measured: no site answered lately. Clouds without a site rule are not here.`,
		NoValue: "Not measured, or no cloud has a site rule",
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT max("now") AS "now" FROM (`+now+`), (
				SELECT last("answered") * 0 - 1 AS "now" FROM "dns_anycast"
				WHERE "site" != '' AND {chosen} AND $timeFilter GROUP BY "cloud"
			) GROUP BY "cloud"`).Hiding("Time").PromQL([]string{"cloud"}, query.Value("now",
				query.ElseUnknown(sitesMetric("{now}"), query.There(named, "{range}")))),
			f.Table(before).Hiding("Time").
				PromQL([]string{"cloud"}, query.Value("before", sitesMetric("{range}"))),
			f.Table(`SELECT last("sites_announced") AS "announced" FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter GROUP BY "cloud"`).Hiding("Time").
				PromQL([]string{"cloud"}, query.Value("announced", `max by ({by}) (
					last_over_time(dns_anycast_cloud_sites_announced{{chosen}}{range}))`)),
		},
	},
		panel.Col("cloud", "Cloud", field.Text(), field.Dash(), board.OpensCloud()),
		panel.Col("now", "Now",
			field.JudgedText("none", 0, field.Steps(field.Grey, field.From(0, field.Plain)))...),
		panel.Col("before", "In the time range", field.Dash()),
		panel.Col("announced", "Announced", field.Dash()),
	).SortBy(panel.Ascending("Cloud"))
}

// sitesOverTime are stacks of the vantage points that each site answered over a family.
func sitesOverTime(f query.Filter, id uint32, family, title string) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    id,
		Title: title,
		Text: `Vantage points that a site answered in an interval, a colour for each cloud and
			site. A colour that grows into another one: a catchment shift. Who reached several
			sites in an interval counts for each: a stack as high as there are vantage points
			has none of these. A gap: nobody was answered. Clouds without a site rule are not
			here. Choose a cloud: this reads every point of the time range.`,
		NoValue: "No answer with a site",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud $tag_site", `SELECT count("reached") FROM (
				SELECT max("answered") AS "reached" FROM "dns_anycast"
				WHERE "site" != '' AND "family" = '`+family+`' AND {chosen}
				GROUP BY time($__interval), "host", "cloud", "site" fill(none)
			) WHERE $timeFilter`, "cloud", "site").
				PromQL([]string{"cloud", "site"}, query.Value("reached", `count by ({by}) (
					group by (host, {by}) (count_over_time(
						dns_anycast_answered{{chosen}, site!="", family="`+family+`"}{interval})))`)),
		},
	}, "vantage points").Decimals(0)
}

func sitesOverIPv4(f query.Filter) panel.Panel {
	return sitesOverTime(f, 9, "ipv4",
		"Which sites answer over IPv4, and how many vantage points?")
}

func sitesOverIPv6(f query.Filter) panel.Panel {
	return sitesOverTime(f, 66, "ipv6",
		"Which sites answer over IPv6, and how many vantage points?")
}

func sitesByCloud(f query.Filter) panel.Panel {
	return panel.Steps(panel.Question{
		ID:    26,
		Title: "How many sites of each cloud does one vantage point reach?",
		Text: `Distinct sites among the answers of a round of one vantage point: the most of any,
			for each cloud, over all its servers, families and transports, whichever are chosen
			above. 1: everybody has one site. More: addresses, families or paths part. 0: no
			answer that the site rule knows. A gap: no round was asked. Clouds without a site
			rule are not here.`,
		NoValue: "No cloud has a site rule, or nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud", `SELECT max("sites") FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter`, "cloud").
				PromQL([]string{"cloud"}, query.Value("sites", `max by ({by}) (
					max_over_time(dns_anycast_cloud_sites{{chosen}}{interval}))`)),
		},
	}).Decimals(0).Min(0).AxisLabel("sites")
}
