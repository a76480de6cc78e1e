package query

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// Target are the labels of a target and the vantage point that asks it, Address those of an address,
// and Judged those of what a month is judged by: a transport of an address, for each zone that it was
// asked for; without a zone by its identity.
var (
	Target  = target
	Address = target[1:5]
	Judged  = []string{"cloud", "zone", "server", "address", "family", "transport"}
)

// Measured is what PromQL says of each set of labels, under the name that InfluxQL has for it: of a
// column, or of a series whose alias is $col.
type Measured struct{ name, expression string }

// Value is an expression in PromQL under a name.
func Value(name, expression string) Measured { return Measured{name, expression} }

// Values is an expression in PromQL of several values at once, whose names the label column says.
func Values(expression string) Measured { return Measured{"", expression} }

// Moment is the name of a column of times in milliseconds. What one moment is asked for has no times
// of its own in PromQL: this stands for the column Time.
const Moment = "moment"

// ValueLabel is the label that tells the values of one query apart: their names.
const ValueLabel = "column"

// PromQL says the query in PromQL, where that is what it is asked in: the values of each set of
// these labels. Of one moment, the end of the time range, unless it asks for intervals.
func (q Query) PromQL(by []string, values ...Measured) Query {
	if q.Language() != PromQL {
		return q
	}
	var all []string
	for _, v := range values {
		text := q.filter.FillPromQL(v.expression, by)
		if q.table {
			text = dashed(text, by)
		}
		if v.name != "" && (q.table || strings.Contains(q.alias, "$col")) {
			text = fmt.Sprintf(`label_replace(%s, "%s", "%s", "", "")`, text, ValueLabel, v.name)
		}
		all = append(all, text)
	}
	q.Text, q.said, q.Hidden = strings.Join(all, " or "), true, nil
	return q
}

// Place says where on earth each set of labels is, in degrees, in PromQL.
type Place struct{ Latitude, Longitude string }

// PromQLAt is PromQL with one value, for a map: each row has its place too. A map has a layer for each
// query, which Grafana finds by what it calls the query's answer: rows cannot be made of series then.
func (q Query) PromQLAt(by []string, at Place, value Measured) Query {
	if q.Language() != PromQL {
		return q
	}
	text := strings.NewReplacer("{value}", value.expression, "{north}", at.Latitude, "{east}", at.Longitude).
		Replace(`({value}) * on ({by}) group_left (latitude, longitude) (
			count_values by ({by}) ("latitude", {north})
			* on ({by}) group_left (longitude) count_values by ({by}) ("longitude", {east}))`)
	q.Text, q.said, q.value, q.Hidden = q.filter.FillPromQL(text, by), true, value.name, []string{"Time"}
	return q
}

// ValueColumns are the column of a map's values, by the names that Grafana has for it: that of the only
// query, or of one of several.
func (q Query) ValueColumns() (name string, columns []string) {
	return q.value, []string{"Value", "Value #" + q.RefID}
}

// MayBeMissing are the labels that a point may lack: of a name without an address, of a server without
// a cloud, of an answer that names nobody.
var MayBeMissing = []string{"cloud", "zone", "address", "family", "instance", "site"}

// Shown is the label that has a dash for a label that may be missing, and else says the same. Grafana
// joins rows by the labels that all of them have.
func Shown(label string) string { return "shown_" + label }

// dashed adds the labels that are shown. A label is not replaced by itself: where it is missing
// VictoriaMetrics takes what another one had for its value.
func dashed(text string, by []string) string {
	for _, label := range MayBeMissing {
		if slices.Contains(by, label) {
			text = fmt.Sprintf(`label_replace(label_replace(%[1]s, "%[2]s", "$1", "%[3]s", "(.+)"),`+
				` "%[2]s", "-", "%[3]s", "")`, text, Shown(label), label)
		}
	}
	return text
}

// windowsOfMetrics are the times before the end of the dashboard's time range, as windows has them.
var windowsOfMetrics = map[string]string{
	"now": "[2m]", "lately": "[10m]", "hour": "[1h]", "day": "[1d]", "month": "[30d]",
	"range": "[$__range]",
	// That which begins then, as in InfluxQL. A range ends at its time.
	"interval": "[$__interval] offset -$__interval",

	// Of what is recorded of minutes, with the age that it then has, the minutes of the time range, and
	// of the interval that begins then.
	"tests":    "[$__range] offset -" + TestsAge.String(),
	"minutes":  "[$__range] offset -" + DownAge.String(),
	"updates":  "[$__range] offset -" + UpdateAge.String(),
	"next":     "[$__interval] " + untilNext,
	"untilNow": "[31d] " + untilNext, // of a month
}

var untilNext = "offset -${__interval}" + DownAge.String()

// FillPromQL makes one line of PromQL for these labels. {chosen} in the braces of a metric are the
// conditions of all variables that are labels of it; what probes of RIPE Atlas have asked that are
// watched is left out of those of queries.
func (f Filter) FillPromQL(expression string, by []string) string {
	expression = chosenOf.ReplaceAllStringFunc(expression, func(selector string) string {
		name := chosenOf.FindStringSubmatch(selector)[1]
		return name + "{" + f.matchers(measurementOf(name))
	})
	more := map[string]string{"by": strings.Join(by, ", ")}
	for name, window := range windowsOfMetrics {
		more[name] = window
	}
	return strings.ReplaceAll(FillPromQL(expression, more), "{, ", "{")
}

var chosenOf = regexp.MustCompile(`(\w[\w:]*)\{\{chosen\}`)

// measurementOf is what a metric is a field of, or the name itself of what is recorded. It panics
// where it knows no such measurement.
func measurementOf(metric string) (of string) {
	for measurement := range tags {
		is := metric == measurement || strings.HasPrefix(metric, measurement+"_")
		if is && len(measurement) > len(of) {
			of = measurement
		}
	}
	if of == "" {
		panic("is of no measurement that is known: " + metric)
	}
	return of
}

// matchers are those of what is chosen: with :regex, and between quotes without escapes, whatever a
// name holds but such a quote matches itself alone.
func (f Filter) matchers(measurement string) string {
	var all []string
	if measurement == "dns_anycast" {
		all = append(all, metricParts["vantage"])
	}
	for _, name := range f.among(tags[measurement]) {
		all = append(all, fmt.Sprintf("%s=~`${%s:regex}`", name, name))
	}
	return strings.Join(all, ", ")
}

// ElseUnknown is a value, and Unknown for those sets of labels that are there and have none.
func ElseUnknown(value, there string) string {
	return fmt.Sprintf("%s or 0 * %s - %d", value, there, -Unknown)
}

// LossMetric is the share of the queries of a time that nobody answered, as 1 - mean("answered"). Each
// result is a series of its own: they are added up before anything is divided.
func LossMetric(window string) string {
	return strings.ReplaceAll(`1 - sum by ({by}) (sum_over_time(dns_anycast_answered{{chosen}}{window}))
		/ sum by ({by}) (count_over_time(dns_anycast_answered{{chosen}}{window}))`, "{window}", window)
}

// There are the sets of labels of which a metric has a point within a time.
func There(metric, window string) string {
	return "group by ({by}) (count_over_time(" + metric + window + "))"
}

// Counted are the points of a metric within a time.
func Counted(metric, window string) string {
	return "sum by ({by}) (count_over_time(" + metric + window + "))"
}

// NewestMetric is when the newest point of a metric within the time range came, in milliseconds. A
// point is seen for five minutes: the newest at the end, others at one of the steps.
func NewestMetric(metric string) string {
	return strings.ReplaceAll(`1000 * (max by ({by}) (timestamp({metric}))
		or max_over_time(max by ({by}) (timestamp({metric}))[$__range:5m])) >= ${__from}`,
		"{metric}", metric)
}

// FirstMetric is when the oldest point of a metric within the time range came, in milliseconds, or up to
// five minutes later: of several points between two steps the newest is seen.
func FirstMetric(metric string) string {
	return strings.ReplaceAll(`1000 * (min_over_time(
		(min by ({by}) (timestamp({metric}) >= ${__from} / 1000))[$__range:5m]
	) or min by ({by}) (timestamp({metric}) >= ${__from} / 1000))`, "{metric}", metric)
}

// MedianMetric is the median of the medians of series, and WorstMetric the highest of their 95th
// percentiles: PromQL knows no percentile of several together, and none may look better than it is.
func MedianMetric(metric, window string) string {
	return "quantile by ({by}) (0.5, quantile_over_time(0.5, " + metric + window + "))"
}

func WorstMetric(metric, window string) string {
	return "max by ({by}) (quantile_over_time(0.95, " + metric + window + "))"
}

var tagInAlias = regexp.MustCompile(`\$tag_(\w+)`)

// metric is the query as Grafana's Prometheus data source takes it. Its table format would call a
// column otherwise where another query has no answer: rows are made of series instead. It panics where
// nobody has said the query in PromQL: that is a mistake in this program.
func (q Query) metric() (variants.Dataquery, error) {
	if !q.said {
		panic("not in PromQL: " + q.Text)
	}
	format := prometheus.PromQueryFormatTimeSeries
	if q.value != "" {
		format = prometheus.PromQueryFormatTable
	}
	legend := tagInAlias.ReplaceAllString(q.alias, "{{$1}}")
	b := prometheus.NewDataqueryBuilder().RefId(q.RefID).Datasource(PromQL.Source()).
		EditorMode(prometheus.QueryEditorModeCode).Format(format).
		Expr(q.Text).
		LegendFormat(strings.ReplaceAll(legend, "$col", "{{"+ValueLabel+"}}"))
	if q.IsOverTime() {
		b = b.Range().Interval(q.interval)
	} else {
		b = b.Instant()
	}
	return b.Build()
}
