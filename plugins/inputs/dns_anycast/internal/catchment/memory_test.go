package catchment_test

import (
	"runtime"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
)

// BenchmarkWindow judges a window of 24,000 results of 12,000 probes at one address. The world's two
// windows come by turns, so that probes move.
func BenchmarkWindow(b *testing.B) {
	w := newWorld(3)
	probes, memory := w.probes(), catchment.NewMemory(5, 200)
	var windows [2]*catchment.Window
	for i := range windows {
		w.happen(i)
		a := w.addresses[0]
		windows[i] = w.window(a, i, append(w.results(a, i), w.results(a, i)...))
		windows[i].Results = windows[i].Results[:24_000]
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		again := *windows[n%2]
		for i := range again.Results { // as of now, so that its votes are compared
			r := again.Results[i].Observation
			r.Sent = r.Sent.Add(2 * windowLength)
		}
		again.From = worldStart.Add(time.Duration(n) * windowLength)
		again.To = again.From.Add(windowLength)
		memory.Judge(probes, []*catchment.Window{&again})
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/window")
}

// TestMemoryOfPaths: what is remembered of 312,000 paths, as of the 13 root letters over both
// families, takes 100 bytes each at most.
func TestMemoryOfPaths(t *testing.T) {
	const addresses, limit = 26, 100
	w := newWorld(4)
	w.happen(0)
	w.happen(3) // hijacks are remembered beside paths
	probes := w.probes()
	a := *w.addresses[0]
	window := w.window(&a, 0, w.everybody(&a))
	used := func() int {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := used()
	memory := catchment.NewMemory(5, 200)
	for i := range addresses {
		cloud := *a.subject.Cloud
		again := *window
		again.Subject.Cloud, again.Measurement = &cloud, i+1
		if s := memory.Judge(probes, []*catchment.Window{&again}); len(s) != 1 || s[0].Probes != worldProbes {
			t.Fatal("the window has not been judged")
		}
	}
	each := float64(used()-before) / (addresses * worldProbes)
	t.Logf("%.0f bytes a path", each)
	if each > limit {
		t.Errorf("a path takes %.0f bytes, want %d at most", each, limit)
	}
	runtime.KeepAlive(memory)
	runtime.KeepAlive(window)
	runtime.KeepAlive(probes)
}

// everybody hears something.
func (w *world) everybody(a *address) (all []heard) {
	for _, s := range w.stations {
		all = append(all, w.ask(a, s, worldStart))
	}
	return all
}
