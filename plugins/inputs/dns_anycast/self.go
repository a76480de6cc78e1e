package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// count adds the queries of the round to one target to what the plugin says of itself.
func count(s *point.Self, judged []judge.Judged) {
	answered := int64(0)
	for i := range judged {
		j := &judged[i]
		countPackets(s, j.Observation)
		if j.Name.Instance == judge.Overflow {
			s.Overflow++
		}
		if yes, _ := j.Result.Answered(); yes {
			answered = 1
		}
	}
	s.Targets++
	s.Answered += answered
}

// countFamilies says which families the host's routes have decided to ask.
func (m *monitor) countFamilies(s *point.Self) {
	for _, f := range observation.Families {
		s.Families[f], s.ByRoute = m.prober.Asks(f)
	}
}

// countPackets adds what is counted of queries for zones, too.
func countPackets(s *point.Self, o *observation.Observation) {
	s.Discarded += int64(o.Discarded)
	if o.Reply != nil && !o.Stamped {
		s.Unstamped++
	}
}
