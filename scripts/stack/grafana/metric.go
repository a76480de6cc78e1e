package grafana

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// MetricView is a store of metrics as dashboards read it over a time range.
type MetricView struct {
	Store  *stacktest.Metrics
	Window Window
	Only   []stacktest.Label // conditions that each selector has besides
}

// Ask runs a panel's query as Grafana does, and makes frames of the answer.
func (v *MetricView) Ask(t *testing.T, d *Dashboard, q Target, chosen Selection) (all []Frame) {
	t.Helper()
	text := v.Expression(t, d, q.Expr, chosen)
	rows, err := v.rows(text, q.Instant)
	if strings.Contains(q.Expr, "offset -${__interval}") { // of the interval that begins
		rows, err = v.Store.Range(text, v.Window.From.Truncate(v.Window.Interval), v.Window.To, v.Window.Interval)
	}
	if err != nil {
		t.Fatal(err)
	}
	if q.Format == "table" {
		return []Frame{q.metricTable(rows)}
	}
	for _, r := range rows {
		all = append(all, q.metricFrame(r))
	}
	return all
}

// metricTable is an answer in the table format of Grafana's Prometheus data source, as one of several: a column of each
// label, and one of values, which is named after the query.
func (q Target) metricTable(rows []stacktest.Row) Frame {
	names := map[string]bool{}
	for _, r := range rows {
		for name := range r.Labels {
			names[name] = true
		}
	}
	times, values := field{Name: "Time", Type: "time"}, field{Name: "Value #" + q.RefID, Type: "number"}
	for _, r := range rows {
		times.Values, values.Values = append(times.Values, r.Value.Time), append(values.Values, r.Value.Value)
	}
	f := Frame{RefID: q.RefID, Fields: []field{times}}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		labels := field{Name: name, Type: "string"}
		for _, r := range rows {
			labels.Values = append(labels.Values, r.Labels[name])
		}
		f.Fields = append(f.Fields, labels)
	}
	f.Fields = append(f.Fields, values)
	return f
}

func (v *MetricView) rows(text string, instant bool) ([]stacktest.Row, error) {
	if instant {
		return v.Store.At(text, v.Window.To)
	}
	step := v.Window.Interval
	first := v.Window.From.Truncate(step)
	rows, err := v.Store.Range(text, first.Add(-edge), v.Window.To.Add(-edge), step)
	for _, r := range rows {
		for i := range r.Values {
			r.Values[i].Time += edge.Milliseconds()
		}
	}
	return rows, err
}

// edge is by how much each interval is asked for too early: a point at its very beginning is of it in InfluxQL, and of the
// one before in PromQL. Points of no test are that near to one another.
const edge = time.Millisecond

// Expression puts variables and the time range into PromQL.
func (v *MetricView) Expression(t *testing.T, d *Dashboard, text string, chosen Selection) string {
	t.Helper()
	text, err := d.Expand(text, chosen)
	if err != nil {
		t.Fatal(err)
	}
	seconds := int(v.Window.To.Sub(v.Window.From).Seconds() + 1)
	text = strings.NewReplacer(
		"$__range_s", fmt.Sprint(seconds),
		"$__range", fmt.Sprintf("%ds", seconds),
		"${__interval}", fmt.Sprintf("%dh", v.Window.Interval/time.Hour),
		"offset -$__interval", fmt.Sprintf("offset -%dms", v.Window.Interval.Milliseconds()),
		"$__interval", fmt.Sprintf("%dms", v.within(v.Window.Interval).Milliseconds()),
		"${__from}", fmt.Sprint(v.Window.From.UnixMilli()),
		"${__to}", fmt.Sprint(v.Window.To.UnixMilli()),
	).Replace(text)
	if left := unexpanded(text); left != "" {
		t.Fatalf("%s is left in %s", left, text)
	}
	return only(text, v.Only)
}

// within is how far a range looks back for what began an interval before: in Prometheus 2 both of its ends are within.
func (v *MetricView) within(interval time.Duration) time.Duration {
	if v.Store.ClosedRanges {
		return interval - time.Millisecond
	}
	return interval
}

// only adds conditions to each selector.
func only(text string, more []stacktest.Label) string {
	for _, l := range more {
		text = selector.ReplaceAllString(text, fmt.Sprintf(`${1}{%s=%q, `, l.Name, l.Value))
	}
	return text
}

var selector = regexp.MustCompile(`(\bdns_anycast[\w:]*)\{`)

// metricFrame is a series as Grafana's Prometheus data source hands it to a panel.
func (q Target) metricFrame(r stacktest.Row) Frame {
	samples := r.Values
	if r.Value != nil {
		samples = append(slices.Clone(samples), *r.Value)
	}
	times, values := field{Name: "Time", Type: "time"}, field{Name: "Value", Type: "number", Labels: r.Labels}
	if q.LegendFormat != "" {
		values.Config = map[string]string{"displayNameFromDS": legend.ReplaceAllStringFunc(q.LegendFormat, func(s string) string {
			return r.Labels[strings.Trim(s, "{}")]
		})}
	}
	for _, s := range samples {
		times.Values, values.Values = append(times.Values, s.Time), append(values.Values, s.Value)
	}
	return Frame{RefID: q.RefID, Fields: []field{times, values}}
}

var legend = regexp.MustCompile(`\{\{\w+\}\}`)

// Offers are the values that a variable offers.
func (v *MetricView) Offers(t *testing.T, d *Dashboard, name string, chosen Selection) []string {
	t.Helper()
	parts := labelValues.FindStringSubmatch(d.Variable(name).Query)
	if parts == nil {
		t.Fatalf("%s asks %s", name, d.Variable(name).Query)
	}
	all, err := v.Store.LabelValues(v.Expression(t, d, parts[1], chosen), parts[2], v.Window.From, v.Window.To)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var labelValues = regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)

// Lines are the values of frames over time, those that there are, by the name of each line and the beginning of their
// intervals. What is of one moment has no times.
func (w Window) Lines(frames []Frame, moment bool) map[string]map[int64]float64 {
	lines := map[string]map[int64]float64{}
	for _, f := range frames {
		values := map[int64]float64{}
		for i, value := range f.Fields[1].Values {
			if n, is := value.(float64); is {
				values[w.began(f.Fields[0].Values[i], moment)] = n
			}
		}
		if len(values) > 0 {
			lines[f.Fields[1].Config["displayNameFromDS"]] = values
		}
	}
	return lines
}

// began is when an interval began, of which a store says the beginning, or the end.
func (w Window) began(time any, moment bool) int64 {
	ms, is := time.(int64)
	if !is {
		ms = int64(time.(float64))
	}
	if moment {
		return 0
	}
	return ms - ms%w.Interval.Milliseconds()
}

// Marks makes of the answer to an annotation what Grafana's Prometheus data source does: each value is a time, which is a
// mark of its series; times that are no more than a step apart are one.
func (v *MetricView) Marks(t *testing.T, d *Dashboard, a annotation) (all []event) {
	t.Helper()
	if !a.UseValueForTime || !a.Target.Range {
		t.Fatalf("%+v", a)
	}
	const step = time.Minute
	minutely := *v
	minutely.Window.Interval = step
	minutely.Window.To = v.Window.To.Add(step) // the first minute that is over since
	rows, err := minutely.rows(minutely.Expression(t, d, a.Target.Expr, nil), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		var last float64
		for _, s := range r.Values {
			if s.Value > last+float64(step.Milliseconds()) {
				all = append(all, a.metricEvent(r, s.Value))
			}
			last = s.Value
		}
	}
	return all
}

func (a annotation) metricEvent(r stacktest.Row, at float64) event {
	text := func(format string) string {
		return legend.ReplaceAllStringFunc(format, func(s string) string { return r.Labels[strings.Trim(s, "{}")] })
	}
	e := event{Time: at, Title: text(a.TitleFormat), Text: text(a.TextFormat)}
	for _, tag := range strings.Split(a.TagKeys, ",") {
		e.Tags = append(e.Tags, r.Labels[tag])
	}
	return e
}
