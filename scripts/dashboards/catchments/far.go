package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// noDistance stands where no distance is known.
const noDistance = noWindow + "; or no distance is known: set places or place blocks of the clouds, " +
	"and see whether the archive of probes was read"

// excessSteps judge what light in fibre takes beyond the nearest site, in ms: the first limit is the
// plugin's own for far. Nothing here is green: a window may be two days old.
func excessSteps() field.Thresholds {
	return field.Steps(field.Plain, field.From(20, field.Orange), field.From(50, field.Red))
}

const ofGroups = ` Excess: the time that light in fibre takes to the site reached and back, beyond that
	to the nearest site, in the median of the probes. Nearest: the share of the probes that have no
	nearer site; a little excess makes it low, and is no harm. Top site: where most of them go, and
	its share. The plugin leaves out those with few probes.`

// groups are the countries or autonomous systems of probes, those that lose most first.
func groups(f query.Filter, q panel.Question, measurement, tag, title string) panel.Panel {
	q.NoValue, q.Unit = noWindow, "none"
	q.Text = newest + q.Text
	q.Queries = []query.Query{
		f.Table(`SELECT last("probes") AS "probes", "answered", "p50_ms", "p90_ms", "sites",
			"top_site", "top_share", "nearest_share", "inflation_p50_ms" FROM "` + measurement + `"
			WHERE {newest} AND {chosen} ` + byMeasured + `, "` + tag + `"`),
	}
	return panel.Table(q, measured(
		panel.Col(tag, title, field.Text(), board.Narrows("Cloud", "Address", "Family")),
		panel.Col("inflation_p50_ms", "Excess", field.JudgedText("ms", 1, excessSteps())...),
		panel.Col("top_site", "Top site", field.Text(), field.Dash()),
		panel.Col("top_share", "Its share", field.Share()...),
		panel.Col("nearest_share", "Nearest", field.Share()...),
		panel.Col("p50_ms", "p50", field.Milliseconds()...),
		panel.Col("p90_ms", "p90", field.Milliseconds()...),
		panel.Col("sites", "Sites"),
		panel.Col("probes", "Probes"),
		panel.Col("answered", "Answered"),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash(), board.OpensVantagePoints("Cloud")),
	)...).MinWidth(60).SortBy(panel.Descending("Excess"))
}

func countries(f query.Filter) panel.Panel {
	return groups(f, panel.Question{
		ID:    40,
		Title: "Which countries go too far, and where do they go?",
		Text: ofGroups + ` High excess with most probes at one far site: nobody in that country hears a
			nearer announcement; look for an exchange or a transit there. High, with several sites:
			it depends on the network; the table of autonomous systems says which.`,
	}, "dns_anycast_catchment_country", "country", "Country")
}

func ases(f query.Filter) panel.Panel {
	return groups(f, panel.Question{
		ID:    41,
		Title: "Which autonomous systems go too far, and where do they go?",
		Text: ofGroups + ` High excess: this network prefers a route to a far site, over a customer
			or a cheap peer. Ask it, or announce less there.`,
	}, "dns_anycast_catchment_as", "asn", "AS")
}

// overTime is a line for each cloud and address.
func overTime(f query.Filter, selected string) query.Query {
	return f.OverTime("$tag_cloud $tag_address", selected, "cloud", "address")
}

func farOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    42,
		Title: "Which share of the probes goes too far?",
		Text: `Of the probes whose distance is known, those that lose more than the option far_over, as
			light goes, against the nearest site; a line for each address. A step up: a site is gone,
			or networks turned away from near ones; see who moved.`,
		NoValue: noDistance,
		Unit:    "percentunit",
		Queries: []query.Query{
			overTime(f, `SELECT mean("far_share") FROM "dns_anycast_catchment"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0).Decimals(2)
}

func excessOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    43,
		Title: "How much do probes lose by going too far?",
		Text: `The time that light in fibre takes to the site reached and back, beyond that to the nearest
			site, for nine probes of ten: they lose this or less. It knows no queue and no detour on
			the way: what rises here is routing, and not load.`,
		NoValue: noDistance,
		Unit:    "ms",
		Queries: []query.Query{
			overTime(f, `SELECT mean("inflation_p90_ms") FROM "dns_anycast_catchment"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0).Decimals(1)
}

func timesOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    44,
		Title: "How long do probes wait for an answer?",
		Text: `The median of the times of answers that are not foreign; a line for each address. It rises
			with the loss by distance: routing. It rises alone: servers, or the ways to them. Most
			probes are in Europe: where a family is far for the rest of the world, look at countries.`,
		NoValue: noWindow,
		Unit:    "ms",
		Queries: []query.Query{
			overTime(f, `SELECT mean("p50_ms") FROM "dns_anycast_catchment"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0).Decimals(1)
}
