package stacktest

import (
	"fmt"
	"strconv"
	"strings"
)

// Closed is an address where nothing listens, over UDP or TCP.
const Closed = "127.0.0.1:1"

// Nowhere is a name that has no address, which Go's resolver knows without a packet (RFC 7686).
const Nowhere = "ns1.example.onion"

// NoSource are addresses of documentation networks, which this host does not have and cannot ask from.
const NoSource = "source_ipv4 = \"192.0.2.1\"\nsource_ipv6 = \"2001:db8::1\"\n"

// Cloud is a cloud of plugin.conf that expects names such as lhr1.
func Cloud(name string, servers ...string) string {
	for i, s := range servers {
		servers[i] = strconv.Quote(s)
	}
	return fmt.Sprintf(`
  [[inputs.dns_anycast.cloud]]
    name = %q
    servers = [%s]
    site = '^([a-z]{3})[0-9]$'
    expect = 'lhr[0-9]'
`, name, strings.Join(servers, ", "))
}

// Placed says where the sites of a cloud are: LHR in the built-in table; ARN by itself, at Arniston in South Africa.
// What answers within 300 ms is not slow, and a busy machine seldom makes lhr1 possible from ARN.
const Placed = `
    places = "iata"
    sites = ["LHR", "ARN"]
    far_over = "10ms"
    slow_after = 1
    slow_over = "300ms"
    floor_factor = 1.0
    floor_over = "300ms"
    [[inputs.dns_anycast.cloud.place]]
      code = "ARN"
      latitude = -34.67
      longitude = 20.23
`

// Names with everything that a name may hold and a query or a URL could trip over: of a cloud, and of vantage points.
const (
	Alpha = `al/pha.net "1" + (b|c)'s 100%&`
	Near  = "vantage-1"
	Far   = `vantage/2.net "b" + (c|d)'s 1%&`
)

// AtLHR is where a vantage point stands.
const AtLHR = "location = \"LHR\"\n"
