package dns_anycast

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"sync/atomic"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// maxGone is how many former targets of a host name are remembered.
const maxGone = 64

// target is one address and transport.
type target struct {
	server        *server
	addr          netip.AddrPort
	tcp           bool
	turn          uint32 // in the order of a round
	cookie        [wire.ClientCookieSize]byte
	serverCookie  atomic.Pointer[[]byte] // the last one that came; nil: none. Passes over one target may overlap
	silent        atomic.Int32           // queries in a row without an answer
	tolerance     tolerance              // of identity queries
	zoneTolerance tolerance              // of queries for zones
	address       string                 // without its port
	family        string                 // of which a name's addresses are not known; empty: there are some, or none at all
	track         track                  // where it is
	usuals        usuals                 // how long its instances take
}

func (t *target) at() netip.AddrPort { return t.addr }

// server is one entry of a cloud's list: an address, or a host name that stands for the addresses it has now.
type server struct {
	text       string // as written
	cloud      *cloud
	addr       netip.AddrPort // invalid for a host name
	host       *host          // nil for an address
	port       uint16
	transports []string
	zones      []string
	targets    []*target
}

// cloud is what its servers share.
type cloud struct {
	name      string         // empty for servers given on the command line
	tags      []telegraf.Tag // its name and its own, sorted by key
	names     []string       // identity names in the order asked
	site      *regexp.Regexp // nil: none
	expect    *regexp.Regexp // nil: whoever
	reference bool           // of reference addresses, which are asked for zones alone
	instances instances
	machines  map[string]machine // by NSID
	tally     tally              // of the round under way
	locations *locations         // nil for references
	limits    limits
	advised   bool // that a site rule might help
}

// prefix names the cloud in a message.
func (c *cloud) prefix() string {
	if c.name == "" {
		return ""
	}
	return fmt.Sprintf("cloud %q: ", c.name)
}

// build makes the targets of the addresses the server has now. A target that was there before stays, and with it its
// cookies and what it has heard.
func (s *server) build() {
	addrs := []netip.AddrPort{s.addr}
	if s.host != nil {
		addrs = s.host.addresses(s.port)
	}
	before := s.targets
	if s.host != nil {
		before = append(before, s.host.gone...)
	}
	s.targets = nil
	for _, a := range addrs {
		for _, transport := range s.transports {
			tcp := transport == "tcp"
			i := slices.IndexFunc(before, func(t *target) bool { return t.addr == a && t.tcp == tcp })
			if i >= 0 {
				s.targets = append(s.targets, before[i])
				before = slices.Delete(before, i, i+1)
				continue
			}
			t := &target{server: s, addr: a, tcp: tcp, cookie: wire.NewCookie(), address: a.Addr().String()}
			if t.address == s.text {
				t.address = s.text // one text in memory
			}
			t.turn = t.turnAt(vantage())
			s.targets = append(s.targets, t)
		}
	}
	if s.host != nil {
		s.host.gone = before[:min(len(before), maxGone)]
	}
}

func (t *target) transport() string {
	if t.tcp {
		return "tcp"
	}
	return "udp"
}

func family(a netip.Addr) string {
	if a.Is6() {
		return "ipv6"
	}
	return "ipv4"
}
