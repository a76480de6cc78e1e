package catchment

import (
	"cmp"
	"slices"
)

// Sites that are none.
const (
	None  = "none"  // the rule expect matched a name and the site rule did not
	Other = "other" // all beyond the limit
)

// sitesMax is how many sites an address has at most in 24 hours: the servers choose the names, and
// each makes a series.
const sitesMax = 500

// sites are those of a subject that are remembered, None and Other among them.
type sites struct {
	named    map[string]*site
	numbered map[uint32]*site
	last     uint32 // the number of the last one
}

// site is one of them. Its number is never given again, so that a path may hold on to it.
type site struct {
	number uint32
	name   string
	seen   uint32 // the last vote, in s since 1970
}

func newSites() sites {
	return sites{named: map[string]*site{}, numbered: map[uint32]*site{}}
}

// admit forgets the sites that nobody reached for long, and lets in those of a window that are new:
// where there is no room for all, those with most votes.
func (s *sites) admit(c *count) {
	oldest := seconds(c.From.Add(-remembered))
	for _, known := range s.named {
		if known.seen < oldest {
			delete(s.named, known.name)
			delete(s.numbered, known.number)
		}
	}
	fresh := map[string]int{}
	for i := range c.votes {
		v := &c.votes[i]
		if v.answer == named && s.named[v.name.site] == nil && !pseudo(v.name.site) {
			fresh[v.name.site]++
		}
	}
	room := sitesMax
	for name := range s.named {
		if !pseudo(name) {
			room--
		}
	}
	for i, name := range byCount(fresh) {
		if i >= room {
			break
		}
		s.add(name)
	}
}

// pseudo reports whether a name is none of a site.
func pseudo(name string) bool { return name == None || name == Other }

// of returns the site of a name, or the one of all beyond the limit, which a vote reached at a
// time.
func (s *sites) of(name string, at uint32) *site {
	found := s.named[name]
	if found == nil && !pseudo(name) {
		name = Other
		found = s.named[name]
	}
	if found == nil {
		found = s.add(name)
	}
	found.seen = max(found.seen, at)
	return found
}

func (s *sites) add(name string) *site {
	s.last++
	fresh := &site{number: s.last, name: name}
	s.named[name], s.numbered[s.last] = fresh, fresh
	return fresh
}

// byCount lists keys, that with the highest count first, equals by key.
func byCount[K cmp.Ordered](counts map[K]int) []K {
	keys := make([]K, 0, len(counts))
	for key := range counts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b K) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return keys
}

// most is the key with the highest count, the least of equals; the zero value: there is none.
func most[K cmp.Ordered](counts map[K]int) (best K) {
	for key, n := range counts {
		if m := counts[best]; m == 0 || n > m || n == m && key < best {
			best = key
		}
	}
	return best
}

// known is a name as far as there is room for it.
func (s *sites) known(name string) string {
	if s.named[name] == nil && name != None {
		return Other
	}
	return name
}
