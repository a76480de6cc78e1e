package catchment

import "time"

// Group is what the votes of some probes say.
type Group struct {
	Probes    int // that have a vote
	Answered  int
	Named     int // the cloud's own
	Foreign   int
	Times     Times
	Reached   int    // sites
	TopSite   string // with most probes; empty: none is named
	Top       int    // probes of that
	Distances Distances
}

// Country is the probes of a country.
type Country struct {
	Code string // ISO 3166-1, two capital letters
	Group
}

// AS is the probes of an autonomous system.
type AS struct {
	Number uint32
	Group
}

func groupOf(votes []*vote, farOver time.Duration) Group {
	own := ownOf(votes)
	sites := sitesOf(own)
	g := Group{
		Probes: len(votes), Named: len(own), Times: timesOf(votes), Reached: len(sites),
		TopSite: most(sites), Distances: distancesOf(own, farOver),
	}
	g.Top = sites[g.TopSite]
	for _, v := range votes {
		g.Answered += oneIf(v.answer >= anonymous)
		g.Foreign += oneIf(v.answer == foreign)
	}
	return g
}

// countries sums up the votes of each country with enough probes.
func (c *count) countries(all []*vote) (groups []Country) {
	counts := countriesOf(all)
	votes := map[string][]*vote{}
	for _, v := range all {
		if counts[v.probe.Country] >= c.memory.MinProbes {
			votes[v.probe.Country] = append(votes[v.probe.Country], v)
		}
	}
	for _, code := range byCount(counts) {
		if counts[code] >= c.memory.MinProbes {
			groups = append(groups, Country{code, groupOf(votes[code], c.Cloud.Thresholds.FarOver)})
		}
	}
	return groups
}

// ases sums up the votes of each AS with enough probes, of those with most.
func (c *count) ases(all []*vote) (groups []AS) {
	counts := asesOf(all)
	numbers := byCount(counts)
	numbers = numbers[:min(len(numbers), c.memory.MaxASes)]
	votes := map[uint32][]*vote{}
	for _, number := range numbers {
		if counts[number] >= c.memory.MinProbes {
			votes[number] = make([]*vote, 0, counts[number])
		}
	}
	for _, v := range all {
		if some, wanted := votes[v.asn]; wanted {
			votes[v.asn] = append(some, v)
		}
	}
	for _, number := range numbers {
		if some, wanted := votes[number]; wanted {
			groups = append(groups, AS{number, groupOf(some, c.Cloud.Thresholds.FarOver)})
		}
	}
	return groups
}
