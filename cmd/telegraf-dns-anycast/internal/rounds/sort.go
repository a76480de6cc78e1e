package rounds

import (
	"cmp"
	"net/netip"
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// positions say where servers and zones stand in the configuration, counted from 1; zero: nowhere.
type positions struct {
	servers map[serverKey]int
	zones   map[string]int
}

type serverKey struct{ cloud, server string }

func newPositions(plan []dns_anycast.PlannedQuery) positions {
	p := positions{map[serverKey]int{}, map[string]int{}}
	for i, planned := range plan {
		server := serverKey{planned.Cloud, planned.Server}
		if p.servers[server] == 0 {
			p.servers[server] = i + 1
		}
		if p.zones[planned.Zone] == 0 {
			p.zones[planned.Zone] = i + 1
		}
	}
	return p
}

// sorted brings queries into the order of the configuration: what came first says nothing.
// Addresses of one host name stand together, IPv4 before IPv6.
func (p positions) sorted(queries []*dns_anycast.QueryRow) []*dns_anycast.QueryRow {
	type placed struct {
		*dns_anycast.QueryRow
		server, zone int
		address      netip.Addr // invalid where a name did not resolve
	}
	var all []placed
	for _, q := range queries {
		address, _ := netip.ParseAddr(q.Address)
		server := p.servers[serverKey{q.Cloud, q.Server}]
		all = append(all, placed{q, server, p.zones[q.Zone], address})
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(
			cmp.Compare(a.server, b.server),
			cmp.Compare(a.Family, b.Family),
			a.address.Compare(b.address),
			-cmp.Compare(a.Transport, b.Transport), // UDP before TCP
			cmp.Compare(a.zone, b.zone),
			a.Sent.Compare(b.Sent),
		)
	})
	var sorted []*dns_anycast.QueryRow
	for _, q := range all {
		sorted = append(sorted, q.QueryRow)
	}
	return sorted
}
