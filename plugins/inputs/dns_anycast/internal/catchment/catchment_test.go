package catchment_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// window is what is told of results.
func (w *world) window(a *address, window int, results []heard) *catchment.Window {
	from := worldStart.Add(time.Duration(window) * windowLength)
	made := &catchment.Window{
		Subject: a.subject, From: from, To: from.Add(windowLength),
		Counts: catchment.Counts{Late: 1, Duplicates: 2, Unsynced: 3, Undecodable: 4},
	}
	for i := range results {
		made.Results = append(made.Results, results[i].result(a))
	}
	w.random.Shuffle(len(made.Results), func(i, j int) {
		made.Results[i], made.Results[j] = made.Results[j], made.Results[i]
	})
	return made
}

// points are all that is written of a summary, by what tells them apart.
func points(t *testing.T, a *address, s *catchment.Summary) map[string]fields {
	t.Helper()
	var p point.Point
	all := map[string]fields{}
	cloud := point.CloudTags(a.key[:1], map[string]string{"operator": "o", "source": "x"})
	add := func(p *point.Point) {
		m := p.Metric()
		key := m.Name()[len(point.MeasurementCatchment):]
		for _, tag := range []string{"site", "country", "asn", "zone"} {
			if v, has := m.GetTag(tag); has {
				key += " " + v
				m.RemoveTag(tag)
			}
		}
		if key == "_move" {
			key = fmt.Sprintf("_move %d", m.Time().Sub(s.From).Milliseconds())
		} else if !m.Time().Equal(s.From) {
			t.Errorf("%s: at %s, want %s", key, m.Time(), s.From)
		}
		family := map[bool]string{false: "ipv4", true: "ipv6"}[a.v6]
		if got, want := fmt.Sprint(m.Tags()), fmt.Sprintf("map[address:%s cloud:%s family:%s measurement_id:%d operator:o server:%s source:ripe-atlas transport:udp]",
			a.subject.Addr, a.key[:1], family, a.subject.Measurement, a.subject.Server); got != want {
			t.Errorf("%s: got tags %s, want %s", key, got, want)
		}
		if all[key] != nil {
			t.Errorf("%s: two points", key)
		}
		all[key] = fields{}
		for _, f := range m.FieldList() {
			all[key][f.Key] = f.Value
		}
	}
	p.Catchments(cloud, s, point.Parts{Sites: true, Countries: true, ASes: true}, add)
	return all
}

// compare reports where points differ from what the world knows.
func compare(t *testing.T, name string, got, want map[string]fields) {
	t.Helper()
	for key, f := range want {
		for field, value := range f {
			if !same(got[key][field], value) {
				t.Errorf("%s: dns_anycast_catchment%s: %s is %v, want %v", name, key, field, got[key][field], value)
			}
		}
	}
	for key, f := range got {
		for field, value := range f {
			if _, there := want[key][field]; !there {
				t.Errorf("%s: dns_anycast_catchment%s: %s is %v, want none", name, key, field, value)
			}
		}
	}
}

// same allows for a nanosecond in times, and for what roundings make of a sum.
func same(got, want any) bool {
	a, float := got.(float64)
	b, too := want.(float64)
	if float && too {
		return math.Abs(a-b) <= 2e-6+1e-9*math.Abs(b)
	}
	return got == want
}

// TestWorld: in a world whose catchments, moves, hijacks, outage and misplaced probes are known,
// each figure of each point is what the world knows.
func TestWorld(t *testing.T) {
	w := newWorld(1)
	known, memory := newTruth(w), catchment.NewMemory(5, 200)
	probes := w.probes()
	told := map[string]int64{}
	for window := range worldWindows {
		w.happen(window)
		for _, a := range w.addresses {
			results := w.results(a, window)
			known.listen(a, results)
			known.clock(a, results)
			all := memory.Judge(probes, []*catchment.Window{w.window(a, window, results)})
			if len(all) != 1 {
				t.Fatalf("%d summaries, want 1", len(all))
			}
			got := points(t, a, all[0])
			compare(t, fmt.Sprint("window ", window, " at ", a.key), got, known.points(a, results))
			for _, field := range []string{"foreign", "moved", "misplaced", "timeout"} {
				n, _ := got[""][field].(int64)
				told[fmt.Sprint(a.key, window, field)] = n
			}
			told[fmt.Sprint(a.key, window, "moves")] = int64(len(all[0].Moves))
		}
	}
	for what, least := range map[string]int64{ // the world's own tale
		"a40misplaced": 300, "b45misplaced": 380, "a41moved": 200, "a42moved": 300, "a42timeout": 150, "a43foreign": 300, "a63foreign": 150, "b43foreign": 100,
		"a64moves": 50, "az3foreign": 250, "c42moved": 100,
	} {
		if told[what] < least {
			t.Errorf("%s: %d, the world has %d at least", what, told[what], least)
		}
	}
}

// TestWorldAtOnce: of a file all windows are judged together, and what probes are suspected of holds
// in all, in whatever order.
func TestWorldAtOnce(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 4, 0, 3, 1}} {
		w := newWorld(2)
		w.happen(3)
		known, memory := newTruth(w), catchment.NewMemory(5, 200)
		var windows []*catchment.Window
		var results [][]heard
		for _, i := range order {
			results = append(results, w.results(w.addresses[i], 3))
			windows = append(windows, w.window(w.addresses[i], 3, results[len(results)-1]))
		}
		for n, i := range order {
			known.listen(w.addresses[i], results[n])
		}
		for n, i := range order {
			known.clock(w.addresses[i], results[n])
		}
		for n, s := range memory.Judge(w.probes(), windows) {
			a := w.addresses[order[n]]
			compare(t, fmt.Sprint("at ", a.key), points(t, a, s), known.points(a, results[n]))
		}
	}
}
