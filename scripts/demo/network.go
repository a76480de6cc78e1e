package main

import (
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// site is a place where a cloud has an instance.
type site struct {
	code string
	name string        // what the instance calls itself
	away time.Duration // the round trip to it
}

// cloud is an anycast service: an address of each family, announced by all sites.
type cloud struct {
	name, operator string
	rule           string   // how to read a site from an instance's name
	sites          []site   // the nearest first: routing prefers it to begin with
	servers        []string // as one writes them in plugin.conf; IPv4 is the first
	ipv4           atomic.Pointer[site]
}

// newNetwork plays two clouds until the demo ends. The second has a server that is gone, at a port
// without a socket.
func newNetwork(ipv6 bool) ([]*cloud, error) {
	clouds := []*cloud{{
		name: "alpha", operator: "one", rule: `^ns[0-9]+\.([a-z]{3})\.`,
		sites: []site{
			{"LHR", "ns1.lhr.demo", 2 * time.Millisecond},
			{"JFK", "ns1.jfk.demo", 71 * time.Millisecond},
			{"NRT", "ns1.nrt.demo", 231 * time.Millisecond},
		},
	}, {
		name: "beta", operator: "two", rule: `^([a-z]{3})[0-9]+-`,
		sites: []site{
			{"ARN", "arn1-beta", 28 * time.Millisecond},
			{"SIN", "sin1-beta", 168 * time.Millisecond},
		},
	}}
	for _, c := range clouds {
		c.ipv4.Store(&c.sites[0])
		if err := c.announce("127.0.0.1", c.ipv4.Load); err != nil {
			return nil, err
		}
		if !ipv6 {
			continue
		}
		if err := c.announce("::1", func() *site { return &c.sites[0] }); err != nil {
			return nil, err
		}
	}
	clouds[1].servers = append(clouds[1].servers, "127.0.0.1:1")
	return clouds, nil
}

// announce answers at an address with the identity of the site that routing prefers, once an answer
// could be back from there.
func (c *cloud) announce(ip string, preferred func() *site) error {
	s, err := dnstest.Listen(func(q *dnstest.Query) {
		to := preferred()
		dnstest.After(to.away, dnstest.Named(to.name))(q)
	}, nil, netip.AddrPortFrom(netip.MustParseAddr(ip), 0))
	if err == nil {
		c.servers = append(c.servers, s.At())
	}
	return err
}

// config is the plugin.conf of the clouds.
func config(clouds []*cloud) string {
	text := "[[inputs.dns_anycast]]\n  timeout = \"500ms\"\n"
	for _, c := range clouds {
		text += fmt.Sprintf(`
  [[inputs.dns_anycast.cloud]]
    name = "%s"
    servers = ["%s"]
    site = '%s'
    [inputs.dns_anycast.cloud.tags]
      operator = "%s"
`, c.name, strings.Join(c.servers, `", "`), c.rule, c.operator)
	}
	return text
}
