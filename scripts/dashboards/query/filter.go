package query

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Filter are those variables of a dashboard that choose among the values of the tag of their name, and
// the language in which the dashboard asks.
type Filter struct {
	Names    []string
	Language Language
}

// By is a filter by variables, in InfluxQL.
func By(names ...string) Filter { return Filter{Names: names} }

// In is the filter in a language.
func (f Filter) In(language Language) Filter { return Filter{f.Names, language} }

// InInfluxQL and InPromQL are words that hold for stores that are asked in that language alone.
func (f Filter) InInfluxQL(words string) string { return f.only(InfluxQL, words) }
func (f Filter) InPromQL(words string) string   { return f.only(PromQL, words) }

func (f Filter) only(language Language, words string) string {
	if f.Language != language {
		return ""
	}
	return words
}

// Has is whether a variable is one of the filter's.
func (f Filter) Has(name string) bool { return slices.Contains(f.Names, name) }

// tags are those of each measurement by which its points can be chosen.
var tags = map[string][]string{
	"dns_anycast":          target,
	"dns_anycast_change":   target,
	"dns_anycast_path":     target,
	"dns_anycast_hop":      target,
	"dns_anycast_soa":      append(slices.Clone(target), "zone"),
	"dns_anycast_cloud":    {"host", "cloud"},
	"dns_anycast_internal": {"host", "config"},
	"internal_write":       {"host"}, // Telegraf's own, as is the next
	"chrony":               {"host"},

	"dns_anycast_catchment":         catchment,
	"dns_anycast_catchment_site":    append(slices.Clone(catchment), "site"),
	"dns_anycast_catchment_country": append(slices.Clone(catchment), "country"),
	"dns_anycast_catchment_as":      append(slices.Clone(catchment), "asn"),
	"dns_anycast_catchment_move":    catchment,
	"dns_anycast_catchment_zone":    append(slices.Clone(catchment), "zone"),

	"dns_anycast_minute":  append(slices.Clone(target[1:]), "zone"),
	"dns_anycast_hour":    append(slices.Clone(target[1:]), "zone"),
	"dns_anycast_service": {"zone", "transport"},
	"dns_anycast_vantage": {"host"},
	"dns_anycast_serial":  append(slices.Clone(target), "zone"),

	// Recorded by the rules of a store of metrics.
	"dns_anycast:host_reports":  {"host", "cloud"},
	"dns_anycast:host_expected": {"host", "cloud"}, // of all clouds: without that label
	"dns_anycast:host_tests":    {"host"},
	"dns_anycast:minute":        append(slices.Clone(target[1:]), "zone"),
	"dns_anycast:service":       {"zone", "transport"},
	"dns_anycast:update_late":   append(slices.Clone(target), "zone"),
}

// windows are conditions for times before the end of the dashboard's time range: what did not
// report within one is not measured.
var windows = map[string]string{
	"now":    last("2m"),
	"lately": last("10m"),   // for shares that few queries say little of
	"hour":   last("1h"),    // for events
	"day":    last("1d"),    // for which clouds there are
	"newest": last("2d"),    // for windows of RIPE Atlas, which may be a day long
	"fresh":  last("3h"),    // for those that alert rules read
	"month":  last("30d"),   // for which vantage points belong to the fleet
	"listed": last("1825d"), // for who is expected to report
	// $timeFilter, which Grafana puts into the query of a variable once only.
	"range": `time >= ${__from}ms AND time <= ${__to}ms`,

	// The ends of the time range in milliseconds, and the minutes that count: in which as many vantage
	// points asked as the reader wants.
	"from":   `${__from}`,
	"to":     `${__to}`,
	"counts": `"asked" >= ${minimum}`,
}

// last is the condition for the last minutes, hours or days of a time range.
func last(duration string) string {
	return `time > ${__to}ms - ` + duration + ` AND time <= ${__to}ms`
}

// measurement is what a query reads first, of a retention policy or of the default one.
var measurement = regexp.MustCompile(`FROM (?:"\w+"\.)?"(\w+)"`)

// Fill is that of a query with windows and {chosen}: the conditions of all variables that are tags
// of the measurement that the query reads first. It panics where it knows no such measurement.
func (f Filter) Fill(query string) string {
	read := measurement.FindStringSubmatch(query)
	if read == nil || tags[read[1]] == nil {
		panic("reads no measurement that is known: " + query)
	}
	more := map[string]string{"chosen": f.conditions(tags[read[1]])}
	for name, condition := range windows {
		more[name] = condition
	}
	return Fill(query, more)
}

// TagValues asks for the values of a tag that points have in the time range, as exactly as
// InfluxDB's shards part it, of those points that the filter leaves. Of is a measurement, in quotes.
func (f Filter) TagValues(of, tag string) string {
	text := fmt.Sprintf(`SHOW TAG VALUES FROM %s WITH KEY = "%s" WHERE `, of, tag)
	if f.conditions(tags[measurement.FindStringSubmatch(text)[1]]) != "" {
		text += "{chosen} AND "
	}
	return f.Fill(text + "$timeFilter")
}

// LabelValues asks a store of metrics for the values of a label that a metric has in the time range,
// of what the filter leaves.
func (f Filter) LabelValues(metric, label string) string {
	return fmt.Sprintf("label_values(%s, %s)", f.FillPromQL(metric+"{{chosen}}", nil), label)
}

// QueryResult asks a store of metrics for a value that a variable takes.
func (f Filter) QueryResult(expression string) string {
	return "query_result(" + f.FillPromQL(expression, nil) + ")"
}

// conditions hold for what is chosen: with :regex whatever a name holds matches itself alone.
func (f Filter) conditions(tags []string) string {
	var all []string
	for _, name := range f.among(tags) {
		all = append(all, fmt.Sprintf(`"%s" =~ /^(${%s:regex})$/`, name, name))
	}
	return strings.Join(all, " AND ")
}

// among are those variables that are tags.
func (f Filter) among(tags []string) (some []string) {
	for _, name := range f.Names {
		if slices.Contains(tags, name) {
			some = append(some, name)
		}
	}
	return some
}
