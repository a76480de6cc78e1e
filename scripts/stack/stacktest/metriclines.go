package stacktest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

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
	series map[string]*Metric // by measurement, field, tags and labels made of texts
	order  []string
}

// MetricsOf is what line protocol with milliseconds is in a store of metrics, as the files of config/prometheus have
// Telegraf write it, each series in the order of time. Each has the labels of more too. Of metrics that are not needed
// there is none; nil needs all.
func MetricsOf(t *testing.T, lines []string, more map[string]string, needed func(metric string) bool) (all []Metric) {
	t.Helper()
	r := lineReader{more: more, needed: needed, series: map[string]*Metric{}}
	for _, line := range lines {
		if err := r.take(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	for _, key := range r.order {
		m := r.series[key]
		slices.SortStableFunc(m.Samples, func(a, b Sample) int { return cmp.Compare(a.Time, b.Time) })
		m.Samples = slices.CompactFunc(m.Samples, func(a, b Sample) bool { return a.Time == b.Time })
		all = append(all, *m)
	}
	return all
}

// take adds the values of a line to the series that they belong to.
func (r *lineReader) take(line string) error {
	d := lineprotocol.NewDecoderWithBytes([]byte(line))
	if !d.Next() {
		return fmt.Errorf("no line protocol")
	}
	name, err := d.Measurement()
	measurement := string(name)
	if err != nil || slices.Contains(withoutMetrics, measurement) {
		return err
	}
	labels := maps.Clone(r.more)
	if labels == nil {
		labels = map[string]string{}
	}
	for key, value, err := d.NextTag(); key != nil || err != nil; key, value, err = d.NextTag() {
		if err != nil {
			return err
		}
		labels[string(key)] = string(value)
	}
	values := map[string]float64{}
	for key, value, err := d.NextField(); key != nil || err != nil; key, value, err = d.NextField() {
		if err != nil {
			return err
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
	at, err := d.Time(lineprotocol.Millisecond, time.Time{})
	if err != nil {
		return err
	}
	r.add(measurement, labels, values, at.UnixMilli())
	return nil
}

func (r *lineReader) add(measurement string, labels map[string]string, values map[string]float64, at int64) {
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
			r.series[metric+key.String()], r.order = m, append(r.order, metric+key.String())
		}
		m.Samples = append(m.Samples, Sample{at, value})
	}
}
