package prober

import (
	"cmp"
	"hash/fnv"
	"math/bits"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// formerKept is how many former targets of a host name are remembered.
const formerKept = 64

// Server is an address, or a host name that stands for the addresses it has now. Its exported
// fields are the caller's, and are read alone.
type Server struct {
	Key  string         // tells it from all others of its cloud
	Addr netip.AddrPort // invalid for a host name
	Host *Host          // nil for an address
	*Questions

	number  int32 // as observations have it
	targets []*Target
}

// Questions are what servers are asked. Those of one cloud share them.
type Questions struct {
	Cloud      string               // the order of a round depends on it, and on a server's Key
	Families   []observation.Family // over which a host name's addresses are asked
	Transports []observation.Transport
	Names      []string // identity names in the order asked; none: asked for zones alone
	Zones      []string // asked for their SOA records; lower case, without the final dot
}

// Target is one address of a server and one transport.
type Target struct {
	server        *Server
	addr          netip.AddrPort
	number        int32
	order         uint32 // in a round
	cookie        [wire.ClientCookieSize]byte
	serverCookie  atomic.Pointer[string] // the last one that came; nil: none. Queries to one target may overlap
	usual         usual
	tolerance     tolerance    // of identity queries
	zoneTolerance tolerance    // of queries for zones
	silent        atomic.Int32 // queries in a row without an answer
	transport     observation.Transport
}

func (t *Target) family() observation.Family { return observation.FamilyOf(t.addr.Addr()) }

// reconcile makes the targets of the addresses the server has now. A target that was there before
// stays, and with it its number and its cookies.
func (s *Server) reconcile(r *roster) {
	addrs, before := []netip.AddrPort{s.Addr}, s.targets
	if s.Host != nil {
		addrs, before = s.Host.addresses(), append(before, s.Host.former...)
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
			s.targets = append(s.targets, r.newTarget(s, a, transport))
		}
	}
	if s.Host == nil {
		return
	}
	kept := min(len(before), formerKept)
	for _, t := range before[kept:] {
		r.forget(t)
	}
	s.Host.former = before[:kept]
}

// inOrder sorts targets into the order of a round.
func inOrder(targets []*Target) []*Target {
	slices.SortFunc(targets, func(a, b *Target) int { return cmp.Compare(a.order, b.order) })
	return targets
}

// keepCookie keeps what the server gave, if anything.
func (t *Target) keepCookie(given string) {
	if given != "" {
		cookie := given // on the heap where there is one
		t.serverCookie.Store(&cookie)
	}
}

// countSilence counts the queries in a row that nothing came back for.
func (t *Target) countSilence(err error) {
	if isTimeout(err) {
		t.silent.Add(1)
	} else {
		t.silent.Store(0)
	}
}

// wantsCookie reports whether a number of rounds in a row without an answer is worth a query for a
// cookie: three, and then each time that there are twice as many. A server that is down is not
// asked much more for it.
func wantsCookie(rounds int32) bool {
	return rounds%3 == 0 && bits.OnesCount32(uint32(rounds/3)) == 1
}

// roster gives each target a small number of its own, and its place in the order. The number of one
// that is forgotten goes to another in a later round: observations of this one may have it. One
// goroutine changes it at a time; traces look beside that.
type roster struct {
	seed    string // of the order
	mu      sync.Mutex
	targets []*Target // by number; nil: the number is free
	free    []int32   // numbers
	freed   []int32   // likewise, in this round
}

func (r *roster) newTarget(s *Server, addr netip.AddrPort, transport observation.Transport) *Target {
	t := &Target{
		server: s, addr: addr, transport: transport, cookie: wire.NewCookie(),
		order: hash(r.seed, s.Cloud, s.Key, addr.String(), transport.String()),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := len(r.free) - 1; last >= 0 {
		t.number, r.free = r.free[last], r.free[:last]
		r.targets[t.number] = t
	} else {
		t.number, r.targets = int32(len(r.targets)), append(r.targets, t)
	}
	return t
}

// forget frees the number of a target.
func (r *roster) forget(t *Target) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.targets[t.number] = nil
	r.freed = append(r.freed, t.number)
}

// beginRound lets the numbers be used that were freed in the round before.
func (r *roster) beginRound() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free, r.freed = append(r.free, r.freed...), r.freed[:0]
}

// target returns that of a number, nil where it is forgotten.
func (r *roster) target(number int) *Target {
	r.mu.Lock()
	defer r.mu.Unlock()
	if number < 0 || number >= len(r.targets) {
		return nil
	}
	return r.targets[number]
}

// phase is a part of one, of this host.
func (r *roster) phase() float64 { return float64(hash(r.seed)) / (1 << 32) }

func hash(texts ...string) uint32 {
	h := fnv.New32a()
	for _, s := range texts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return h.Sum32()
}
