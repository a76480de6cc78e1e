package catchment

import (
	"cmp"
	"slices"
	"time"
)

const (
	movesMax  = 50 // of a window
	moveLeast = 3  // probes
)

// Move is that some probes have gone from one site to another.
type Move struct {
	From, To      string
	Probes        int
	ASes          int           // zero: none is known
	TopASN        uint32        // with most of the probes; zero: none is known
	TopCountry    string        // likewise; empty: none is known
	Before, After time.Duration // medians of the round trips; zero: none was measured
}

// movesOf lists the moves of enough probes, those of most first.
func movesOf(own []*vote) (all []Move) {
	together := map[[2]string][]*vote{}
	for _, v := range own {
		if v.moved() {
			ends := [2]string{v.from.name, v.site.name}
			together[ends] = append(together[ends], v)
		}
	}
	for ends, votes := range together {
		if len(votes) >= moveLeast {
			all = append(all, moveOf(ends, votes))
		}
	}
	slices.SortFunc(all, func(a, b Move) int {
		return cmp.Or(
			cmp.Compare(b.Probes, a.Probes),
			cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
		)
	})
	return all[:min(len(all), movesMax)]
}

func moveOf(ends [2]string, votes []*vote) Move {
	ases := asesOf(votes)
	var before []time.Duration
	for _, v := range votes {
		if v.before > 0 {
			before = append(before, v.before)
		}
	}
	slices.Sort(before)
	return Move{
		From: ends[0], To: ends[1], Probes: len(votes),
		ASes: len(ases), TopASN: most(ases), TopCountry: most(countriesOf(votes)),
		Before: rank(before, 50), After: timesOf(votes).P50,
	}
}
