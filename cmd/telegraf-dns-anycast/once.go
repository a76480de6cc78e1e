package main

import (
	"cmp"
	"encoding/json"
	"io"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/influxdata/telegraf"
	"golang.org/x/term"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// once asks one round, prints it and returns the exit status. An interrupt prints what has come.
func once(d *dns_anycast.DNSAnycast, o options, con *console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	d.Patient = true // there is no next round that could ask what a look-up brings late
	plan := d.Plan()
	progress := startProgress(plan)
	r := ask(ctx, d, progress.add)
	progress.end()
	r.sort(plan)
	if err := printRound(o.format, r); err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	if ctx.Err() != nil {
		con.Errorf("interrupted: %d queries had a result", len(r.queries)+len(r.zones))
		return statusFailed
	}
	if r.failed() {
		return statusFailed
	}
	return statusOK
}

// round is the points of one.
type round struct {
	queries []telegraf.Metric // who answers
	zones   []telegraf.Metric // and whether they serve the zones
	sums    []telegraf.Metric // changes, clouds
	took    time.Duration

	placeName func(cloud, site string) string // nil: none is known
}

func (r *round) place(m telegraf.Metric) string {
	if r.placeName == nil {
		return ""
	}
	return r.placeName(tag(m, "cloud"), tag(m, "site"))
}

func (r *round) add(m telegraf.Metric) {
	switch m.Name() {
	case "dns_anycast":
		r.queries = append(r.queries, m)
	case "dns_anycast_soa":
		r.zones = append(r.zones, m)
	default:
		r.sums = append(r.sums, m)
	}
}

func (r *round) sort(plan []dns_anycast.PlannedQuery) {
	sortByPlan(r.queries, plan)
	sortByPlan(r.zones, plan)
}

func (r *round) failed() bool {
	return slices.ContainsFunc(r.queries, isFailure) || slices.ContainsFunc(r.zones, isFailure)
}

// isFailure reports whether a query had no name for an answer, or that of somebody whom its cloud does not expect.
func isFailure(m telegraf.Metric) bool { return tag(m, "result") != "success" || isUnexpected(m) }

func isAnswered(m telegraf.Metric) bool {
	v, _ := m.GetField("answered")
	return v == int64(1)
}

func isUnexpected(m telegraf.Metric) bool {
	v, _ := m.GetField("expected")
	return v == int64(0)
}

func printRound(format string, r round) error {
	if format == "" {
		format = "influx"
		if term.IsTerminal(int(os.Stdout.Fd())) {
			format = "table"
		}
	}
	switch format {
	case "table":
		return printTable(os.Stdout, r, lookFor(os.Stdout))
	case "json":
		return printJSON(os.Stdout, slices.Concat(r.queries, r.zones, r.sums))
	}
	out := newLineWriter(os.Stdout)
	for _, m := range slices.Concat(r.queries, r.zones, r.sums) {
		out.writePoint(m)
	}
	return out.flush()
}

// printJSON writes Telegraf's JSON shape, one object a line; the time stamp is in seconds, as there.
func printJSON(w io.Writer, points []telegraf.Metric) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, m := range points {
		err := e.Encode(struct {
			Fields    map[string]any    `json:"fields"`
			Name      string            `json:"name"`
			Tags      map[string]string `json:"tags"`
			Timestamp int64             `json:"timestamp"`
		}{m.Fields(), m.Name(), m.Tags(), m.Time().Unix()})
		if err != nil {
			return err
		}
	}
	return nil
}

func tag(m telegraf.Metric, key string) string {
	v, _ := m.GetTag(key)
	return v
}

// sortByPlan brings points into the order of the configuration: what came first says nothing. Addresses of one host
// name stand together, IPv4 before IPv6.
func sortByPlan(points []telegraf.Metric, plan []dns_anycast.PlannedQuery) {
	type key struct{ cloud, server, zone string }
	rank := map[key]int{}
	for i, p := range plan {
		for _, k := range []key{{cloud: p.Cloud, server: p.Server}, {zone: p.Zone}} {
			if rank[k] == 0 {
				rank[k] = i + 1
			}
		}
	}
	slices.SortStableFunc(points, func(a, b telegraf.Metric) int {
		return cmp.Or(
			cmp.Compare(rank[key{cloud: tag(a, "cloud"), server: tag(a, "server")}], rank[key{cloud: tag(b, "cloud"), server: tag(b, "server")}]),
			cmp.Compare(tag(a, "family"), tag(b, "family")),
			address(a).Compare(address(b)),
			-cmp.Compare(tag(a, "transport"), tag(b, "transport")), // UDP before TCP
			cmp.Compare(rank[key{zone: tag(a, "zone")}], rank[key{zone: tag(b, "zone")}]),
			a.Time().Compare(b.Time()),
		)
	})
}

// address is invalid where a name did not resolve.
func address(m telegraf.Metric) netip.Addr {
	a, _ := netip.ParseAddr(tag(m, "address"))
	return a
}
