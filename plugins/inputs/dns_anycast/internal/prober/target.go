package prober

import (
	"net/netip"
	"slices"
	"sync/atomic"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// formerKept is how many former targets of a host name are remembered.
const formerKept = 64

// Server is an address, or a host name that stands for the addresses it has now. Its exported fields are the
// caller's, and are read alone.
type Server struct {
	Key        string               // tells it from all others; the order of a round depends on it
	Addr       netip.AddrPort       // invalid for a host name
	Host       string               // lower case, with the final dot; empty for an address
	Port       uint16               // of a host name's addresses
	Families   []observation.Family // over which a host name's addresses are asked
	Transports []observation.Transport
	Names      []string // identity names in the order asked; none: it is asked for zones alone
	Zones      []string // asked for their SOA records; lower case, without the final dot

	number  int // as observations have it
	host    *host
	targets []*Target
}

// Target is one address of a server and one transport.
type Target struct {
	number        int
	server        *Server
	addr          netip.AddrPort
	transport     observation.Transport
	order         uint32 // in a round
	cookie        [wire.ClientCookieSize]byte
	serverCookie  atomic.Pointer[[]byte] // the last one that came; nil: none. Queries to one target may overlap
	silent        atomic.Int32           // queries in a row without an answer
	tolerance     tolerance              // of identity queries
	zoneTolerance tolerance              // of queries for zones
}

func (t *Target) at() netip.AddrPort { return t.addr }

func (t *Target) family() observation.Family { return observation.FamilyOf(t.addr.Addr()) }

// reconcile makes the targets of the addresses the server has now. A target that was there before stays, and with it
// its number and its cookies.
func (p *Prober) reconcile(s *Server) {
	addrs, before := []netip.AddrPort{s.Addr}, s.targets
	if s.host != nil {
		addrs, before = s.host.addresses(s.Port), append(before, s.host.former...)
	}
	s.targets = nil
	for _, a := range addrs {
		for _, transport := range s.Transports {
			i := slices.IndexFunc(before, func(t *Target) bool { return t.addr == a && t.transport == transport })
			if i >= 0 {
				s.targets = append(s.targets, before[i])
				before = slices.Delete(before, i, i+1)
				continue
			}
			s.targets = append(s.targets, p.newTarget(s, a, transport))
		}
	}
	if s.host != nil {
		kept := min(len(before), formerKept)
		for _, t := range before[kept:] {
			p.numbers.free(t.number)
		}
		s.host.former = before[:kept]
	}
}

func (p *Prober) newTarget(s *Server, addr netip.AddrPort, transport observation.Transport) *Target {
	return &Target{
		number: p.numbers.next(), server: s, addr: addr, transport: transport, cookie: wire.NewCookie(),
		order: hash(p.Seed, s.Key, addr.String(), transport.String()),
	}
}

// numbers gives each target a small number of its own. That of one that is forgotten goes to another.
type numbers struct {
	used     int
	returned []int
}

func (n *numbers) next() int {
	if last := len(n.returned) - 1; last >= 0 {
		number := n.returned[last]
		n.returned = n.returned[:last]
		return number
	}
	n.used++
	return n.used - 1
}

func (n *numbers) free(number int) { n.returned = append(n.returned, number) }
