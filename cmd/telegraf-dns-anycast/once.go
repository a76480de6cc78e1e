package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/influxdata/telegraf"
	"golang.org/x/term"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// once asks one round, prints it and returns the exit status. An interrupt prints what has come.
func once(d *dns_anycast.DNSAnycast, o options, con *console) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	plan := d.Plan()
	progress := startProgress(len(plan))
	began := time.Now()
	var queries, sums []telegraf.Metric
	d.Round(ctx, func(m telegraf.Metric) {
		if !isQuery(m) {
			sums = append(sums, m)
			return
		}
		queries = append(queries, m)
		progress.add(m)
	})
	progress.end()
	took := time.Since(began)
	sortByPlan(queries, plan)
	if err := printPoints(o.format, queries, sums, took); err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	if ctx.Err() != nil {
		con.Errorf("interrupted: %d queries had a result", len(queries))
		return statusFailed
	}
	if slices.ContainsFunc(queries, isFailure) {
		return statusFailed
	}
	return statusOK
}

// isQuery tells the points of queries from those of changes and clouds.
func isQuery(m telegraf.Metric) bool { return m.Name() == "dns_anycast" }

// isFailure reports whether a query had no name for an answer, or that of somebody whom its cloud does not expect.
func isFailure(m telegraf.Metric) bool { return tag(m, "result") != "success" || isUnexpected(m) }

func isUnexpected(m telegraf.Metric) bool {
	v, _ := m.GetField("expected")
	return v == int64(0)
}

// printPoints writes the points of queries, and what else the round said where the format has room for it.
func printPoints(format string, queries, sums []telegraf.Metric, took time.Duration) error {
	terminal := term.IsTerminal(int(os.Stdout.Fd()))
	if format == "" {
		format = "influx"
		if terminal {
			format = "table"
		}
	}
	switch format {
	case "table":
		return printTable(os.Stdout, queries, took, terminal && os.Getenv("NO_COLOR") == "")
	case "json":
		return printJSON(os.Stdout, slices.Concat(queries, sums))
	}
	out := newLines(os.Stdout)
	for _, m := range slices.Concat(queries, sums) {
		out.write(m)
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
func sortByPlan(points []telegraf.Metric, plan []dns_anycast.Planned) {
	type key struct{ cloud, server string }
	rank := map[key]int{}
	for i, p := range plan {
		if k := (key{p.Cloud, p.Server}); rank[k] == 0 {
			rank[k] = i + 1
		}
	}
	slices.SortStableFunc(points, func(a, b telegraf.Metric) int {
		return cmp.Or(
			cmp.Compare(rank[key{tag(a, "cloud"), tag(a, "server")}], rank[key{tag(b, "cloud"), tag(b, "server")}]),
			cmp.Compare(tag(a, "family"), tag(b, "family")),
			address(a).Compare(address(b)),
			-cmp.Compare(tag(a, "transport"), tag(b, "transport")), // UDP before TCP
			a.Time().Compare(b.Time()),
		)
	})
}

// address is invalid where a name did not resolve.
func address(m telegraf.Metric) netip.Addr {
	a, _ := netip.ParseAddr(tag(m, "address"))
	return a
}
