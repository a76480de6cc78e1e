package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func badZones(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    2007,
		Title: "How many zones do most vantage points not get, or get late?",
		Text: `Zones that most vantage points do not get at an address that should serve it, or of
			which some answer is behind the newest serial for more than an hour, and than the
			zone's own REFRESH, in the last two minutes of the time range. Not measured where no
			zone is asked for.`,
		NoValue: "Not measured: nobody reports, or no zone is asked for",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("zones", `SELECT sum("n") AS "zones" FROM (
				SELECT count("bad") AS "n" FROM (
					SELECT max("bad") AS "bad" FROM (
						SELECT "unserved" / {majority} AS "bad" FROM (`+query.UnservedCheap+`)
					), (
						SELECT "over" / "over" AS "bad" FROM (`+query.Late+`)
					) GROUP BY "zone"
				) WHERE "bad" >= 1
			), (
				SELECT count("result_code") * 0 AS "n" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND {now} AND {chosen}
			)`).PromQL([]string{"zone"}, query.Value("zones", `count(
				max by (zone) (`+query.UnservedMetric+`) >= {majority} or `+query.LateMetric+`
			) or 0 * count(count_over_time(
				dns_anycast_soa_result_code{{chosen}, {asked}, {own}}{now}))`)),
		},
	}, field.FaultSteps())
}

// ofZone are the labels of a zone of a cloud.
var ofZone = []string{"zone", "cloud"}

// zonesKnown are the zones of the last hour, in PromQL.
var zonesKnown = query.There("dns_anycast_soa_result_code{{chosen}, {own}}", "{hour}")

func zonesTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    2008,
		Title: "Which zones are not served, or late?",
		Text: `A row for each zone and cloud that was asked for it in the last hour, as it was in
			the last two minutes of the time range, the worst first. Not served: the share of the
			vantage points that do not get the zone's SOA record with authority, over one of the
			transports, at the address where they are most. Late: since when a newer serial is
			known, at the latest of all answers; 0 where none is; not measured: nobody got it.
			Orange: for more than an hour, whatever Refresh says. Refresh: the zone's own REFRESH,
			after which a secondary asks by itself: up to that it is no fault, and is not counted
			above.`,
		NoValue: "Not measured: nobody reports, or no zone is asked for",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.Now{
				Column: "unserved",
				Select: `SELECT max("unserved") AS "unserved" FROM (` + query.UnservedCheap + `)
					GROUP BY "zone", "cloud"`,
				From: "dns_anycast_soa", Where: `{own} AND {hour}`, By: `"zone", "cloud"`,
			}.OrUnknown()).Hiding("Time").
				PromQL(ofZone, query.Value("unserved", query.ElseUnknown(
					"max by ({by}) ("+query.UnservedMetric+")", zonesKnown))),
			f.Table(query.Now{
				Column: "lag",
				Select: `SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
					WHERE {success} AND {own} AND {now} AND {chosen} GROUP BY "zone", "cloud"`,
				From: "dns_anycast_soa", Where: `{own} AND {hour}`, By: `"zone", "cloud"`,
			}.OrUnknown()).Hiding("Time").
				PromQL(ofZone, query.Value("lag", query.ElseUnknown(
					"max by ({by}) ("+query.OfZones("serial_lag_s")+")", zonesKnown))),
			f.Table(`SELECT max("refresh_s") AS "refresh" FROM "dns_anycast_soa"
				WHERE {success} AND {own} AND {now} AND {chosen}
				GROUP BY "zone", "cloud"`).Hiding("Time").
				PromQL(ofZone, query.Value("refresh",
					"max by ({by}) ("+query.OfZones("refresh_s")+")")),
			f.Table(`SELECT count("result_code") AS "queries" FROM "dns_anycast_soa"
				WHERE {own} AND {now} AND {chosen} GROUP BY "zone", "cloud"`).Hiding("Time").
				PromQL(ofZone, query.Value("queries",
					query.Counted("dns_anycast_soa_result_code{{chosen}, {own}}", "{now}"))),
		},
		WorstFirst: []string{"unserved", "lag"},
	},
		panel.Col("unserved", "Not served", field.ShareCell(field.DarkSteps())...),
		panel.Col("lag", "Late", append(field.JudgedCell(field.LateSteps()), field.Unit("s"))...),
		panel.Col("zone", "Zone", board.Opens("Where it is served, and how late it is",
			board.ZonesUID, "Zone", "Cloud")),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("refresh", "Refresh", field.Unit("s"), field.Dash()),
		panel.Col("queries", "Queries", field.Unit("none"), field.Dash()),
	).MinWidth(70)
}
