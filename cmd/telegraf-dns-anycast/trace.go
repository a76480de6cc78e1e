package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/rounds"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// tracePaths traces the paths to the targets of a round, which has been sorted. An interrupt leaves
// it at those that have come.
func tracePaths(
	ctx context.Context, d *dns_anycast.DNSAnycast, r *rounds.Round,
) *rounds.Paths {
	paths := rounds.NewPaths(r)
	paths.Host, _ = os.Hostname()
	paths.Hops = d.TraceHops
	if paths.Wanted() == 0 {
		return paths
	}
	var traced atomic.Int64
	progress := startProgress(func() string {
		return fmt.Sprintf("tracing: %d of %d paths …", traced.Load(), paths.Wanted())
	})
	defer progress.end()
	d.TracePaths(ctx, func(m telegraf.Metric) {
		paths.Add(dns_anycast.ReadRow(m))
		traced.Store(int64(paths.Traced()))
	})
	return paths
}

// printPaths prints paths behind the round's points. What is left out stands below them, or on
// stderr where points alone belong on stdout.
func printPaths(format string, paths *rounds.Paths, con *console.Console) error {
	if format != "table" {
		for _, note := range paths.Notes() {
			con.Info(note)
		}
	}
	return printAs(format, paths)
}
