package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// standing is what all figures of a measurement stand on.
func standing(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    10,
		Title: "What do the figures of each measurement stand on?",
		Text: newest + ` Window: when it began. Windows: how many began in the last three hours of the
			time range, by each host that reads RIPE Atlas: none in grey means that nothing below is
			of now, and that alert rules are silent. Probes: that have a vote, one each. Asked: that
			could ask. Answered: to which an authentic reply came. Named: that the cloud's own
			answered; shares of sites are of them. Foreign: that somebody else answered. Late,
			undecodable: results that do not count. Misplaced: probes left out of all distances. Few
			probes where there were many: look at RIPE Atlas before you look at the cloud. The host
			that reads it is not asked: several make one line.`,
		NoValue: noWindow,
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT last("probes") AS "probes", "asked", "answered", "named", "foreign",
				"timeout", "unreachable", "invalid", "refused", "sites", "late", "misplaced",
				"undecodable" FROM "dns_anycast_catchment"
				WHERE {newest} AND {chosen} ` + byMeasured),
			f.Table(`SELECT max("windows") AS "windows" FROM (
				SELECT count("probes") AS "windows" FROM "dns_anycast_catchment"
				WHERE {fresh} AND {chosen} GROUP BY "host", {measured}
			), (
				SELECT last("probes") * 0 AS "windows" FROM "dns_anycast_catchment"
				WHERE {newest} AND {chosen} GROUP BY "host", {measured}
			) ` + byMeasured).Hiding("Time"),
		},
	},
		panel.Col("cloud", "Cloud", field.Text(), field.Dash(),
			board.OpensVantagePoints("Cloud", "Family")),
		panel.Col("family", "Family", field.Text()),
		panel.Col("measurement_id", "Measurement", field.Text(), field.Dash(),
			board.Narrows("Cloud", "Address", "Family", "Measurement")),
		panel.Col("Time", "Window", field.Moment()...),
		panel.Col("windows", "Windows",
			field.JudgedText("none", 0, field.Steps(field.Grey, field.From(1, field.Plain)))...),
		panel.Col("probes", "Probes"),
		panel.Col("asked", "Asked"),
		panel.Col("answered", "Answered"),
		panel.Col("named", "Named"),
		panel.Col("foreign", "Foreign", field.Dash()),
		panel.Col("timeout", "Timeout"),
		panel.Col("unreachable", "Unreachable"),
		panel.Col("invalid", "Invalid"),
		panel.Col("refused", "Refused"),
		panel.Col("sites", "Sites"),
		panel.Col("late", "Late", field.Dash()),
		panel.Col("misplaced", "Misplaced", field.Dash()),
		panel.Col("undecodable", "Undecodable", field.Dash()),
		panel.Col("server", "Server", field.Text(), field.MinWidth(120)),
		panel.Col("address", "Address", field.Text(), field.MinWidth(120)),
		panel.Col("transport", "Transport", field.Text()),
	).MinWidth(60).SortBy(panel.AscendingAll("Cloud", "Family", "Measurement"))
}

func probesOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    11,
		Title: "How many probes had a vote, and how many of them named a site?",
		Text: `A line for each measurement and address, of all votes and of those that the cloud's own
			answered. Both fall: probes are gone, or RIPE Atlas is late; shares still hold. The
			second alone falls: an outage, or somebody else answers. A gap: no window was fetched.`,
		NoValue: noWindow,
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud $tag_address $tag_measurement_id votes",
				`SELECT mean("probes") FROM "dns_anycast_catchment"
				WHERE {chosen} AND $timeFilter`, "cloud", "address", "measurement_id"),
			f.OverTime("$tag_cloud $tag_address $tag_measurement_id named",
				`SELECT mean("named") FROM "dns_anycast_catchment"
				WHERE {chosen} AND $timeFilter`, "cloud", "address", "measurement_id"),
		},
	}).Min(0).Decimals(0)
}

func leftOutOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    12,
		Title: "What was left out, and why?",
		Text: `For each cloud, in the mean of its windows. late: results that came after their window
			was closed; many of them: a longer grace. duplicates: that came more than once, and
			counted once. unsynced: of probes whose clock may be wrong; they count, and say nothing
			of when. undecodable: lines that are no results. misplaced: probes that do not stand where
			they say; they are in no distance.`,
		NoValue: noWindow,
		Unit:    "none",
		Queries: []query.Query{
			leftOut(f, "late"), leftOut(f, "duplicates"), leftOut(f, "unsynced"),
			leftOut(f, "undecodable"), leftOut(f, "misplaced"),
		},
	}).Min(0).Decimals(0)
}

func leftOut(f query.Filter, of string) query.Query {
	return f.OverTime("$tag_cloud "+of, `SELECT mean("`+of+`") FROM "dns_anycast_catchment"
		WHERE {chosen} AND $timeFilter`, "cloud")
}
