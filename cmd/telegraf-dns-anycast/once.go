package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/influxdata/telegraf"
	"golang.org/x/term"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/rounds"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// once runs one round, prints it and returns the exit status. An interrupt prints what has come.
func once(d *dns_anycast.DNSAnycast, o options, con *console.Console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	d.Patient = true // there is no next round that could ask what a look-up brings late
	plan := d.Plan()
	answers := answersTo(plan)
	progress := startProgress(answers.text)
	r := runRound(ctx, d, answers.add)
	progress.end()
	r.Sort(plan)
	format := formatOr(o.format)
	err := printAs(format, &r)
	said := fmt.Sprintf("interrupted: %d queries had a result", r.Queries())
	if o.trace && err == nil && ctx.Err() == nil {
		paths := tracePaths(ctx, d, &r)
		err = printPaths(format, paths, con)
		said += fmt.Sprintf(", %d of %d paths were traced", paths.Traced(), paths.Wanted())
	}
	if err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	if ctx.Err() != nil {
		con.Error(said)
		return statusFailed
	}
	if r.Failed() {
		return statusFailed
	}
	return statusOK
}

// runRound runs one, and passes its points on as they come.
func runRound(ctx context.Context, d *dns_anycast.DNSAnycast,
	emit func(dns_anycast.Row),
) rounds.Round {
	r := rounds.Round{PlaceName: d.PlaceName}
	began := time.Now()
	d.Round(ctx, func(m telegraf.Metric) {
		row := dns_anycast.ReadRow(m)
		r.Add(row)
		emit(row)
	})
	r.Took = time.Since(began)
	return r
}

// formatOr is a format of points, or what suits stdout.
func formatOr(format string) string {
	switch {
	case format != "":
		return format
	case term.IsTerminal(int(os.Stdout.Fd())):
		return "table"
	}
	return "influx"
}

// printed is what can be shown in all formats.
type printed interface {
	Text(table.Look) string
	Points() []telegraf.Metric
}

func printAs(format string, what printed) error {
	switch format {
	case "table":
		_, err := io.WriteString(os.Stdout, what.Text(lookFor(os.Stdout)))
		return err
	case "json":
		return printJSON(os.Stdout, what.Points())
	}
	out := newLineWriter(os.Stdout)
	for _, m := range what.Points() {
		out.writePoint(m)
	}
	return out.flush()
}

// printJSON writes Telegraf's JSON shape, one object a line; the time stamp is in seconds, as
// there.
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
