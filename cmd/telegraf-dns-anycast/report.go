package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/archive"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/report"
)

// printReport prints a month, and returns the exit status. What cannot be read whole is not printed.
func printReport(o reportOptions, format string, con *console.Console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	log.SetOutput(io.Discard) // package http tells there what servers say unasked
	r, err := readReport(ctx, o)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if _, login := errors.AsType[influxql.LoginError](err); login {
		err = fmt.Errorf("%w: set INFLUXDB_READ_USER and INFLUXDB_READ_PASSWORD", err)
	}
	if err != nil {
		con.Errorf("cannot read %s: %v", o.server.Redacted(), err)
		return statusUnknown
	}
	text, err := report.Text(&r, format)
	if err == nil {
		_, err = os.Stdout.WriteString(text)
	}
	switch {
	case err != nil: // status 1 would say that a level is missed
		con.Errorf("cannot write to stdout: %v", err)
	case r.Met == nil:
		con.Errorf("the data do not suffice: %s", r.Why())
	case *r.Met:
		return statusOK
	default:
		return statusFailed
	}
	return statusUnknown
}

func readReport(ctx context.Context, o reportOptions) (levels.Report, error) {
	var step atomic.Value
	step.Store("")
	progress := startProgress(func() string { return "reading " + step.Load().(string) + " …" })
	defer progress.end()
	client := influxql.New(o.server, o.database,
		os.Getenv("INFLUXDB_READ_USER"), os.Getenv("INFLUXDB_READ_PASSWORD"))
	return archive.Read(ctx, client, o.database, o.terms, time.Now(),
		func(what string) { step.Store(what) })
}
