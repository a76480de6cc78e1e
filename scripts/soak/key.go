//go:build linux

package main

import (
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// key tells the points of a round apart.
type key struct{ measurement, cloud, server, address, transport string }

func keyOf(p execdtest.Point) key {
	return key{p.Name, p.Tags["cloud"], p.Tags["server"], p.Tags["address"], p.Tags["transport"]}
}

func (t target) key(measurement string) key {
	return key{measurement, t.cloud.name, t.text, t.addr.Addr().String(), t.transport}
}

func (k key) family() string {
	if strings.Contains(k.address, ":") {
		return "ipv6"
	}
	return "ipv4"
}
