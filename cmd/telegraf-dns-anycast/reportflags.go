package main

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/report"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
)

// reportOptions are what --report reads.
type reportOptions struct {
	server   *url.URL
	database string
	terms    slo.Terms
}

// reportFlags are as they stand on the command line.
type reportFlags struct{ month, server, database, profile, minimum string }

// reportFlagNames go with --report alone.
var reportFlagNames = []string{"influxdb", "database", "profile", "minimum-vantage-points"}

func registerReport(fs *flag.FlagSet) *reportFlags {
	var f reportFlags
	fs.StringVar(&f.month, "report", "", "")
	fs.StringVar(&f.server, "influxdb", "", "")
	fs.StringVar(&f.database, "database", "telegraf", "")
	fs.StringVar(&f.profile, "profile", string(levels.ICANN), "")
	fs.StringVar(&f.minimum, "minimum-vantage-points", "1", "")
	return &f
}

// options reads the flags.
func (f *reportFlags) options(now time.Time) (o reportOptions, err error) {
	if o.terms.Month, err = slo.ParseMonth(f.month, now); err != nil {
		return o, fmt.Errorf("--report: %w", err)
	}
	if f.server == "" {
		return o, errors.New("--influxdb URL is missing: where the points are, such as http://127.0.0.1:8086")
	}
	if o.server, err = influxql.ParseURL(f.server); err != nil { // the URL may hold a password
		return o, fmt.Errorf("--influxdb %w", err)
	}
	if o.database = f.database; o.database == "" {
		return o, errors.New("--database is empty: write the name of one, or leave it out for telegraf")
	}
	o.terms.Profile = levels.Profile(f.profile)
	if o.terms.Profile != levels.ICANN && o.terms.Profile != levels.RSSAC047 {
		return o, fmt.Errorf("--profile %s: write %s or %s", f.profile, levels.ICANN, levels.RSSAC047)
	}
	o.terms.Minimum, err = strconv.Atoi(f.minimum)
	if err != nil || o.terms.Minimum < 1 {
		return o, fmt.Errorf("--minimum-vantage-points %s: write a whole number, 1 or more", f.minimum)
	}
	return o, nil
}

// checkReport refuses what does not go with --report.
func checkReport(servers []string, format string, given map[string]bool) error {
	if len(servers) > 0 {
		return fmt.Errorf("%q: --report asks no servers: it reads a database", servers[0])
	}
	for _, name := range []string{"config", "4", "6", "tcp", "trace", "timeout", "poll_interval", "poll_interval_disabled"} {
		if given[name] {
			return fmt.Errorf("%s does not go with --report, which reads a database alone", dashed(name))
		}
	}
	if format != "" && !slices.Contains(report.Formats(), format) {
		return fmt.Errorf("--format %s: write markdown, csv or json", format)
	}
	return nil
}
