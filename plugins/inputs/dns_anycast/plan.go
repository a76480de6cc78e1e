package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
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
func planOf(s *settings) (plan []PlannedQuery) {
	for _, c := range s.clouds {
		for _, server := range c.servers {
			plan = server.appendPlan(plan, c.name, true)
		}
	}
	for _, server := range s.references {
		plan = server.appendPlan(plan, referenceCloud, false)
	}
	return plan
}

// appendPlan appends the queries to a server: for its identity too, or for zones alone.
func (s *serverSettings) appendPlan(plan []PlannedQuery, cloud string, identity bool) []PlannedQuery {
	for _, transport := range s.transports {
		q := PlannedQuery{Cloud: cloud, Server: s.text, Transport: transport.String()}
		if s.host == "" {
			q.Address, q.Family = s.addr.String(), observation.FamilyOf(s.addr.Addr()).String()
		}
		if identity {
			plan = append(plan, q)
		}
		for _, q.Zone = range s.zones {
			plan = append(plan, q)
		}
	}
	return plan
}
