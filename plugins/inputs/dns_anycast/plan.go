package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
)

// PlannedQuery is a query of every round, as far as it is known without looking names up.
type PlannedQuery struct {
	Cloud     string // empty for servers given on the command line
	Server    string // as written
	Address   string // empty for a host name: one query for each address it has
	Family    string // empty for a host name
	Transport string // "udp", "tcp"
	Zone      string // whose SOA record is asked for; empty: which instance answers
}

// planOf lists what a round asks, in the order of the configuration.
func planOf(s *options.Settings) (plan []PlannedQuery) {
	for _, c := range s.Clouds {
		for _, server := range c.Servers {
			plan = appendPlan(plan, c.Name, &server, true)
		}
	}
	for _, server := range s.References {
		plan = appendPlan(plan, CloudReference, &server, false)
	}
	return plan
}

// appendPlan appends the queries to a server: for its identity too, or for zones alone.
func appendPlan(
	plan []PlannedQuery, cloud string, s *options.ServerSettings, identity bool,
) []PlannedQuery {
	for _, transport := range s.Transports {
		q := PlannedQuery{Cloud: cloud, Server: s.Text, Transport: transport.String()}
		if s.Host == "" {
			q.Address, q.Family = s.Addr.String(), observation.FamilyOf(s.Addr.Addr()).String()
		}
		if identity {
			plan = append(plan, q)
		}
		for _, q.Zone = range s.Zones {
			plan = append(plan, q)
		}
	}
	return plan
}
