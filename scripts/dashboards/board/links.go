package board

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// The dashboards: links and alert rules name them by these.
const (
	OverviewUID = "dns-anycast"
	CloudUID    = "dns-anycast-cloud"
	TargetUID   = "dns-anycast-target"
	ZonesUID    = "dns-anycast-zones"
	FleetUID    = "dns-anycast-fleet"
	LevelsUID   = "dns-anycast-levels"

	CatchmentsUID = "dns-anycast-catchments"
)

// menu, at a dashboard's head, opens all that have the tag; what is chosen goes along.
func menu(title, tag string) *dashboard.DashboardLinkBuilder {
	return dashboard.NewDashboardLinkBuilder(title).
		Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{tag}).
		AsDropdown(true).IncludeVars(true)
}

// Opens makes the cells of a column links to a dashboard in which their row is chosen, at the same
// time: these columns of it, which are called as the variables are. What the row does not choose
// stays as it is.
func Opens(title, uid string, columns ...string) field.Option {
	return OpensAt(sameTime, title, uid, columns...)
}

// sameTime is that of the dashboard that a link stands on.
const sameTime = "${__url_time_range}"

// Lately is the time that dashboards of now open with.
const Lately = "from=now-6h&to=now"

// Around is the hour before and the hour after a column of times, by its title.
func Around(column string) string {
	return fmt.Sprintf(`time=${__data.fields["%s"].numeric}&time.window=7200000`, column)
}

// OpensAt is Opens at another time.
func OpensAt(when, title, uid string, columns ...string) field.Option {
	return opens(when, title, uid, Everywhere, columns)
}

// opens carries variables, of which columns set some.
func opens(when, title, uid string, carried query.Filter, columns []string) field.Option {
	var url strings.Builder
	fmt.Fprintf(&url, "/d/%s?%s&${datasource:queryparam}", uid, when)
	var chosen []string
	for _, column := range columns {
		name := variableOf(column)
		fmt.Fprintf(&url, `&var-%s=${__data.fields["%s"]:percentencode}`, name, column)
		chosen = append(chosen, name)
	}
	for _, name := range carried.Names {
		if !slices.Contains(chosen, name) {
			fmt.Fprintf(&url, "&${%s:queryparam}", name)
		}
	}
	return field.Link(title, url.String())
}

// variableOf is the variable of a column that is called as its label. It panics where none is: that
// is a mistake in this program.
func variableOf(column string) string {
	i := slices.IndexFunc(choices, func(c choice) bool { return c.label == column })
	if i < 0 {
		panic("no variable is called " + column)
	}
	return choices[i].tag
}

// OpensTarget opens what a row is about, vantage point by vantage point.
func OpensTarget(columns ...string) field.Option {
	return Opens("Vantage point by vantage point", TargetUID, columns...)
}

// OpensCloud opens the cloud of a row.
func OpensCloud() field.Option { return Opens("The cloud", CloudUID, "Cloud") }
