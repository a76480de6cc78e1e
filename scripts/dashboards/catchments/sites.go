package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// parts are what each site has of a whole, over a family. Sums of several windows, addresses and hosts
// are parts as those of one are; a subquery for each window would take ten times as long.
func parts(f query.Filter, of, family string) query.Query {
	return f.OverTime("$tag_cloud $tag_site", `SELECT sum("`+of+`")
		FROM "dns_anycast_catchment_site"
		WHERE "family" = '`+family+`' AND {chosen} AND $timeFilter`, "cloud", "site")
}

func shares(f query.Filter, id uint32, family, title string) panel.Panel {
	return panel.Parts(panel.Question{
		ID:    id,
		Title: title,
		Text: `Of the probes that the cloud's own answered, those that each site answered; a colour
			for each cloud and site. A colour that grows into another one: a catchment shift; look
			who moved. One that ends: withdrawn, or down. Figures under the pointer are votes, of all
			windows of an interval, addresses, measurements and hosts. A gap: no window was fetched,
			or nobody was answered. Choose a cloud: there is a colour for each site of all.`,
		NoValue: noWindow,
		Unit:    "none",
		Queries: []query.Query{parts(f, "probes", family)},
	}, "share of the probes").Decimals(0)
}

func sharesOverIPv4(f query.Filter) panel.Panel {
	return shares(f, 20, "ipv4", "Which share of the probes does each site have over IPv4?")
}

func sharesOverIPv6(f query.Filter) panel.Panel {
	return shares(f, 21, "ipv6", "Which share of the probes does each site have over IPv6?")
}

func votes(f query.Filter, id uint32, family, title string) panel.Panel {
	return panel.Parts(panel.Question{
		ID:    id,
		Title: title,
		Text: `The same with one vote for each autonomous system, which its probes share: probes stand
			in Europe, and many in few networks. A site that is large among probes and small here is
			that of some networks with many probes; a shift among probes that is none here is that of
			one network. Figures under the pointer are sums of shares.`,
		NoValue: noWindow + "; or where the probes are is not known",
		Unit:    "none",
		Queries: []query.Query{parts(f, "share_as", family)},
	}, "share of the autonomous systems").Decimals(2)
}

func votesOverIPv4(f query.Filter) panel.Panel {
	return votes(f, 22, "ipv4", "Which share of the autonomous systems does each site have over IPv4?")
}

func votesOverIPv6(f query.Filter) panel.Panel {
	return votes(f, 23, "ipv6", "Which share of the autonomous systems does each site have over IPv6?")
}

func sites(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    24,
		Title: "Which site do probes reach, how many, and how long does it take them?",
		Text: newest + ` One line for each address and site. Share: of the probes that the cloud's own
			answered. By AS: the same with one vote for each autonomous system; where it differs
			much, many probes stand in few networks. 0 %, in orange: reached within a day, and by
			nobody in this window. p50, p90: of the times. Nearest: probes that have no nearer site.
			Kilometers: the median from the probes. In, out: probes that moved here, and away. none:
			names without a site; other: sites beyond the five hundredth.`,
		NoValue: noWindow,
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT last("probes") AS "probes", "share", "share_as", "p50_ms", "p90_ms",
				"nearest", "distance_p50_km", "entered", "left" FROM "dns_anycast_catchment_site"
				WHERE {newest} AND {chosen} ` + byMeasured + `, "site"`),
		},
	}, measured(
		panel.Col("site", "Site", field.Text(), board.Narrows("Cloud", "Address", "Family")),
		panel.Col("share", "Share", field.ShareText(reached())...),
		panel.Col("share_as", "By AS", field.Share()...),
		panel.Col("probes", "Probes"),
		panel.Col("p50_ms", "p50", field.Milliseconds()...),
		panel.Col("p90_ms", "p90", field.Milliseconds()...),
		panel.Col("nearest", "Nearest", field.Dash()),
		panel.Col("distance_p50_km", "Kilometers", field.Decimals(0), field.Dash()),
		panel.Col("entered", "In", field.Dash()),
		panel.Col("left", "Out", field.Dash()),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash(), board.OpensVantagePoints("Cloud")),
	)...).MinWidth(60).SortBy(panel.Descending("Probes"))
}

// reached judges the share of a site: that of one that nobody reaches stands out.
func reached() field.Thresholds {
	return field.Steps(field.Orange, field.From(0.0000001, field.Plain))
}

func worldMap(f query.Filter) panel.Panel {
	return panel.Map(panel.Question{
		ID:    25,
		Title: "Where are the sites that probes reach, and which countries go too far?",
		Text: newest + ` Circles in blue are sites, as large as their share of the probes at the address
			where it is largest; orange: nobody reaches it now. Pale circles are the countries of
			probes, larger and then orange and red as what they lose: the time that light takes to
			the site reached beyond that to the nearest one, in the median of the probes, at the
			address where it is most. A red country beside a site: its networks do not see that
			announcement; look for peering there. A site is here if its place is known, a country if
			that of its probes is. The map itself comes from the Internet.`,
		NoValue: noWindow + "; or no place is known: set places or place blocks of the clouds",
		Unit:    "string",
		Queries: []query.Query{countryPlaces(f), sitePlaces(f)},
	},
		panel.Layer{
			Name: "Countries", Judged: "Excess", Country: "Country", Smallest: 4, Largest: 24, Opacity: 0.3,
			Columns: []panel.Column{
				panel.Col("country", "Country"),
				panel.Col("cloud", "Cloud", field.Dash()),
				panel.Col("excess", "Excess", field.TimeMarker(excessSteps())...),
			},
		},
		panel.Layer{
			Name: "Sites", Judged: "Share", Smallest: 4, Largest: 26, Opacity: 0.7,
			Columns: []panel.Column{
				panel.Col("site", "Site"),
				panel.Col("cloud", "Cloud", field.Dash()),
				panel.Col("share", "Share", field.ShareMarker(siteSteps())...),
				panel.Col("latitude", "Latitude", field.Unit("degree"), field.Decimals(2)),
				panel.Col("longitude", "Longitude", field.Unit("degree"), field.Decimals(2)),
			},
		},
	)
}

func siteSteps() field.Thresholds {
	return field.Steps(field.Orange, field.From(0.0000001, field.Blue))
}

// sitePlaces are the sites whose place is known, each with its largest share.
func sitePlaces(f query.Filter) query.Query {
	return f.Table(`SELECT max("share") AS "share", max("latitude") AS "latitude",
		max("longitude") AS "longitude" FROM (
			SELECT last("probes") AS "probes", "share", "latitude", "longitude"
			FROM "dns_anycast_catchment_site"
			WHERE {newest} AND {chosen} ` + byMeasured + `, "site"
		) WHERE "latitude" >= -90 GROUP BY "cloud", "site"`).Hiding("Time")
}

// countryPlaces are the countries whose distance is known, each with its largest excess.
func countryPlaces(f query.Filter) query.Query {
	return f.Table(`SELECT max("excess") AS "excess" FROM (
		SELECT last("inflation_p50_ms") AS "excess" FROM "dns_anycast_catchment_country"
		WHERE {newest} AND {chosen} ` + byMeasured + `, "country"
	) GROUP BY "cloud", "country"`).Hiding("Time")
}
