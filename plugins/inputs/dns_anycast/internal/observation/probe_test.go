package observation

import (
	"math"
	"runtime"
	"strings"
	"testing"
)

func TestProbesFind(t *testing.T) {
	var probes Probes
	tooLong := math.MaxInt // 31 bits is what an ID has, which an int has as well on some machines
	if tooLong == math.MaxInt32 {
		tooLong = -2
	}
	for _, p := range []Probe{
		{ID: 6001, ASN: [2]uint32{64500, 64501}, Country: "NL", Latitude: 52.3715, Longitude: 4.8805, Placed: true},
		{ID: 7, ASN: [2]uint32{4200000000, 0}, Country: "nl", Latitude: 1, Longitude: 2},
		{ID: 8, Country: "NL", Latitude: -33.9215, Longitude: -179.9995, Placed: true, Guessed: true},
		{ID: 9, Country: "FRA", Latitude: 91, Longitude: 0, Placed: true},
		{ID: 10, Country: "FR", Latitude: math.NaN(), Longitude: 0, Placed: true},
		{ID: 8, Country: "DE", Latitude: 0, Longitude: 0, Placed: true}, // now known better
		{ID: 0, Country: "DE"},
		{ID: -1, Country: "DE"},
		{ID: tooLong, Country: "DE"},
	} {
		probes.Add(p)
	}
	for _, want := range []Probe{
		{ID: 6001, ASN: [2]uint32{64500, 64501}, Country: "NL", Latitude: 52.3715, Longitude: 4.8805, Placed: true},
		{ID: 7, ASN: [2]uint32{4200000000, 0}},
		{ID: 8, Country: "DE", Placed: true},
		{ID: 9},
		{ID: 10, Country: "FR"},
	} {
		if got, known := probes.Find(want.ID); !known || got != want {
			t.Errorf("probe %d: %+v, %v, want %+v", want.ID, got, known, want)
		}
	}
	for _, id := range []int{0, -1, 1, 1 << 40, 1<<32 + 7} {
		if got, known := probes.Find(id); known {
			t.Errorf("probe %d is known: %+v", id, got)
		}
	}
	if probes.Len() != 5 {
		t.Errorf("%d probes, want 5", probes.Len())
	}
	var none *Probes
	if _, known := none.Find(7); known || none.Len() != 0 {
		t.Error("no probes know one")
	}
}

// TestProbesAreCompact: all that are registered, in any order.
func TestProbesAreCompact(t *testing.T) {
	const registered, limit = 60_000, 5 << 20
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var probes Probes
	for i := range registered {
		id := i*7919%registered + 1
		country := string([]byte{'A' + byte(i%26), 'A' + byte(i/26%10)})
		probes.Add(Probe{ID: id, ASN: [2]uint32{uint32(i), 1}, Country: strings.Clone(country), Latitude: 1, Placed: true})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int(after.HeapAlloc) - int(before.HeapAlloc); used > limit || probes.Len() != registered {
		t.Errorf("%d probes take %d bytes, want %d at most", probes.Len(), used, limit)
	} else {
		t.Logf("%d probes take %d bytes", probes.Len(), used)
	}
	if n := testing.AllocsPerRun(100, func() { probes.Find(4711) }); n != 0 {
		t.Errorf("a look-up allocates %v times", n)
	}
}
