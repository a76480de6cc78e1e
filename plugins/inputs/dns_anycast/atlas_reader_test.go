//go:build unix

package dns_anycast

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/ripeatlas"
)

// manyResults are an hour of ten probes in the Netherlands: of their own sites and of others, too fast
// for light and not, silent, and of a zone whose serial rises. No two of a probe are of one second.
func manyResults(r *rand.Rand) (lines [][]byte) {
	begin := time.Date(2026, 4, 5, 6, 0, 0, 0, time.UTC)
	addrs := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:53"), netip.MustParseAddrPort("[2001:db8::1]:53")}
	for probe := 1; probe <= 10; probe++ {
		for second := range 24 {
			one := atlastest.Result{
				Measurement: 7, Probe: probe, At: begin.Add(time.Duration(second*150+probe) * time.Second),
				Addr: addrs[r.IntN(2)], RTT: time.Duration(1+r.IntN(80)) * time.Millisecond,
			}
			name := []string{"ams1", "lhr1", "nrt1", "nrt2", "syd1", "box", "", ""}[r.IntN(8)]
			kind := r.IntN(8)
			switch {
			case probe == 7 && second > 5: // its serial stays old
				kind = 0
			case probe > 7 && second > 3: // could not even ask in the end
				kind = 1
			}
			switch kind {
			case 0:
				one.Error = `{"timeout":5000}`
			case 1:
				one.Error = `{"socket":"x"}`
			case 2, 3, 4:
				one.Measurement, one.Reply = 8, atlastest.Zone("example", uint32(1+second/(1+probe%3)), name, nil)
			default:
				one.Reply = atlastest.Named("hostname.bind", name, nil)
			}
			lines = append(lines, one.Line())
		}
	}
	return lines
}

// TestReadFileTold: what is kept of a file says the same as all of it.
func TestReadFileTold(t *testing.T) {
	var probes strings.Builder
	for id := 1; id <= 10; id++ {
		fmt.Fprintf(&probes, `{"id":%d,"asn_v4":64500,"country_code":"NL","geometry":{"type":"Point","coordinates":[4.9,52.37]}}`+"\n", id)
	}
	where, err := ripeatlas.ReadProbes(strings.NewReader(probes.String()))
	if err != nil {
		t.Fatal(err)
	}
	misplaced := 0
	for seed := range uint64(60) {
		lines := manyResults(rand.New(rand.NewPCG(seed, 0)))
		got := pointsOfFile(t, where, func(r *AtlasReader) ([]Catchment, error) {
			return r.ReadFile(bytes.NewReader(bytes.Join(lines, []byte("\n"))))
		})
		want := pointsOfFile(t, where, func(r *AtlasReader) ([]Catchment, error) { return readWhole(r, lines) })
		if !slices.Equal(got, want) {
			t.Fatalf("%d:\n got %s\nwant %s", seed, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		misplaced += strings.Count(strings.Join(got, " "), "misplaced=2")
	}
	if misplaced == 0 {
		t.Error("no two probes are ever too fast for two sites")
	}
}

func pointsOfFile(t *testing.T, probes *observation.Probes, read func(*AtlasReader) ([]Catchment, error)) (texts []string) {
	t.Helper()
	d := newAsking(t, []string{"192.0.2.1"}, func(d *DNSAnycast) {
		d.Atlas.Probes = "/nowhere"
		d.Clouds[0].Site, d.Clouds[0].Places, d.Clouds[0].Atlas = "^([a-z]{3})[0-9]", "iata", []int{7, 8}
	})
	r, err := d.NewAtlasReader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.probes = probes
	all, err := read(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for _, m := range c.Points {
			texts = append(texts, fullText(m))
		}
	}
	slices.Sort(texts)
	return texts
}

func fullText(m telegraf.Metric) string {
	return m.Name() + " " + textOf(m) + fmt.Sprint(m.Tags(), m.Time())
}

// readWhole judges a file with all of its results in memory.
func readWhole(r *AtlasReader, lines [][]byte) ([]Catchment, error) {
	w, err := ripeatlas.ReadFile(bytes.NewReader(bytes.Join(lines, []byte("\n"))), ripeatlas.QuestionOfFile(r.allNames()))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	key := func(one *ripeatlas.Result) string { return fmt.Sprint(one.Measurement, one.Probe, one.Addr) }
	for _, vote := range w.Results {
		names[key(&vote)] = vote.Name
	}
	parser := ripeatlas.NewParser(ripeatlas.QuestionOfFile(r.allNames()))
	w.Told, w.Earliest = nil, nil
	for _, line := range lines {
		one, err := parser.Parse(line)
		if err != nil {
			return nil, err
		}
		if one.Measurement == 8 {
			one.Zone = "example"
		}
		one.Name = names[key(&one)]
		w.Told = append(w.Told, one)
	}
	return r.judge([]*ripeatlas.Window{w}), nil
}
