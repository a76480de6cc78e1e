package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// noSerial stands where no measurement asks for a zone.
const noSerial = noWindow + "; or none of them asks for an SOA record"

func serials(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    60,
		Title: "Which serial do probes get, how many are behind, and at which site?",
		Text: newest + ` One line for each zone and address. Serials: how many different ones. Behind:
			probes that got a serial after a newer one was first seen, at any address of the zone. Lag:
			since then, in the median of all probes, and the longest. Site: where most of those that
			are behind go: look at its transfers. All sites behind for minutes after an update is how
			zones spread.`,
		NoValue: noSerial,
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT last("serials") AS "serials", "newest", "behind", "lag_p50_s", "lag_max_s",
				"top_behind_site" FROM "dns_anycast_catchment_zone"
				WHERE {newest} AND {chosen} ` + byMeasured + `, "zone"`),
		},
	}, measured(
		panel.Col("zone", "Zone", field.Text(), board.Narrows("Cloud", "Address", "Family")),
		panel.Col("newest", "Newest serial", field.Text(), field.Dash()),
		panel.Col("serials", "Serials"),
		panel.Col("behind", "Behind", field.JudgedText("none", 0,
			field.Steps(field.Plain, field.From(1, field.Orange)))...),
		panel.Col("top_behind_site", "Site", field.Text(), field.Dash()),
		panel.Col("lag_p50_s", "Lag, median", field.Unit("s"), field.Dash()),
		panel.Col("lag_max_s", "Lag, longest", field.Unit("s"), field.Dash()),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash(),
			board.OpensVantagePoints("Cloud", "Family")),
	)...).MinWidth(60).SortBy(panel.Descending("Lag, longest"))
}

func zoneOverTime(f query.Filter, of string) query.Query {
	return f.OverTime("$tag_zone $tag_cloud $tag_address", `SELECT max("`+of+`")
		FROM "dns_anycast_catchment_zone" WHERE {chosen} AND $timeFilter`,
		"zone", "cloud", "address")
}

func behindOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    61,
		Title: "How many probes are behind, and when?",
		Text: `Probes that got a serial after a newer one was first seen; the most of an interval, a line
			for each zone and address. A peak at each update that falls at once: as it should be. A line
			that stays up: sites that do not get the update.`,
		NoValue: noSerial,
		Unit:    "none",
		Queries: []query.Query{zoneOverTime(f, "behind")},
	}).Min(0).Decimals(0)
}

func lagOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    62,
		Title: "How late is the latest serial that probes get?",
		Text: `For how long a newer serial was known when a probe still got an older one: the longest of an
			interval, a line for each zone and address. It climbs as time goes: a site stands still.`,
		NoValue: noSerial,
		Unit:    "s",
		Queries: []query.Query{zoneOverTime(f, "lag_max_s")},
	}).Min(0)
}
