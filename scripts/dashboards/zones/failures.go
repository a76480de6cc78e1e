package zones

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func failuresTable(f query.Filter) panel.Panel {
	const by = `"zone", {address}, "instance", "result", "rcode"`
	return panel.Table(panel.Question{
		ID:    32,
		Title: "Who did not serve a zone, how, and when last?",
		Text: `One line for each zone, address, instance, result and rcode of queries for a zone's
			SOA record that failed in the time range, with how many vantage points met it and
			how often. An instance that names itself here answers, but not for the zone: it may
			read success everywhere else. A dash: nobody was named, or no reply came.`,
		NoValue: "No failure, or no zone is asked for",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT last("result_code") AS "code" FROM "dns_anycast_soa"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter
				GROUP BY ` + by).Hiding("code"),
			f.Table(`SELECT count("times") AS "hosts", sum("times") AS "times" FROM (
				SELECT count("result_code") AS "times" FROM "dns_anycast_soa"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter GROUP BY "host", ` + by + `
			) GROUP BY ` + by).Hiding("Time"),
		},
	},
		panel.Col("zone", "Zone", field.MinWidth(120)),
		panel.Col("address", "Address",
			field.Dash(), field.MinWidth(120), board.OpensTarget("Cloud", "Server", "Family")),
		panel.Col("instance", "Instance", field.Dash()),
		panel.Col("result", "Result"),
		panel.Col("rcode", "Rcode", field.Dash()),
		panel.Col("hosts", "Vantage points", field.Unit("none")),
		panel.Col("times", "Times", field.Unit("none")),
		panel.Col("Time", "Last", field.Moment()...),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("family", "Family", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
	).MinWidth(70).SortBy(panel.Descending("Last"))
}

func failuresOverTime(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    33,
		Title: "Which queries for zones failed, and when?",
		Text: `Queries for a zone's SOA record by their result, other than success. rcode_error:
			the server knows no such zone (REFUSED), or it has expired (SERVFAIL).
			not_authoritative: a referral, or an SOA record that it has from elsewhere. no_soa:
			neither of these. The others say, as for identities, why no answer came. Queries for
			a name without an address have no family: they show only while the variable family
			is All.`,
		NoValue: "No failure, or no zone is asked for",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_result", `SELECT count("result_code") FROM "dns_anycast_soa"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter`, "result"),
		},
		Series: panel.Codes(field.ZoneFailures),
	}, "queries an interval")
}
