package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// noRule is why nobody is foreign.
const noRule = noWindow + "; or no cloud has expect or a site rule, without which nobody is foreign"

func foreignOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    50,
		Title: "Which share of the answers is somebody else's?",
		Text: `Of the answers, those that name nobody, or one that expect or the site rule does not know; a
			line for each address. One or two in a hundred all the time: resolvers and boxes on the way,
			as for everybody. A step up: a hijack, interception in a country, or a new instance that
			expect does not know yet; open the countries below. Clouds without such a rule are not
			here.`,
		NoValue: noRule,
		Unit:    "percentunit",
		Queries: []query.Query{
			overTime(f, `SELECT sum("foreign") / sum("answered") FROM "dns_anycast_catchment"
				WHERE "foreign" >= 0 AND "answered" > 0 AND {chosen} AND $timeFilter`),
		},
	}).Min(0).AxisSoftMax(0.01).Decimals(2)
}

func unansweredOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    51,
		Title: "Which share of the probes gets no answer?",
		Text: `Of the probes that could ask, those to which nothing came in five seconds, or a refusal of the
			connection, or nothing that can be read as an answer; a line for each address. Some all the
			time, and more over IPv6: probes without a way. A step up: an outage of a site, as its catchment sees it, which may last until
			routing has turned away. Compare the families and the other addresses.`,
		NoValue: noWindow,
		Unit:    "percentunit",
		Queries: []query.Query{
			overTime(f, `SELECT (sum("timeout") + sum("unreachable") + sum("invalid")) / sum("asked")
				FROM "dns_anycast_catchment" WHERE "asked" > 0 AND {chosen} AND $timeFilter`),
		},
	}).Min(0).AxisSoftMax(0.01).Decimals(2)
}

// strangers are the countries or autonomous systems in which somebody else answers, most of them first.
func strangers(f query.Filter, q panel.Question, measurement, tag, title string) panel.Panel {
	q.NoValue, q.Unit = noRule, "none"
	q.Text = newest + q.Text + ` Those with none are not here, nor those with few probes.`
	q.Queries = []query.Query{
		f.Table(`SELECT "foreign", "answered" FROM (
			SELECT last("foreign") AS "foreign", "answered" FROM "` + measurement + `"
			WHERE {newest} AND {chosen} ` + byMeasured + `, "` + tag + `"
		) WHERE "foreign" > 0 ` + byMeasured + `, "` + tag + `"`),
	}
	q.Share = panel.Ratio{Of: "foreign", By: "answered"}
	return panel.Table(q, measured(
		panel.Col(tag, title, field.Text(), board.Narrows("Cloud", "Address", "Family")),
		panel.Col("share", "Share", field.Share()...),
		panel.Col("foreign", "Foreign"),
		panel.Col("answered", "Of"),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash()),
	)...).MinWidth(60).SortBy(panel.Descending("Share"))
}

func foreignCountries(f query.Filter) panel.Panel {
	return strangers(f, panel.Question{
		ID:    52,
		Title: "In which countries does somebody else answer?",
		Text: ` Most probes of a country, over all addresses: a national filter. Over one address alone: a
			route that was hijacked, or leaks, there.`,
	}, "dns_anycast_catchment_country", "country", "Country")
}

func foreignASes(f query.Filter) panel.Panel {
	return strangers(f, panel.Question{
		ID:    53,
		Title: "In which autonomous systems does somebody else answer?",
		Text: ` All probes of a network: its operator sends DNS to a resolver of its own. A part: boxes at
			customers. telegraf-dns-anycast --once --atlas names who answers.`,
	}, "dns_anycast_catchment_as", "asn", "AS")
}

func foreignCountriesOverTime(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    54,
		Title: "Since when does somebody else answer in a country?",
		Text: `Probes that somebody else answered, a colour for each country, in the mean of those windows
			and addresses in which there were any. One colour that grows: something began there.`,
		NoValue: noRule,
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_country", `SELECT mean("foreign")
				FROM "dns_anycast_catchment_country"
				WHERE "foreign" > 0 AND {chosen} AND $timeFilter`, "country"),
		},
	}, "probes").Decimals(1)
}
