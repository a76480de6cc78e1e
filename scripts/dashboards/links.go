package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// toDashboards is the menu at a dashboard's head of all that have the tag; what is chosen, and the
// time range, go along.
func toDashboards(title, tag string) cog.Builder[dashboard.DashboardLink] {
	return dashboard.NewDashboardLinkBuilder(title).
		Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{tag}).
		AsDropdown(true).IncludeVars(true).KeepTime(true)
}

// choice is a variable of another dashboard and the column of this table that it is set to.
type choice struct{ variable, column string }

// opens makes the cells of a column links to a dashboard in which their row is chosen, at the same
// time; what the row does not choose stays as it is.
func opens(title, uid string, choices ...choice) look {
	var url strings.Builder
	fmt.Fprintf(&url, "/d/%s?${__url_time_range}&${datasource:queryparam}", uid)
	for _, c := range choices {
		fmt.Fprintf(&url, `&var-%s=${__data.fields["%s"]:percentencode}`, c.variable, c.column)
	}
	for _, name := range everywhere {
		is := func(c choice) bool { return c.variable == name }
		if !slices.ContainsFunc(choices, is) {
			fmt.Fprintf(&url, "&${%s:queryparam}", name)
		}
	}
	return look{Id: "links", Value: []map[string]string{{"title": title, "url": url.String()}}}
}
