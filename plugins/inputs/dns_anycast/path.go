package dns_anycast

import (
	"fmt"
	"net/netip"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/agenda"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

// cloud is what its servers share.
type cloud struct {
	judge.Cloud
	name    string         // empty for servers given on the command line
	tags    []telegraf.Tag // its name and its own, sorted by key
	view    *judge.View    // from the plugin's vantage point
	summary judge.Summary  // of the round under way
	advised bool           // that a site rule might help
	names   []string       // of its identity queries
}

// server is one entry of a cloud's list.
type server struct {
	*cloud
	text  string // the tag server: the name of its block, else as written
	asked prober.Server
}

// written is the server as the list has it.
func (s *server) written() string { return s.asked.Key }

// path is what is known of one target: an address and transport of a server.
type path struct {
	judge.Path
	server    *server
	addr      netip.AddrPort
	address   string        // without its port
	entry     *agenda.Entry // among what is traced; nil: not yet
	asked     uint32        // the last round that asked it
	transport observation.Transport
}

func (p *path) labels() point.Labels {
	return point.Labels{
		Cloud: p.server.tags, Server: p.server.text, Address: p.address,
		Family: observation.FamilyOf(p.addr.Addr()), Transport: p.transport,
	}
}

func newPath(s *server, addr netip.AddrPort, transport observation.Transport) *path {
	p := &path{
		Path:   judge.Path{View: s.view},
		server: s, addr: addr, transport: transport,
	}
	if p.address = addr.Addr().String(); p.address == s.written() {
		p.address = s.written() // one text in memory
	}
	return p
}

// prefix names the cloud in a message.
func (c *cloud) prefix() string {
	if c.name == "" {
		return ""
	}
	return fmt.Sprintf("cloud %q: ", c.name)
}
