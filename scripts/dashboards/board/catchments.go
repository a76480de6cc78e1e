package board

import (
	"fmt"
	"slices"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// OfCatchments are the variables of the dashboard of catchments. Which vantage point reads RIPE Atlas
// is none of them, and no server, which is called as the measurement calls its target: whoever has
// chosen one elsewhere would find nothing here.
var OfCatchments = query.By("cloud", "address", "family", "transport", "measurement_id")

// alike are those of them that mean the same elsewhere.
var alike = query.By("cloud", "family", "transport")

// ofCatchments are the choices of that dashboard: of what probes of RIPE Atlas are asked for. There
// may be no vantage point that asks the same.
func ofCatchments(all []choice) (some []choice) {
	for _, c := range all {
		c.measurement = "dns_anycast_catchment"
		c.among.Names = slices.DeleteFunc(slices.Clone(c.among.Names),
			func(name string) bool { return name == "host" })
		some = append(some, c)
	}
	return some
}

// usualWindow is that of measurements whose interval is no longer, in seconds.
const usualWindow = 300

// window stands in the place of round: the time between two windows in whole seconds, of the
// measurement with the longest ones, and the usual time at least.
func window() variable {
	text := query.By("cloud").Fill(strings.ReplaceAll(`SELECT max("window") FROM (
		SELECT percentile("window", 50) AS "window" FROM (
			SELECT elapsed("probes", 1s) AS "window" FROM "dns_anycast_catchment"
			WHERE {chosen} AND {range} GROUP BY "host", {address}, "measurement_id"
		) GROUP BY "host", {address}, "measurement_id"
	), (
		SELECT count("probes") * 0 + {usual} AS "window" FROM "dns_anycast_catchment"
		WHERE {chosen} AND {range}
	)`, "{usual}", fmt.Sprint(usualWindow)))
	return every(query.InfluxQL, "A window every", "The longest of the measurements: what was not fetched shows as a gap.",
		text)
}

// OpensCatchments opens what the probes of RIPE Atlas say of a cloud.
func OpensCatchments() field.Option {
	return opens(sameTime, "What probes of RIPE Atlas say", CatchmentsUID, alike,
		[]string{"Cloud"})
}

// Narrows stays on the dashboard of catchments, with what the row is about chosen.
func Narrows(columns ...string) field.Option {
	return opens(sameTime, "This alone", CatchmentsUID, OfCatchments, columns)
}

// OpensVantagePoints opens what vantage points say of that about which probes of RIPE Atlas do.
func OpensVantagePoints(columns ...string) field.Option {
	return opens(sameTime, "What vantage points say", CloudUID, alike, columns)
}
