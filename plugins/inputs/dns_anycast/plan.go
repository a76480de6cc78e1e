package dns_anycast

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"

// PlannedQuery is a query of every round, as far as it is known without looking names up.
type PlannedQuery struct {
	Cloud     string // empty for servers given on the command line
	Server    string // the tag: as written, or the name of a nameserver block
	Written   string // the address of such a block as written; empty: Server is
	Address   string // empty for a host name: one query for each address it has
	Family    string // empty for a host name
	Transport string // "udp", "tcp"
	Zone      string // whose SOA record is asked for; empty: which instance answers
}

// PlannedMeasurement is a measurement of RIPE Atlas whose results are read.
type PlannedMeasurement struct {
	Cloud string
	ID    int
}

// Measurements lists those of RIPE Atlas, in the order of the configuration. It is called after Init.
func (d *DNSAnycast) Measurements() (all []PlannedMeasurement) {
	if d.monitor.atlas == nil {
		return nil
	}
	for _, m := range d.monitor.atlas.measured {
		all = append(all, PlannedMeasurement{m.cloud.name, m.id})
	}
	return all
}

// ByRoute reports whether of that only the families are asked which the host has had a route for.
func (d *DNSAnycast) ByRoute() bool { return d.monitor.prober.Routed }

// Plan lists what a round asks, in the order of the configuration. It is called after Init.
func (d *DNSAnycast) Plan() (plan []PlannedQuery) {
	for i := range d.monitor.servers {
		named := &d.monitor.servers[i]
		s := &named.asked
		for _, transport := range s.Transports {
			q := PlannedQuery{Cloud: named.name, Server: named.text, Transport: transport.String()}
			if written := named.written(); written != named.text {
				q.Written = written
			}
			if s.Host == nil {
				q.Address, q.Family = s.Addr.String(), observation.FamilyOf(s.Addr.Addr()).String()
			}
			if len(s.Names) > 0 {
				plan = append(plan, q)
			}
			for _, q.Zone = range s.Zones {
				plan = append(plan, q)
			}
		}
	}
	return plan
}
