package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func movedAddresses(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    2009,
		Title: "Where did vantage points move?",
		Text: `Addresses whose answers began to come from another site, in the last hour of the time
			range; from another instance, in clouds without a site rule. Moved: how many vantage
			points. Changes: of all of them together; many of few vantage points are a path that
			cannot decide. Last: when the newest began. A site that was withdrawn, or that came,
			moves many at once.`,
		NoValue: "Nothing moved in the last hour, or nothing was measured",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT count("changes") AS "hosts" FROM (
				SELECT count("changes") AS "changes" FROM "dns_anycast_change"
				WHERE {hour} AND {chosen} GROUP BY "host", {address}
			) GROUP BY {address}`).Hiding("Time").
				PromQL(query.Address, query.Value("hosts", `count by ({by}) (group by (host, {by}) (
					count_over_time(dns_anycast_change_changes{{chosen}}{hour})))`)),
			f.Table(`SELECT count("changes") AS "changes" FROM "dns_anycast_change"
				WHERE {hour} AND {chosen} GROUP BY {address}`).Hiding("Time").
				PromQL(query.Address, query.Value("changes",
					query.Counted("dns_anycast_change_changes{{chosen}}", "{hour}"))),
			f.Table(`SELECT last("changes") AS "newest" FROM "dns_anycast_change"
				WHERE {hour} AND {chosen} GROUP BY {address}`).Hiding("newest").
				PromQL(query.Address, query.Value(query.Moment,
					`1000 * (
						max by ({by}) (timestamp(dns_anycast_change_changes{{chosen}}))
						or max_over_time(max by ({by}) (
							timestamp(dns_anycast_change_changes{{chosen}}))[1h:5m])
					) > ${__to} - 3600000`)),
		},
	},
		panel.Col("cloud", "Cloud", board.Opens("From where to where", board.CloudUID, "Cloud"),
			field.Dash()),
		panel.Col("server", "Server"),
		panel.Col("address", "Address", opensTarget(), field.Dash()),
		panel.Col("family", "Family", field.Dash()),
		panel.Col("hosts", "Moved", field.Unit("none")),
		panel.Col("changes", "Changes", field.Unit("none")),
		panel.Col("Time", "Last", field.Moment()...),
	).MinWidth(60).SortBy(panel.Descending("Moved"))
}
