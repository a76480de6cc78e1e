//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"strings"
)

// settings are the options of the plugin, of which every one is here or in cloud.config.
const settings = `[[inputs.dns_anycast]]
families = [%s]
source_ipv4 = "127.0.0.1"
%stransports = ["udp", "tcp"]
identity_names = ["hostname.bind", "id.server"]
edns = true
timeout = "%s"
queries = %d
confirm = %d
state_file = "%s"
max_instances = %d
internal = true
location = "51.5,-0.1"
slow_factor = 1.5
slow_over = "10ms"
slow_after = 3
floor_factor = 3.0
floor_over = "25ms"
far_over = "20ms"
far_floor = "30ms"
trace = "change"
trace_every = "1m"
trace_hops = %d
as_database = "%s"
`

// config is the plugin.conf of the world. An empty spread is the default.
func config(w *world, queries int, spread, state, numbers string) string {
	families, rest := `"ipv4"`, ""
	if w.ipv6 {
		families, rest = `"ipv4", "ipv6"`, "source_ipv6 = \"::1\"\n"
	}
	if spread != "" {
		rest += fmt.Sprintf("spread = %q\n", spread)
	}
	text := fmt.Sprintf(settings, families, rest, timeout, queries, confirm, state, maxInstances, traceHops, numbers)
	for _, c := range w.clouds {
		text += c.config()
	}
	return text
}

func (c *cloud) config() string {
	var servers []string
	for _, s := range c.servers {
		servers = append(servers, fmt.Sprintf("%q", s.text))
	}
	named := "" // a server that has a block, called as its address is written
	if _, err := netip.ParseAddrPort(c.servers[0].text); err == nil && len(servers) > 1 {
		named, servers = servers[0], servers[1:]
	}
	text := fmt.Sprintf("[[inputs.dns_anycast.cloud]]\nname = %q\nservers = [%s]\n", c.name, strings.Join(servers, ", "))
	if c.expect {
		text += "expect = '[a-z0-9]+\\.[a-z]{3}\\.soak'\n"
	}
	if c.zoned {
		text += fmt.Sprintf("zone = %q\nreference = [%q]\n", zone, c.w.reference.servers[0].text)
	}
	if c.site != "" {
		text += "site = '" + c.site + "'\nplaces = \"iata\"\nsites = [\"LHR\", \"ARN\", \"YYZ\"]\nslow_over = \"20ms\"\n"
		text += "[[inputs.dns_anycast.cloud.place]]\ncode = \"ARN\"\nname = \"Stockholm\"\nlatitude = 59.33\nlongitude = 18.07\n"
	}
	if named != "" {
		text += fmt.Sprintf("[[inputs.dns_anycast.cloud.nameserver]]\nname = %s\naddresses = [%[1]s]\n", named)
	}
	return text + "[inputs.dns_anycast.cloud.tags]\noperator = \"soak " + c.name + "\"\n"
}
