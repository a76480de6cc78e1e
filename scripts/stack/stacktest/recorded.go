package stacktest

import (
	"testing"
	"time"
)

// recording is a rule of config/prometheus/rules.yaml that records.
type recording struct{ Record, Expr string }

// recordEvery is how often those rules are evaluated that are recorded here, those of the first group.
const recordEvery = time.Minute

// Record stores what the rules would have recorded that the names name: each minute from one moment to another, each rule
// after those before it, which it reads.
func (m *Metrics) Record(t *testing.T, from, to time.Time, names ...string) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []recording }
	}
	Decode(t, "prometheus/rules.yaml", &file, false)
	left := map[string]bool{}
	for _, name := range names {
		left[name] = true
	}
	for _, r := range file.Groups[0].Rules {
		if !left[r.Record] {
			continue
		}
		delete(left, r.Record)
		if err := m.record(r, from, to); err != nil {
			t.Fatal(err)
		}
	}
	if len(left) > 0 {
		t.Fatalf("nothing records %v", left)
	}
}

func (m *Metrics) record(r recording, from, to time.Time) error {
	const most = 10000 * recordEvery // rows of an answer, a little fewer than stores give
	var all []Metric
	for ; !from.After(to); from = from.Add(most) {
		end := from.Add(most - recordEvery)
		if end.After(to) {
			end = to
		}
		rows, err := m.Range(r.Expr, from, end, recordEvery)
		if err != nil {
			return err
		}
		for _, row := range rows {
			row.Labels["__name__"] = r.Record
			all = append(all, Metric{Labels: row.Sorted(), Samples: row.Values})
		}
	}
	return m.Write(all)
}
