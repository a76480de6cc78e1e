package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// newest is the newest value of a field of the answers of a site now, in PromQL.
func newest(field string) string {
	return "max by ({by}) (last_over_time(dns_anycast_" + field + `{{chosen}, site!=""}{now}))`
}

func timeOverDistance(f query.Filter) panel.Panel {
	return panel.Scatter(panel.Question{
		ID:    36,
		Title: "Is the time the distance?",
		Text: `One point for each site, cloud and vantage point: the median of query_time_ms` +
			f.InPromQL(` (of those of each address and transport)`) + ` in
			the last two minutes of the time range, against the distance. The line is floor_ms,
			the least that light in fibre takes there and back. Near the line the time is the
			distance: look at the routing. High above it, it is the server, a queue or a detour on
			the way. Below it the name or the place is wrong, or somebody nearer answers in its
			name. Colours: the worst verdict in these two minutes. It takes location, and the
			places of the sites.`,
		NoValue: "No distance is known: set location, and places or place blocks of the clouds",
		Unit:    "ms",
		Queries: []query.Query{
			f.Table(`SELECT last("distance_km") AS "distance_km",
				percentile("query_time_ms", 50) AS "p50", last("floor_ms") AS "floor_ms",
				max("verdict_code") AS "verdict" FROM "dns_anycast"
				WHERE "site" != '' AND "distance_km" >= 0 AND {now} AND {chosen}
				GROUP BY "cloud", "site", "host"`).Hiding("Time").
				PromQL([]string{"cloud", "site", "host"},
					query.Value("distance_km", newest("distance_km")),
					query.Value("p50", query.MedianMetric(
						`dns_anycast_query_time_ms{{chosen}, site!=""}`, "{now}")+
						" and on ({by}) "+newest("distance_km")),
					query.Value("floor_ms", newest("floor_ms")),
					query.Value("verdict", `max by ({by}) (
						max_over_time(dns_anycast_verdict_code{{chosen}, site!=""}{now})
					) and on ({by}) `+newest("distance_km"))),
		},
	}, []panel.XY{
		{X: "Kilometers", Y: "Median", Colour: "Verdict"},
		{X: "Kilometers", Y: "Floor"},
	},
		panel.Col("distance_km", "Kilometers", field.Unit("none"),
			field.Decimals(0), field.AxisLabel("kilometers")),
		panel.Col("p50", "Median", field.Decimals(1), field.AxisLabel("time")),
		panel.Col("floor_ms", "Floor", append(field.Dashed(), field.Decimals(1))...),
		panel.Col("site", "Site", field.Text()),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash()),
		panel.Col("host", "Vantage point", field.Text()),
		panel.Col("verdict", "Verdict", field.Verdict()...),
	)
}

func timesBeyondDistance(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    38,
		Title: "How long does each instance take beyond the distance?",
		Text: `The median of query_time_ms` +
			f.InPromQL(` (of those of each address and transport)`) + ` less floor_ms, a line for each instance and vantage
			point: what is left when the distance is taken off. A far instance lies as low here
			as a near one, a slow one does not. A line that climbs: the instance, or the way to
			it, became slower. Below 0: quicker than light in fibre. Only where location is set
			and the place of the site is known. Families and transports are taken together:
			choose one to part them.`,
		NoValue: "No distance is known: set location, and places or place blocks of the clouds",
		Unit:    "ms",
		Queries: []query.Query{
			f.PerInstance(`SELECT percentile("query_time_ms", 50) - last("floor_ms")
				FROM "dns_anycast" WHERE "floor_ms" >= 0 AND {chosen} AND $timeFilter`).
				PromQL([]string{"host", "cloud", "instance"}, query.Value("beyond",
					query.MedianMetric("dns_anycast_query_time_ms{{chosen}}", "{interval}")+
						` - max by ({by}) (last_over_time(dns_anycast_floor_ms{{chosen}}{interval}))`)),
		},
	})
}
