package stacktest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestKept: what tests take for the points of slo is what the continuous queries write there.
func TestKept(t *testing.T) {
	written := map[string]*point{}
	for _, q := range strings.Split(Read(t, Shipped("influxdb/slo.iql")), "CREATE CONTINUOUS QUERY")[1:] {
		into := regexp.MustCompile(`INTO "telegraf"\."(slo)"\."(\w+)"`).FindStringSubmatch(q)
		if into == nil {
			continue
		}
		name := into[1] + "." + into[2]
		if written[name] == nil {
			written[name] = &point{}
		}
		fields, _, _ := strings.Cut(q, "INTO ")
		for _, m := range regexp.MustCompile(`AS "(\w+)"`).FindAllStringSubmatch(fields, -1) {
			written[name].Fields = append(written[name].Fields, m[1])
		}
		tags := q[strings.LastIndex(q, "GROUP BY"):]
		for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(tags, -1) {
			written[name].Tags = append(written[name].Tags, m[1])
		}
	}
	sorted := func(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }
	for name, p := range kept() {
		w := written[name]
		if w == nil {
			if strings.HasPrefix(name, "slo.") {
				t.Errorf("nothing writes %s", name)
			}
			continue
		}
		if got, want := sorted(p.Fields), sorted(w.Fields); !slices.Equal(got, want) {
			t.Errorf("%s has fields %q, written are %q", name, got, want)
		}
		if got, want := sorted(p.Tags), sorted(w.Tags); !slices.Equal(got, want) {
			t.Errorf("%s has tags %q, written are %q", name, got, want)
		}
	}
}
