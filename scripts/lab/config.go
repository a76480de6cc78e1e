//go:build linux

package main

import "fmt"

func pluginConfig() string {
	return fmt.Sprintf(`[[inputs.dns_anycast]]
  families = ["ipv4", "ipv6"]
  timeout = "1s"
  location = "LON"
  trace = "change"

  [[inputs.dns_anycast.cloud]]
    name = "lab"
    servers = ["%s", "%s"]
    site = '^([A-Z]{3})'
    places = "iata"
    sites = ["LHR", "ARN", "YYZ"]
    zone = "%s"
    reference = ["%s", "%s", "%s"]  # the sites' own addresses
`, service[0], service[1], zone, cloud[0].own(), cloud[1].own(), cloud[2].own())
}
