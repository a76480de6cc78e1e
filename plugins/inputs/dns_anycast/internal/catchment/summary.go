package catchment

import (
	"cmp"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// Summary is what the votes of a window say. Numbers are of probes.
type Summary struct {
	Subject
	From, To time.Time
	Counts

	Probes      int  // that have a vote
	Asked       int  // that could ask
	Answered    int  // an authentic reply came
	Named       int  // it was the cloud's own
	Foreign     int  // it was somebody else's
	Judged      bool // the cloud has a rule that tells foreign ones
	Timeout     int
	Unreachable int
	Invalid     int
	Refused     int // answered so, whatever they name

	Reached   int // sites that votes name, also those beyond the limit
	Instances int // names of the cloud's own
	NamedASes int // of the probes with an own name; zero: none is known

	Times     Times
	Distances Distances
	Known     int // probes of which anything is known
	Misplaced int
	Compared  int // probes whose site is known, as that of their last vote is
	Moved     int // of them, those whose site is another

	Sites        []Site        // those with most probes first
	Countries    []Country     // likewise
	ASes         []AS          // likewise
	Moves        []Move        // likewise
	ForeignNames []ForeignName // likewise
	Zone         *Zone         // nil: the measurement does not ask for one
}

// Site is one that votes name, or that some named within 24 hours; or None, or Other.
type Site struct {
	Name      string
	Place     places.Place // without a code: not known
	Probes    int
	ShareAS   float64 // of the ASes, each of which its probes share; where NamedASes is not zero
	ASes      int     // zero: none is known
	Countries int     // zero: none is known
	Times     Times
	Distances Distances
	Entered   int // that have moved to it
	Left      int // that have moved away
}

// ForeignName is how somebody else answered.
type ForeignName struct {
	Name   string // printable; empty: as nobody
	Rcode  string // that of a reply that names nobody
	Probes int
}

// summary sums up a window, and remembers it.
func (c *count) summary() *Summary {
	c.settle()
	s := &Summary{
		Subject: c.Subject, From: c.From, To: c.To, Counts: c.Counts,
		Probes: len(c.votes), Judged: c.Cloud.TellsForeign(),
	}
	all := make([]*vote, len(c.votes))
	for i := range c.votes {
		all[i] = &c.votes[i]
		s.add(all[i])
	}
	own := ownOf(all)
	instances := map[*name]bool{}
	for _, v := range own {
		instances[v.name] = true
	}
	s.Instances, s.Reached = len(instances), len(sitesOf(own))
	s.Times = timesOf(all)
	s.Distances = distancesOf(own, c.Cloud.Thresholds.FarOver)
	s.sumSites(c, own)
	s.Countries = c.countries(all)
	s.ASes = c.ases(all)
	s.Moves = movesOf(own)
	s.ForeignNames = foreignNames(all)
	if c.Subject.Zone != "" {
		s.Zone = c.zone()
	}
	return s
}

// add counts a vote.
func (s *Summary) add(v *vote) {
	s.Asked += oneIf(v.answer != unasked)
	s.Answered += oneIf(v.answer >= anonymous)
	s.Named += oneIf(v.answer == named)
	s.Foreign += oneIf(v.answer == foreign)
	switch v.Observation.Result {
	case observation.Timeout:
		s.Timeout++
	case observation.Unreachable:
		s.Unreachable++
	case observation.Invalid:
		s.Invalid++
	}
	s.Refused += oneIf(v.answer >= anonymous && v.Reply.Rcode == wire.RcodeRefused)
	s.Known += oneIf(v.known)
	s.Misplaced += oneIf(v.misplaced)
	s.Compared += oneIf(v.compared)
	s.Moved += oneIf(v.moved())
}

// ownOf are the votes that name the cloud's own.
func ownOf(votes []*vote) (own []*vote) {
	for _, v := range votes {
		if v.answer == named {
			own = append(own, v)
		}
	}
	return own
}

// sitesOf counts the votes for each site, by its true name.
func sitesOf(own []*vote) map[string]int {
	counts := map[string]int{}
	for _, v := range own {
		if v.name.site != None {
			counts[v.name.site]++
		}
	}
	return counts
}

// sumSites sums up the votes for each site, and lists those that nobody reaches any longer.
func (s *Summary) sumSites(c *count, own []*vote) {
	perAS := map[uint32]int{}
	at, entered, left := map[*site][]*vote{}, map[*site]int{}, map[*site]int{}
	for _, v := range own {
		at[v.site] = append(at[v.site], v)
		if v.asn != 0 {
			perAS[v.asn]++
		}
		if v.moved() {
			entered[v.site]++
			left[v.from]++
		}
	}
	s.NamedASes = len(perAS)
	for _, known := range c.subject.sites.named {
		votes := at[known]
		one := Site{
			Name: known.name, Place: c.names.spots.of(known.name).Place, Probes: len(votes),
			Times: timesOf(votes), Distances: distancesOf(votes, c.Cloud.Thresholds.FarOver),
			Entered: entered[known], Left: left[known],
		}
		one.ShareAS, one.ASes = shareAS(votes, perAS)
		one.Countries = len(countriesOf(votes))
		s.Sites = append(s.Sites, one)
	}
	slices.SortFunc(s.Sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(b.Probes, a.Probes), cmp.Compare(a.Name, b.Name))
	})
}

// shareAS is the share of ASes that votes are, each AS being one, shared equally by all its probes
// that perAS has; and the number of different ones.
func shareAS(votes []*vote, perAS map[uint32]int) (share float64, different int) {
	here := asesOf(votes)
	numbers := byCount(here) // in an order, since sums of fractions depend on it
	for _, asn := range numbers {
		share += float64(here[asn]) / float64(perAS[asn])
	}
	return share / float64(max(1, len(perAS))), len(here)
}

// asesOf counts the votes of each AS that is known.
func asesOf(votes []*vote) map[uint32]int {
	counts := map[uint32]int{}
	for _, v := range votes {
		if v.asn != 0 {
			counts[v.asn]++
		}
	}
	return counts
}

// countriesOf counts the votes of each country that is known.
func countriesOf(votes []*vote) map[string]int {
	counts := map[string]int{}
	for _, v := range votes {
		if v.probe.Country != "" {
			counts[v.probe.Country]++
		}
	}
	return counts
}

// foreignNames counts how somebody else answered.
func foreignNames(votes []*vote) (all []ForeignName) {
	counts := map[ForeignName]int{}
	for _, v := range votes {
		switch {
		case v.answer != foreign:
		case v.name != nil:
			counts[ForeignName{Name: v.name.text}]++
		default:
			counts[ForeignName{Rcode: wire.RcodeText(v.Reply.Rcode)}]++
		}
	}
	for f, n := range counts {
		f.Probes = n
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b ForeignName) int {
		return cmp.Or(
			cmp.Compare(b.Probes, a.Probes),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.Rcode, b.Rcode),
		)
	})
	return all
}
