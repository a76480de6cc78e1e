//go:build linux

package main

import (
	"fmt"
	"strings"
)

// config is the plugin.conf of the world: every option is in it.
func config(w *world, queries int, spread, state string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("[[inputs.dns_anycast]]")
	if w.ipv6 {
		line(`families = ["ipv4", "ipv6"]`)
		line(`source_ipv6 = "::1"`)
	} else {
		line(`families = ["ipv4"]`)
	}
	line(`source_ipv4 = "127.0.0.1"`)
	line(`transports = ["udp", "tcp"]`)
	line(`identity_names = ["hostname.bind", "id.server"]`)
	line(`edns = true`)
	line(`timeout = "%s"`, timeout)
	line(`queries = %d`, queries)
	if spread != "" {
		line(`spread = "%s"`, spread)
	}
	line(`confirm = %d`, confirm)
	line(`state_file = "%s"`, state)
	line(`max_instances = %d`, maxInstances)
	line(`internal = true`)
	line(`location = "51.5,-0.1"`)
	line("slow_factor = 1.5\nslow_over = \"10ms\"\nslow_after = 3\nfloor_factor = 3.0\nfloor_over = \"25ms\"\nfar_over = \"20ms\"\nfar_floor = \"30ms\"")
	for _, c := range w.clouds {
		c.config(w, line)
	}
	return b.String()
}

func (c *cloud) config(w *world, line func(string, ...any)) {
	var servers []string
	for _, s := range c.servers {
		servers = append(servers, fmt.Sprintf("%q", s.text))
	}
	line("[[inputs.dns_anycast.cloud]]\nname = %q\nservers = [%s]", c.name, strings.Join(servers, ", "))
	if c.site != "" {
		line("site = '%s'\nplaces = \"iata\"\nsites = [\"LHR\", \"ARN\", \"YYZ\"]\nslow_over = \"20ms\"", c.site)
	}
	if c.expect {
		line(`expect = '[a-z0-9]+\.[a-z]{3}\.soak'`)
	}
	if c.zoned {
		line("zone = %q\nreference = [%q]", zone, w.primary.text)
	}
	line(`identity_names = ["hostname.bind", "id.server"]`)
	line("[inputs.dns_anycast.cloud.tags]\noperator = \"soak %s\"", c.name)
	if c.site != "" {
		line("[[inputs.dns_anycast.cloud.place]]\ncode = \"ARN\"\nname = \"Stockholm\"\nlatitude = 59.33\nlongitude = 18.07")
	}
}
