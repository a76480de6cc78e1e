package zones

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func unservedCount(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    71,
		Title: "At how many addresses is a zone not served?",
		Text: `Zones and addresses at which more than half of the vantage points do not get the
			zone now, that is in the last two minutes of the time range: the table below says
			which.`,
		NoValue: "Not measured, or no zone is asked for",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("addresses", `SELECT sum("n") AS "addresses" FROM (
				SELECT count("share") AS "n" FROM (
					SELECT "unserved" AS "share" FROM (`+query.UnservedCheap+`)
				) WHERE "share" > {majority}
			), (
				SELECT count("result_code") * 0 AS "n" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND {now} AND {chosen}
			)`),
		},
	}, field.FaultSteps())
}

func worstLag(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    72,
		Title: "How late is the latest instance?",
		Text: `The highest serial_lag_s that a vantage point saw in the last two minutes of the
			time range: since when a serial newer than the one answered is known anywhere. Up to an
			hour, and to the zone's own REFRESH, that is no fault; orange is more than an hour,
			whatever REFRESH is.`,
		NoValue: "Not measured, or no zone is asked for",
		Unit:    "s",
		Queries: []query.Query{
			f.Series("lag", `SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
				WHERE {success} AND {own} AND {now} AND {chosen}`),
		},
	}, field.LateSteps())
}

func loss(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    73,
		Title: "Which share of the queries for zones failed?",
		Text: `Of all queries for a zone's SOA record in the last two minutes of the time range,
			those that did not get it, whatever came instead. What could not be asked counts
			neither way.`,
		NoValue: "Not measured, or no zone is asked for",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.Series("failed", `SELECT mean("failed") AS "failed" FROM (
				SELECT "result_code" / "result_code" AS "failed" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND {now} AND {chosen}
			)`),
		},
	}, field.LossSteps()).Decimals(2)
}

// whereUnserved judges each zone at each address by all vantage points.
func whereUnserved(f query.Filter) panel.Panel {
	const by = `"zone", {address}`
	return panel.Table(panel.Question{
		ID:    70,
		Title: "Where is a zone not served?",
		Text: `One line for each zone and address, the worst first. Not served: the share of the
			vantage points that got the zone's SOA record with authority by no query of the last
			two minutes of the time range, whatever came instead. Red: most of them. What could
			not be asked (local, unresolved) counts neither way. not measured: asked in the time
			range, but not in its last two minutes. A click shows why, below and on the
			dashboard of the target.`,
		NoValue: "Not measured, or no zone is asked for",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.Now{
				Column: "share",
				Select: `SELECT mean("unserved") AS "share" FROM (` + query.UnservedByHost + `)
					GROUP BY ` + by,
				From: "dns_anycast_soa", Where: `{own} AND "address" != '' AND $timeFilter`, By: by,
			}.OrUnknown()).Hiding("Time"),
			f.Table(`SELECT last("result_code") AS "was" FROM "dns_anycast_soa"
				WHERE {own} AND {asked} AND {chosen} AND $timeFilter GROUP BY ` + by).Hiding("was"),
		},
		WorstFirst: []string{"share"},
	},
		panel.Col("zone", "Zone", field.MinWidth(120), opensZone("Zone", "Cloud", "Server")),
		panel.Col("cloud", "Cloud", field.Dash(), board.OpensCloud()),
		panel.Col("address", "Address",
			field.MinWidth(120), board.OpensTarget("Cloud", "Server", "Family")),
		panel.Col("family", "Family"),
		panel.Col("share", "Not served", field.BadShare()...),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("Time", "Last asked", append(field.Moment(), field.Dash())...),
	).MinWidth(70)
}
