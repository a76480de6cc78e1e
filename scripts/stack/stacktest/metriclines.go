package stacktest

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

// textLabels are the fields that config/prometheus makes labels of, by measurement.
var textLabels = map[string][]string{
	"dns_anycast_change":         {"from", "to"},
	"dns_anycast_catchment_move": {"from", "to"},
}

// withoutMetrics are measurements that config/prometheus leaves out.
var withoutMetrics = []string{"dns_anycast_path", "dns_anycast_hop"}

// lineReader makes series of lines.
type lineReader struct {
	more   map[string]string
	needed func(metric string) bool
	series map[string]*Metric // by name and labels
	order  []*Metric
	known  map[string][]part // of lines without their times: many have no more than that of their own
}

// part is what a line adds to a series.
type part struct {
	of    *Metric
	value float64
}

// MetricsOf is what line protocol with milliseconds is in a store of metrics, as the files of config/prometheus have
// Telegraf write it, each series in the order of time. Each has the labels of more too. Of metrics that are not needed
// there is none; nil needs all.
func MetricsOf(t *testing.T, lines []string, more map[string]string, needed func(metric string) bool) (all []Metric) {
	t.Helper()
	r := lineReader{more, needed, map[string]*Metric{}, nil, map[string][]part{}}
	for _, line := range lines {
		if err := r.take(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	for _, m := range r.order {
		byTime := func(a, b Sample) int { return cmp.Compare(a.Time, b.Time) }
		if !slices.IsSortedFunc(m.Samples, byTime) {
			slices.SortStableFunc(m.Samples, byTime)
		}
		m.Samples = newestOfEach(m.Samples)
		all = append(all, *m)
	}
	return all
}

// take adds the values of a line to the series that they belong to.
func (r *lineReader) take(line string) error {
	i := strings.LastIndexByte(line, ' ')
	at, err := strconv.ParseInt(line[i+1:], 10, 64)
	if err != nil {
		return err
	}
	parts, known := r.known[line[:i]]
	if !known {
		if parts, err = r.parts(line[:i]); err != nil {
			return err
		}
		r.known[line[:i]] = parts
	}
	for _, p := range parts {
		p.of.Samples = append(p.of.Samples, Sample{at, p.value})
	}
	return nil
}

func (r *lineReader) parts(line string) ([]part, error) {
	d := lineprotocol.NewDecoderWithBytes([]byte(line))
	if !d.Next() {
		return nil, errors.New("no line protocol")
	}
	name, err := d.Measurement()
	measurement := string(name)
	if err != nil || slices.Contains(withoutMetrics, measurement) {
		return nil, err
	}
	labels := map[string]string{}
	maps.Copy(labels, r.more)
	for key, value, err := d.NextTag(); key != nil || err != nil; key, value, err = d.NextTag() {
		if err != nil {
			return nil, err
		}
		labels[string(key)] = string(value)
	}
	values := map[string]float64{}
	for key, value, err := d.NextField(); key != nil || err != nil; key, value, err = d.NextField() {
		if err != nil {
			return nil, err
		}
		switch field := string(key); value.Kind() {
		case lineprotocol.Int:
			values[field] = float64(value.IntV())
		case lineprotocol.Float:
			values[field] = value.FloatV()
		case lineprotocol.String:
			if slices.Contains(textLabels[measurement], field) {
				labels[field] = value.StringV()
			}
		}
	}
	return r.of(measurement, labels, values), nil
}

// of finds the series that values belong to, or makes them.
func (r *lineReader) of(measurement string, labels map[string]string, values map[string]float64) (parts []part) {
	var sorted []Label
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		sorted = append(sorted, Label{name, labels[name]})
		key.WriteString("\x00" + name + "\x00" + labels[name])
	}
	for field, value := range values {
		metric := measurement + "_" + field
		if r.needed != nil && !r.needed(metric) {
			continue
		}
		m := r.series[metric+key.String()]
		if m == nil {
			m = &Metric{Labels: append([]Label{{"__name__", metric}}, sorted...)}
			r.series[metric+key.String()], r.order = m, append(r.order, m)
		}
		parts = append(parts, part{m, value})
	}
	return parts
}

// newestOfEach leaves one value of each time: the one that was written last.
func newestOfEach(samples []Sample) (left []Sample) {
	for i, s := range samples {
		if i == len(samples)-1 || samples[i+1].Time != s.Time {
			left = append(left, s)
		}
	}
	return left
}
