package overview

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// ofCloud are the labels of a cloud.
var ofCloud = []string{"cloud"}

func cloudsTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    2,
		Title: "How well is each cloud reached, from how many sites, and how much is lost?",
		Text: `A row for each cloud of the last day, as it was in the last two minutes of the time
			range: first those that nobody reports, then the darkest. IPv4, IPv6: the share of the
			addresses of the family, over every transport, that answered, in the mean of the vantage
			points. Dark: addresses that most vantage points got no answer from. Loss: the share of
			all queries without an answer. Sites: how many answered; a dash where the cloud has no
			site rule. Announced: how many the option sites lists. Vantage points: how many
			reported. Not measured: none of them could ask, or none reported.`,
		NoValue: "Not measured: nobody asked in the last day",
		Unit:    "string",
		Queries: []query.Query{
			reached(f, "ipv4", "IPv4"), reached(f, "ipv6", "IPv6"),
			darkOfCloud(f), lossOfCloud(f),
			sitesOfCloud(f), announced(f),
			hostsOfCloud(f), silent(f),
		},
		WorstFirst: []string{"silent", "dark", "loss"},
	},
		panel.Col("cloud", "Cloud", board.Opens("The whole cloud", board.CloudUID, "Cloud"),
			field.Dash(), field.MinWidth(110)),
		panel.Col("IPv4", "IPv4", field.ShareCell(field.ReachedSteps())...),
		panel.Col("IPv6", "IPv6", field.ShareCell(field.ReachedSteps())...),
		panel.Col("dark", "Dark",
			append(field.JudgedCell(field.FaultSteps()), field.Unit("none"))...),
		panel.Col("loss", "Loss", field.ShareCell(field.LossSteps())...),
		panel.Col("sites", "Sites", field.Unit("none"), field.Dash()),
		panel.Col("announced", "Announced", field.Unit("none"), field.Dash()),
		panel.Col("hosts", "Vantage points", field.Unit("none"), field.Dash()),
	).MinWidth(60)
}

// reached is the share of the addresses of a cloud over a family that answered, in the mean of the
// vantage points, and query.Unknown where there is none. In InfluxQL 0/0 is 0: a vantage point that
// could not ask is left out.
func reached(f query.Filter, family, column string) query.Query {
	return f.Table(fmt.Sprintf(`SELECT max("%[2]s") AS "%[2]s" FROM (
		SELECT sum("%[1]s_answered") / sum("%[1]s_asked") AS "%[2]s" FROM "dns_anycast_cloud"
		WHERE "%[1]s_asked" > 0 AND {now} AND {chosen} GROUP BY "cloud"
	), (
		SELECT last("instances") * 0.0 - 1 AS "%[2]s" FROM "dns_anycast_cloud"
		WHERE {day} AND {chosen} GROUP BY "cloud"
	) GROUP BY "cloud"`, family, column)).Hiding("Time").
		PromQL(ofCloud, query.Value(column, strings.ReplaceAll(query.ElseUnknown(`
			sum by (cloud) (sum_over_time(dns_anycast_cloud_{family}_answered{{chosen}}{now}))
			/ (sum by (cloud) (sum_over_time(dns_anycast_cloud_{family}_asked{{chosen}}{now})) > 0)`,
			query.There("dns_anycast_cloud_instances{{chosen}}", "{day}")), "{family}", family)))
}

// darkOfCloud counts the addresses that are dark, and is query.Unknown where none could be asked.
func darkOfCloud(f query.Filter) query.Query {
	return f.Table(`SELECT max("dark") AS "dark" FROM (
		SELECT count("dark") AS "dark" FROM (`+query.DarkCheap+`) WHERE "dark" > {majority}
		GROUP BY "cloud"
	), (
		SELECT count("answered") * 0 AS "dark" FROM "dns_anycast" WHERE {now} AND {chosen}
		GROUP BY "cloud"
	), (`+notAsked("dark")+`) GROUP BY "cloud"`).Hiding("Time").
		PromQL(ofCloud, query.Value("dark", query.ElseUnknown(
			"count by (cloud) ("+query.DarkMetric+" > {majority}) or 0 * "+
				query.There("dns_anycast_answered{{chosen}}", "{now}"), pointsNow)))
}

// lossOfCloud is the share of queries that were lost, and query.Unknown where none could be asked.
func lossOfCloud(f query.Filter) query.Query {
	return f.Table(`SELECT max("loss") AS "loss" FROM (
		SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
		WHERE {now} AND {chosen} GROUP BY "cloud"
	), (`+notAsked("loss")+`) GROUP BY "cloud"`).Hiding("Time").
		PromQL(ofCloud, query.Value("loss",
			query.ElseUnknown(query.LossMetric("{now}"), pointsNow)))
}

// notAsked is query.Unknown for all clouds of which there are points that count as now: so the
// column is there even if no query could be asked.
func notAsked(column string) string {
	return `SELECT count("result_code") * 0.0 - 1 AS "` + column + `" FROM "dns_anycast"
		WHERE {now} AND {chosen} GROUP BY "cloud"`
}

// pointsNow are the clouds of which there are points that count as now.
var pointsNow = query.There("dns_anycast_result_code{{chosen}}", "{now}")

func sitesOfCloud(f query.Filter) query.Query {
	return f.Table(`SELECT count("seen") AS "sites" FROM (
		SELECT count("result_code") AS "seen" FROM "dns_anycast"
		WHERE "site" != '' AND {now} AND {chosen} GROUP BY "cloud", "site"
	) GROUP BY "cloud"`).Hiding("Time").
		PromQL(ofCloud, query.Value("sites", `count by (cloud) (group by (cloud, site) (
			count_over_time(dns_anycast_result_code{{chosen}, site!=""}{now})))`))
}

func announced(f query.Filter) query.Query {
	return f.Table(`SELECT max("sites_announced") AS "announced" FROM "dns_anycast_cloud"
		WHERE {now} AND {chosen} GROUP BY "cloud"`).Hiding("Time").
		PromQL(ofCloud, query.Value("announced", `max by (cloud) (
			max_over_time(dns_anycast_cloud_sites_announced{{chosen}}{now}))`))
}

// hostsOfCloud counts the vantage points that report a cloud.
func hostsOfCloud(f query.Filter) query.Query {
	return f.Table(`SELECT count("rounds") AS "hosts" FROM (
		SELECT count("instances") AS "rounds" FROM "dns_anycast_cloud"
		WHERE {now} AND {chosen} GROUP BY "host", "cloud"
	) GROUP BY "cloud"`).Hiding("Time").
		PromQL(ofCloud, query.Value("hosts", `count by (cloud) (group by (host, cloud) (
			count_over_time(dns_anycast_cloud_instances{{chosen}}{now})))`))
}

// silent is 0 for a cloud that a vantage point reports now, and -1 for one of the last day.
func silent(f query.Filter) query.Query {
	return f.Table(`SELECT max("silent") AS "silent" FROM (
		SELECT last("instances") * 0 AS "silent" FROM "dns_anycast_cloud"
		WHERE {now} AND {chosen} GROUP BY "cloud"
	), (
		SELECT last("instances") * 0 - 1 AS "silent" FROM "dns_anycast_cloud"
		WHERE {day} AND {chosen} GROUP BY "cloud"
	) GROUP BY "cloud"`).Hiding("Time").
		PromQL(ofCloud, query.Value("silent", query.ElseUnknown(
			"0 * "+query.There("dns_anycast_cloud_instances{{chosen}}", "{now}"),
			query.There("dns_anycast_cloud_instances{{chosen}}", "{day}"))))
}

func lossNow(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    2006,
		Title: "Which share of the identity queries is lost?",
		Text: `In the last two minutes of the time range: the share of the queries to all addresses,
			from all vantage points, that no authentic reply came to. What could not be asked
			(local, unresolved) counts neither way.`,
		NoValue: "Not measured",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.Series("loss", `SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {now} AND {chosen}`).
				PromQL(nil, query.Value("loss", query.LossMetric("{now}"))),
		},
	}, field.LossSteps()).Decimals(2)
}

func lossByCloud(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    2011,
		Title: "How much was lost, by cloud?",
		Text: `The share of the queries to a cloud, from all vantage points, that no authentic reply
			came to. A reply that hides its name, or says REFUSED, is no loss; what could not be
			asked counts neither way. A gap: nobody asked, or could.`,
		NoValue: "Not measured: nobody asked",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.OverTime("$tag_cloud", `SELECT 1 - mean("answered") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`, "cloud").
				PromQL(ofCloud, query.Value("lost", query.LossMetric("{interval}"))),
		},
	}).Min(0).AxisSoftMax(0.01).Decimals(2)
}
