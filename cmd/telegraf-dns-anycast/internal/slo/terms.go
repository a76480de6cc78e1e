package slo

import "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"

// Terms are what a report is about.
type Terms struct {
	Month   Month
	Profile levels.Profile
	Minimum int // vantage points that make a minute count, 1 at least; not in RSSAC047
}
