package judge

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Summary is what the targets of a cloud said in one round; arrays are by family. Make one with
// NewSummary.
type Summary struct {
	Asked, Answered [len(observation.Families)]int64 // targets
	Instances       Set                              // printable names
	Sites           Set
	agreeing        [len(observation.Families)]Set // sites, but for targets that are split
	Min, Max        time.Duration                  // of round trips; zero: there was no answer
}

// Set holds distinct texts.
type Set map[string]struct{}

// NewSummary is one of no target.
func NewSummary() Summary {
	return Summary{Instances: Set{}, Sites: Set{}, agreeing: [...]Set{{}, {}}}
}

// Reset is for the next round.
func (s *Summary) Reset() {
	for _, set := range []Set{s.Instances, s.Sites, s.agreeing[0], s.agreeing[1]} {
		clear(set)
	}
	*s = Summary{Instances: s.Instances, Sites: s.Sites, agreeing: s.agreeing}
}

// Add adds all queries of the round to one target, after they have been judged.
func (s *Summary) Add(p *Path, all []Judged) {
	var asked, answered int64
	for i := range all {
		yes, known := all[i].Result.Answered()
		if known {
			asked = 1
		}
		if yes {
			answered = 1
			s.addAnswer(p, &all[i])
		}
	}
	family := all[0].Family
	s.Asked[family] += asked
	s.Answered[family] += answered
}

func (s *Summary) addAnswer(p *Path, j *Judged) {
	if s.Min == 0 || j.RTT < s.Min {
		s.Min = j.RTT
	}
	s.Max = max(s.Max, j.RTT)
	if j.Name.Text != "" {
		s.Instances[j.Name.Text] = struct{}{}
	}
	if j.Name.Site == "" {
		return
	}
	s.Sites[j.Name.Site] = struct{}{}
	if !p.Tracker.split {
		s.agreeing[j.Family][j.Name.Site] = struct{}{}
	}
}

// FamiliesAgree reports whether the sites seen over one family are all among those seen over the
// other; known is false unless both families named one.
func (s *Summary) FamiliesAgree() (agree, known bool) {
	a, b := s.agreeing[observation.IPv4], s.agreeing[observation.IPv6]
	if len(a) == 0 || len(b) == 0 {
		return false, false
	}
	return a.contains(b) || b.contains(a), true
}

func (s Set) contains(some Set) bool {
	for text := range some {
		if _, has := s[text]; !has {
			return false
		}
	}
	return true
}
