package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func siteMap(f query.Filter) panel.Panel {
	return panel.Map(panel.Question{
		ID:    35,
		Title: "Where are the sites that answer, and who asks?",
		Text: `Larger: the sites that answered in the last two minutes of the time range, one for
			each cloud and site. Their colour is the worst verdict that a vantage point has on
			one: green near, blue far, orange slow, red impossible, grey none. Smaller: the
			vantage points, green while they report, grey where they no longer do. Figures show
			over both. A site is here if its place is known: places = "iata", a file that places
			names, or a place block, of its cloud; a vantage point if location is set, and internal
			is not false. What is beyond max_instances has no site. The map itself comes from the
			Internet.`,
		NoValue: "No place is known: set places or place blocks of the clouds, and location; " +
			"or internal = false",
		Unit:    "string",
		Queries: []query.Query{sitePlaces(f), hostPlaces(f)},
	},
		panel.Layer{
			Name: "Sites", Judged: "Verdict", Smallest: 8, Largest: 13, Opacity: 0.6,
			Columns: []panel.Column{
				panel.Col("site", "Site"),
				panel.Col("cloud", "Cloud", field.Dash()),
				panel.Col("verdict", "Verdict", verdict(f.Language)...),
				panel.Col("latitude", "Latitude", field.Unit("degree"), field.Decimals(2)),
				panel.Col("longitude", "Longitude", field.Unit("degree"), field.Decimals(2)),
			},
		},
		panel.Layer{
			Name: "Vantage points", Judged: "Reports", Smallest: 4, Largest: 5, Opacity: 0.9,
			Columns: []panel.Column{
				panel.Col("host", "Vantage point"),
				panel.Col("reports", "Reports", field.Rounds()...),
				panel.Col("latitude", "Latitude"),
				panel.Col("longitude", "Longitude"),
			},
		},
	)
}

func verdict(language query.Language) []field.Option {
	if language == query.PromQL {
		return field.Verdict(field.NoVerdict)
	}
	return field.Verdict()
}

// sitePlaces are the sites that answer now, of which the place is known, each with its worst
// verdict.
func sitePlaces(f query.Filter) query.Query {
	return f.Table(`SELECT "verdict", "latitude", "longitude" FROM (
		SELECT max("verdict_code") AS "verdict", max("latitude") AS "latitude",
		max("longitude") AS "longitude" FROM "dns_anycast"
		WHERE "site" != '' AND {now} AND {chosen} GROUP BY "cloud", "site"
	) WHERE "latitude" >= -90 GROUP BY "cloud", "site"`).Hiding("Time").
		PromQLAt([]string{"cloud", "site"}, query.Place{
			Latitude:  `max by ({by}) (max_over_time(dns_anycast_latitude{{chosen}, site!=""}{now}))`,
			Longitude: `max by ({by}) (max_over_time(dns_anycast_longitude{{chosen}, site!=""}{now}))`,
		}, query.Value("verdict", query.ElseUnknown(
			`max by ({by}) (max_over_time(dns_anycast_verdict_code{{chosen}, site!=""}{now}))`,
			query.There(`dns_anycast_latitude{{chosen}, site!=""}`, "{now}"))))
}

// hostPlaces are the vantage points of the time range that have an option location, each with how
// many rounds it reported now.
func hostPlaces(f query.Filter) query.Query {
	return f.Table(`SELECT max("reports") AS "reports", last("latitude") AS "latitude",
		last("longitude") AS "longitude" FROM (
			SELECT last("latitude") AS "latitude", last("longitude") AS "longitude"
			FROM "dns_anycast_internal"
			WHERE "latitude" >= -90 AND {chosen} AND $timeFilter GROUP BY "host"
		), (
			SELECT count("latitude") AS "reports" FROM "dns_anycast_internal"
			WHERE "latitude" >= -90 AND {now} AND {chosen} GROUP BY "host"
		), (
			SELECT last("latitude") * 0 AS "reports" FROM "dns_anycast_internal"
			WHERE "latitude" >= -90 AND {chosen} AND $timeFilter GROUP BY "host"
		) GROUP BY "host"`).Hiding("Time").
		PromQLAt([]string{"host"}, query.Place{
			Latitude:  `max by ({by}) (last_over_time(dns_anycast_internal_latitude{{chosen}}{range}))`,
			Longitude: `max by ({by}) (last_over_time(dns_anycast_internal_longitude{{chosen}}{range}))`,
		}, query.Value("reports", query.Counted("dns_anycast_internal_latitude{{chosen}}", "{now}")+
			" or 0 * "+query.There("dns_anycast_internal_latitude{{chosen}}", "{range}")))
}
