package target

import (
	"fmt"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// hopsShown is the option trace_hops where nobody sets it.
const hopsShown = 30

// hopTimeline is who speaks at each hop, and whether the server answers at all: hops alone would
// make the trace of a dead server look like a short path.
func hopTimeline(f query.Filter) panel.Panel {
	return panel.Timeline(panel.Question{
		ID:    82,
		Title: "Which router speaks at each hop, and does the server answer?",
		Text: `First a line for each hop, with the address that spoke there last within the interval,
			an hour at least; then one for each address, which says whether the last trace came to
			the server's answer. A gap in a line of a hop while that of its address has none: the
			hop was silent, or the path ended before it. A gap in both: no trace; trace_every may
			be longer than the interval. not reached: the hops are those of a path that ends
			nowhere. A colour stands for an address, the same in all lines; two may share one.
			A change within an hour is in the table above. The first 200 lines are here: choose a
			vantage point and a server.`,
		NoValue: notTraced,
		Unit:    "string",
		Queries: []query.Query{
			limited(f.OverTime("$tag_hop $tag_address from $tag_host", `SELECT last("hop_address")
				FROM "dns_anycast_hop" WHERE "hop" != '' AND {chosen} AND $timeFilter`,
				"address", "host", "hop")),
			limited(f.OverTime("$tag_address from $tag_host", `SELECT last("reached")
				FROM "dns_anycast_path" WHERE {chosen} AND $timeFilter`, "address", "host")),
		},
		MinInterval: "1h",
	}, append(field.OfNames(), field.Names(field.Arrivals...))...).PerPage(24)
}

// silentHops are the shares of traces in which each hop was silent.
func silentHops(f query.Filter) panel.Panel {
	q := panel.Question{
		ID:    83,
		Title: "Which hops are silent, and in how many of the traces?",
		Text: `One line for each vantage point and address. Hop by hop: the share of the traces in
			which it was silent, of those that went on to it or beyond: what is behind the last hop
			that spoke was not lost, but is where the path ends, and a server that the full TTL
			alone reached is at no hop. A dash: no trace went as far. Silence at one hop while
			those behind it speak is a router that answers few probes, as the first one may, which
			is on every path: packets pass. Silence that begins at a hop and does not end before
			the server is loss on the way. Reached: the
			share of the traces that came to the server's answer, which no hop tells. Hops
			beyond 30 are not here. Choose a server: this reads the paths once for each hop.`,
		NoValue: notTraced,
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT count("responded") AS "traces", mean("reached") AS "arrived"
				FROM "dns_anycast_path"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 200`).Hiding("Time"),
		},
	}
	columns := []panel.Column{
		panel.Col("host", "Vantage point",
			board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("address", "Address", field.MinWidth(120)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("family", "Family"),
		panel.Col("transport", "Transport"),
		panel.Col("traces", "Traces", field.Unit("none")),
		panel.Col("arrived", "Reached", field.ShareText(field.ReachedSteps())...),
	}
	for hop := 1; hop <= hopsShown; hop++ {
		name := fmt.Sprint("hop", hop)
		q.Queries = append(q.Queries, f.Table(silent(hop, name)).Hiding("Time"))
		columns = append(columns, panel.Col(name, fmt.Sprint("Hop ", hop), field.Silence()...))
	}
	return panel.Table(q, columns...).MinWidth(70)
}

// silent is the share of traces in which a hop was silent of those that have it, or field.Behind
// where none has. One number holds both counts: InfluxDB runs a subquery once for each aggregate
// over it. In InfluxQL 0/0 is 0.
func silent(hop int, name string) string {
	spoke := fmt.Sprintf(`"path" =~ /^(\S+\s){%d,%d}[^*]/`, hop-1, hop-1)
	return fmt.Sprintf(`SELECT "had" / "had" * %d - %d - "spoke" / "had" AS "%s" FROM (
		SELECT ("both" - "both" %% 1000000) / 1000000 AS "had", "both" %% 1000000 AS "spoke"
		FROM (
			SELECT sum("both") AS "both" FROM (
				SELECT count("last_hop") * 1000000 AS "both" FROM "dns_anycast_path"
				WHERE "last_hop" >= %[4]d AND {chosen} AND $timeFilter GROUP BY {target} SLIMIT 200
			), (
				SELECT count("last_hop") AS "both" FROM "dns_anycast_path"
				WHERE "last_hop" >= %[4]d AND %[5]s AND {chosen} AND $timeFilter
				GROUP BY {target} SLIMIT 200
			), (
				SELECT count("responded") * 0 AS "both" FROM "dns_anycast_path"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 200
			) GROUP BY {target}
		) GROUP BY {target}
	) GROUP BY {target}`, 1-field.Behind, -field.Behind, name, hop, spoke)
}

// hopTimes are the times of each hop.
func hopTimes(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    84,
		Title: "How long does it take to each hop, and who is there?",
		Text: `One line for each vantage point, address and hop: who spoke there last, how often
			anybody did, and the median (p50) and 95th percentile (p95) of the times. A time that
			grows at a hop, and stays as high behind it: that link is long, or has a queue. One
			hop that is high alone: the router is slow to answer probes, and packets pass. full
			TTL: the server, where no hop but the full TTL reached it. ICMP: what came in place of
			time exceeded; it ended the trace. AS: the number, with as_database.`,
		NoValue: notTraced,
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT last("hop_address") AS "router", last("asn") AS "asn",
				count("hop_time_ms") AS "times", percentile("hop_time_ms", 50) AS "p50",
				percentile("hop_time_ms", 95) AS "p95", last("icmp") AS "icmp"
				FROM "dns_anycast_hop" WHERE {chosen} AND $timeFilter
				GROUP BY {target}, "hop" SLIMIT 1000`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point",
			board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("address", "Address", field.MinWidth(120)),
		panel.Col("hop", "Hop", field.NoValue("full TTL")),
		panel.Col("router", "Router", field.MinWidth(120)),
		panel.Col("asn", "AS", field.Unit("none"), field.Dash()),
		panel.Col("p50", "p50", field.Unit("ms"), field.Decimals(1)),
		panel.Col("p95", "p95", field.Unit("ms"), field.Decimals(1)),
		panel.Col("times", "Times", field.Unit("none")),
		panel.Col("icmp", "ICMP", field.Dash(), field.MinWidth(150)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("family", "Family"),
		panel.Col("transport", "Transport"),
	).MinWidth(70).SortBy(panel.AscendingAll("Vantage point", "Address", "Hop"))
}
