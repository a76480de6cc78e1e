package observation

import (
	"math"
	"strings"
)

// Probe is a vantage point of RIPE Atlas.
type Probe struct {
	ID        int       // positive
	ASN       [2]uint32 // of its network, by Family; zero: unknown
	Country   string    // two capital letters (ISO 3166-1); empty: unknown
	Latitude  float64   // degrees, north is positive; to be read where Placed
	Longitude float64   // degrees, east is positive; likewise
	Placed    bool      // it is known where it stands
	Guessed   bool      // but from its address alone, not from its owner
}

// Probes are known by their ID. Some 60,000 are registered, so that each takes few bytes. A nil
// *Probes knows none.
type Probes struct {
	rows      []probeRow
	at        map[int32]int32 // indices of rows, by ID
	countries []string        // one copy of each
}

// probeRow is a Probe, in 24 bytes.
type probeRow struct {
	asn                 [2]uint32
	latitude, longitude int32 // millionths of a degree: 0.1 m, while RIPE Atlas blurs by 80 m at least
	country             int16 // an index of countries; -1: unknown
	placed, guessed     bool
}

const microdegrees = 1e6

// Add makes p known, in the place of what was known by its ID. A country that is not two letters is
// unknown, a place off the globe is none, and an ID that is none is left out.
func (p *Probes) Add(probe Probe) {
	if probe.ID <= 0 || probe.ID > math.MaxInt32 {
		return
	}
	row := probeRow{asn: probe.ASN, country: p.country(probe.Country)}
	if probe.Placed && math.Abs(probe.Latitude) <= 90 && math.Abs(probe.Longitude) <= 180 {
		row.placed, row.guessed = true, probe.Guessed
		row.latitude = int32(math.Round(probe.Latitude * microdegrees))
		row.longitude = int32(math.Round(probe.Longitude * microdegrees))
	}
	if i, known := p.at[int32(probe.ID)]; known {
		p.rows[i] = row
		return
	}
	if p.at == nil {
		p.at = map[int32]int32{}
	}
	p.at[int32(probe.ID)] = int32(len(p.rows))
	p.rows = append(p.rows, row)
}

// country returns the index of the country called name; -1: that is none.
func (p *Probes) country(name string) int16 {
	if len(name) != 2 || strings.ContainsFunc(name, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return -1
	}
	for i, known := range p.countries {
		if known == name {
			return int16(i)
		}
	}
	p.countries = append(p.countries, strings.Clone(name))
	return int16(len(p.countries) - 1)
}

// Find returns the probe with the ID; false: it is not known. It allocates nothing.
func (p *Probes) Find(id int) (Probe, bool) {
	if p == nil || id <= 0 || id > math.MaxInt32 {
		return Probe{}, false
	}
	i, known := p.at[int32(id)]
	if !known {
		return Probe{}, false
	}
	row := p.rows[i]
	probe := Probe{ID: id, ASN: row.asn, Placed: row.placed, Guessed: row.guessed}
	if row.country >= 0 {
		probe.Country = p.countries[row.country]
	}
	if row.placed {
		probe.Latitude = float64(row.latitude) / microdegrees
		probe.Longitude = float64(row.longitude) / microdegrees
	}
	return probe, true
}

// Len is how many probes are known.
func (p *Probes) Len() int {
	if p == nil {
		return 0
	}
	return len(p.rows)
}
