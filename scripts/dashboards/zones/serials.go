package zones

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func serialTable(f query.Filter) panel.Panel {
	const named = `"cloud", "instance", "site", "zone"`
	const nameless = `"cloud", "server", "zone"`
	return panel.Table(panel.Question{
		ID:    29,
		Title: "Which serial does each instance serve, and how late is it?",
		Text: `One line for each instance that served a zone in the time range, the latest first:
			the newest serial, when it was seen last, and the highest lag of the last two minutes
			of the time range. Lag: since when a newer serial has been known anywhere; 0 if none
			is. Refresh: how soon a secondary asks by itself; up to that, and to an hour, a lag is
			no fault; orange is more than an hour, whatever Refresh says. not measured: it did not
			serve the zone to anybody in these two minutes. Where nobody is named, the server stands
			in the first column. The addresses that plugin.conf gives as reference are here while
			Cloud and Server are All.`,
		NoValue: "Not measured, or no zone is asked for",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT last("serial") AS "serial", "refresh_s" AS "refresh",
				"instance" AS "who" FROM "dns_anycast_soa"
				WHERE {success} AND {named} AND {chosen} AND $timeFilter
				GROUP BY ` + named).Hiding("instance"),
			f.Table(`SELECT last("serial") AS "serial", "refresh_s" AS "refresh",
				"server" AS "who" FROM "dns_anycast_soa"
				WHERE {success} AND {nameless} AND {chosen} AND $timeFilter
				GROUP BY ` + nameless).Hiding("server"),
			f.Table(lagOf("instance", `{named}`, named)).Hiding("Time", "instance"),
			f.Table(lagOf("server", `{nameless}`, nameless)).Hiding("Time", "server"),
		},
		WorstFirst: []string{"lag"},
	},
		panel.Col("who", "Instance", field.MinWidth(110), opensZone("Zone", "Cloud")),
		panel.Col("site", "Site", field.Dash()),
		panel.Col("zone", "Zone", field.MinWidth(120)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("serial", "Serial", field.Unit("none"), field.Decimals(0)),
		panel.Col("lag", "Lag", field.JudgedText("s", 0, field.Steps(field.Grey,
			field.From(0, field.Green), field.From(query.LateAfter, field.Orange)))...),
		panel.Col("refresh", "Refresh", field.Unit("s"), field.Dash()),
		panel.Col("Time", "Last seen", field.Moment()...),
	).MinWidth(70)
}

// lagOf is the highest lag of now for each value of the tag, in the column who, and query.Unknown
// where the zone was served in the time range and not now.
func lagOf(tag, condition, by string) string {
	served := `FROM "dns_anycast_soa" WHERE {success} AND ` + condition + ` AND {chosen}`
	return `SELECT max("lag") AS "lag", "` + tag + `" AS "who" FROM (
		SELECT max("serial_lag_s") AS "lag" ` + served + ` AND {now} GROUP BY ` + by + `
	), (
		SELECT last("result_code") * 0.0 - 1 AS "lag" ` + served + ` AND $timeFilter
		GROUP BY ` + by + `
	) GROUP BY ` + by
}

func serials(f query.Filter) panel.Panel {
	return panel.Steps(panel.Question{
		ID:    31,
		Title: "Does any serial fall?",
		Text: `The serial that was served, a line for each zone and instance, for each server where
			nobody is named; the last one where a pixel is longer than a round. Choose one zone,
			since the serials of several may be far apart. Each update is a step up, at all
			instances soon after each other. A step down: the zone was set back there; or the
			serial began anew at 0, which is no fall (RFC 1982), or machines of one name do not
			have the same zone. A gap: as in the graph above.`,
		NoValue: "No zone is asked for, or nobody serves it",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_zone $tag_instance", `SELECT last("serial") FROM "dns_anycast_soa"
				WHERE {success} AND {named} AND {chosen} AND $timeFilter`,
				"zone", "instance"),
			f.OverTime("$tag_zone $tag_server", `SELECT last("serial") FROM "dns_anycast_soa"
				WHERE {success} AND {nameless} AND {chosen} AND $timeFilter`,
				"zone", "server"),
		},
	}).Decimals(0)
}

func serialLag(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    30,
		Title: "How late is the zone at each instance?",
		Text: `serial_lag_s: since when a serial newer than the one answered has been known
			anywhere, as far as the vantage point has seen since its plugin started; 0 if none
			is. A line for each zone and instance, for each server where nobody is named; the
			worst of all servers, families, transports and vantage points. A line that climbs:
			the instance no longer transfers the zone. A gap: it did not answer here, or does
			not serve the zone (see below).`,
		NoValue: "No zone is asked for, or nobody serves it",
		Unit:    "s",
		Queries: []query.Query{
			f.OverTime("$tag_zone $tag_instance", `SELECT max("serial_lag_s")
				FROM "dns_anycast_soa"
				WHERE {success} AND {named} AND {chosen} AND $timeFilter`,
				"zone", "instance"),
			f.OverTime("$tag_zone $tag_server", `SELECT max("serial_lag_s")
				FROM "dns_anycast_soa"
				WHERE {success} AND {nameless} AND {chosen} AND $timeFilter`,
				"zone", "server"),
		},
	}).Min(0)
}
