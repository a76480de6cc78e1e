//go:build linux

package main

import (
	"fmt"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
)

// nameserver is a make of name server, and the lines of its configuration that give its identity
// and its zones.
type nameserver struct {
	daemons.Kind
	self  func(identity string) string
	zones string
}

var nsd = nameserver{
	daemons.NSD,
	func(name string) string { return fmt.Sprintf("identity: %q\n  nsid: \"ascii_%s\"", name, name) },
	"zone:\n  name: " + zone + "\n  zonefile: zone\n",
}

var knot = nameserver{
	daemons.Knot,
	func(name string) string { return fmt.Sprintf("identity: %q\n  nsid: %q", name, name) },
	`template:
  - id: default
    storage: "{{.Dir}}"
    journal-content: none
    zonefile-sync: -1
zone:
  - domain: ` + zone + "\n    file: zone\n",
}

var bind = nameserver{
	daemons.BIND,
	func(name string) string { return fmt.Sprintf("hostname %q; server-id %q; notify no;", name, name) },
	`zone "` + zone + `" { type primary; file "zone"; };`,
}
