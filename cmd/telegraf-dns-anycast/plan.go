package main

import (
	"cmp"
	"fmt"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// planText says what --check found. byRoute: over families that the host has a route for.
func planText(
	file string, plan []dns_anycast.PlannedQuery, atlas []dns_anycast.PlannedMeasurement, byRoute bool,
) string {
	var b strings.Builder
	asks := "a round asks:"
	if byRoute {
		asks = "a round asks, over the families that this host has a route for:"
	}
	if len(plan) == 0 {
		asks = "a round asks nothing"
	}
	fmt.Fprintf(&b, "%s is valid; %s\n", file, asks)
	width := 0
	for _, p := range plan {
		width = max(width, cells.Width(serverText(p)))
	}
	for i, p := range plan {
		if i == 0 || p.Cloud != plan[i-1].Cloud {
			fmt.Fprintf(&b, "%s\n", p.Cloud)
		}
		server := serverText(p)
		blanks := strings.Repeat(" ", width-cells.Width(server))
		family := cmp.Or(p.Family, "each address the name has")
		line := fmt.Sprintf("  %s%s  %s  %s", server, blanks, p.Transport, family)
		if p.Zone != "" {
			line += "  zone " + p.Zone
		}
		fmt.Fprintln(&b, line)
	}
	for i, m := range atlas {
		if i == 0 {
			b.WriteString("and beside rounds RIPE Atlas is read:\n")
		}
		fmt.Fprintf(&b, "  measurement %d  cloud %s\n", m.ID, m.Cloud)
	}
	return b.String()
}

// serverText tells the addresses of one name server apart.
func serverText(p dns_anycast.PlannedQuery) string {
	if p.Written == "" {
		return p.Server
	}
	return p.Server + " " + p.Written
}
