package dns_anycast

import (
	"slices"
)

// Planned is a query of every round, as far as it is known without looking names up.
type Planned struct {
	Cloud     string // empty for servers given on the command line
	Server    string // as written
	Address   string // empty for a host name: one query for each address it has
	Family    string // empty for a host name
	Transport string // "udp", "tcp"
	Zone      string // whose SOA record is asked for; empty: who answers
}

// Plan lists what a round asks, in the order of the configuration.
func (d *DNSAnycast) Plan() []Planned {
	var plan []Planned
	for _, s := range slices.Concat(d.servers, d.references) {
		for _, transport := range s.transports {
			p := Planned{Cloud: s.cloud.name, Server: s.text, Transport: transport}
			if s.host == nil {
				p.Address, p.Family = s.addr.String(), family(s.addr.Addr())
			}
			if !s.cloud.reference {
				plan = append(plan, p)
			}
			for _, p.Zone = range s.zones {
				plan = append(plan, p)
			}
		}
	}
	return plan
}
