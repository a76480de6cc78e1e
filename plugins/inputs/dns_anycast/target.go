package dns_anycast

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
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

// ErrNoServer is Init's error where all servers are addresses of families that are not asked over.
var ErrNoServer = errors.New("no server is left")

// build turns the options into servers and targets. Every refusal of a value is here, in options.go or in server.go.
func (d *DNSAnycast) build() ([]*server, error) {
	if err := d.CheckOptions(); err != nil {
		return nil, err
	}
	if len(d.Clouds) == 0 {
		return nil, errors.New("no cloud: write an [[inputs.dns_anycast.cloud]] block with name and servers")
	}
	var servers []*server
	var leftOut []string
	seen := map[string]int{}
	for i := range d.Clouds {
		c := &d.Clouds[i]
		where := place(i, c)
		if n, twice := seen[c.Name]; twice {
			return nil, fmt.Errorf("%s.name: cloud[%d] has the same name: give each cloud a name of its own", where, n+1)
		}
		seen[c.Name] = i
		ss, out, err := d.buildCloud(c)
		if err != nil {
			return nil, fmt.Errorf("%s%w", where, err)
		}
		servers, leftOut = append(servers, ss...), append(leftOut, out...)
	}
	references, out, err := d.buildReferences()
	if err != nil {
		return nil, err
	}
	d.references, leftOut = references, append(leftOut, out...)
	if len(servers) == 0 {
		return nil, fmt.Errorf("%w for families = %s", ErrNoServer, quoted(d.Families))
	}
	if len(leftOut) > 0 {
		d.warnf("left out, since families = %s: %s", quoted(d.Families), strings.Join(leftOut, ", "))
	}
	return servers, nil
}

func place(i int, c *Cloud) string {
	switch {
	case c.adhoc:
		return "command line"
	case c.Name == "":
		return fmt.Sprintf("cloud[%d]", i+1)
	}
	return fmt.Sprintf("cloud[%d] %q", i+1, c.Name)
}

// buildCloud returns the cloud's servers, and as text those that the families leave out. Errors begin with the path
// below the cloud.
func (d *DNSAnycast) buildCloud(opt *Cloud) (servers []*server, leftOut []string, err error) {
	c := &cloud{name: opt.Name, tags: cloudTags(opt.Name, opt.Tags), names: d.IdentityNames, instances: newInstances(d.MaxInstances), tally: newTally()}
	if err := checkCloud(opt); err != nil {
		return nil, nil, err
	}
	if opt.IdentityNames != nil {
		c.names = opt.IdentityNames
	}
	if c.site, err = siteRule(opt.Site); err != nil {
		return nil, nil, err
	}
	if c.expect, err = expectRule(opt.Expect); err != nil {
		return nil, nil, err
	}
	zones, err := zoneNames(opt.Zones)
	if err != nil {
		return nil, nil, err
	}
	if c.locations, err = d.newLocations(opt); err != nil {
		return nil, nil, err
	}
	if err := opt.Thresholds.check(); err != nil {
		return nil, nil, fmt.Errorf(".%w", err)
	}
	c.limits = d.limits(&opt.Thresholds)
	d.warnOfTags(c, opt)
	return d.buildServers(opt, c, zones)
}

// buildServers reads the list of a cloud's servers, as buildCloud.
func (d *DNSAnycast) buildServers(opt *Cloud, c *cloud, zones []string) (servers []*server, leftOut []string, err error) {
	seen := map[string]int{}
	for i, text := range opt.Servers {
		s, err := d.parseServer(text)
		if err == nil {
			if n, twice := seen[s.key()]; twice {
				err = fmt.Errorf("%q is listed twice: %s[%d] is the same", text, strings.TrimLeft(serversOf(opt), ".: "), n+1)
			} else {
				seen[s.key()] = i
			}
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s[%d]: %w", serversOf(opt), i+1, err)
		}
		if s.addr.IsValid() && !slices.Contains(d.Families, family(s.addr.Addr())) {
			leftOut = append(leftOut, text)
			continue
		}
		s.cloud, s.zones = c, zones
		s.build()
		servers = append(servers, s)
	}
	return servers, leftOut, nil
}

func serversOf(c *Cloud) string {
	if c.adhoc {
		return ": server"
	}
	return ".servers"
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

// warnOfTags says which fields the cloud is without, since its tags have their names.
func (d *DNSAnycast) warnOfTags(c *cloud, opt *Cloud) {
	for _, f := range []struct {
		name  string
		there bool
	}{{"refresh_s", len(opt.Zones) > 0}, {"sites_announced", len(opt.Sites) > 0}} {
		if _, taken := opt.Tags[f.name]; taken && f.there {
			d.warnf("%sits tag %s has the name of a newer field, which is left out: rename the tag", c.prefix(), f.name)
		}
	}
}

// cloudTags are the tags that all points of a cloud have, sorted by key.
func cloudTags(name string, own map[string]string) []telegraf.Tag {
	var p point
	for key, value := range own {
		p.addTag(key, value)
	}
	if name != "" {
		p.addTag("cloud", name)
	}
	return p.tags
}

func family(a netip.Addr) string {
	if a.Is6() {
		return "ipv6"
	}
	return "ipv4"
}
