//go:build unix

package dns_anycast

import (
	"fmt"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
)

// source is where a server of zone.example has it from. Nobody is told of news: secondaries look.
type source struct {
	Primary int  // the port it transfers from; 0: none, zone.file is the zone
	Refresh int  // s between two looks at the primary, at least (Knot: 2)
	Signed  bool // by itself
	Parent  bool // it serves example, which delegates zone.example, instead
	None    bool // it has no zone at all
}

// zoneKind is a kind of name server that serves zones, and what it calls itself: each in another way.
type zoneKind struct {
	daemons.Kind
	self  string
	zones func(source) string // a template

	who, site, nsid string // tags of its points, and the field
	hidden          string // who as reference, whose identity is not asked for
}

func (s source) zone() string {
	if s.Parent {
		return "example"
	}
	return "zone.example"
}

var zoneBind = zoneKind{
	Kind: daemons.BIND,
	self: `hostname "arn1.example"; server-id "arn1-nsid"; notify no;`,
	who:  "identity_source=hostname.bind,instance=arn1.example,", site: "site=ARN,", nsid: "nsid=arn1-nsid ",
	hidden: "identity_source=nsid,instance=arn1-nsid,",
	zones: func(s source) string {
		role := "type primary;"
		if s.Primary > 0 {
			role = fmt.Sprintf("type secondary; masterfile-format text; primaries { 127.0.0.1 port %d; };", s.Primary)
			role += fmt.Sprintf(" min-refresh-time %d; min-retry-time 1;", s.Refresh)
		}
		if s.Signed {
			role += " dnssec-policy default; inline-signing yes;"
		}
		return fmt.Sprintf("zone %q { %s file \"zone.file\"; allow-transfer { 127.0.0.1; }; };\n", s.zone(), role)
	},
}

var zoneNSD = zoneKind{
	Kind: daemons.NSD,
	self: "nsid: ascii_yyz1.example\n  hide-identity: yes",
	who:  "identity_source=nsid,instance=yyz1.example,", site: "site=YYZ,", nsid: "nsid=yyz1.example ",
	hidden: "identity_source=nsid,instance=yyz1.example,",
	zones: func(s source) string {
		text := fmt.Sprintf("zone:\n  name: %s\n  zonefile: zone.file\n  provide-xfr: 127.0.0.1 NOKEY\n", s.zone())
		if s.Primary > 0 {
			text += fmt.Sprintf("  request-xfr: AXFR 127.0.0.1@%d NOKEY\n  min-refresh-time: %d\n", s.Primary, s.Refresh)
		}
		return text
	},
}

var zoneKnot = zoneKind{
	Kind: daemons.Knot,
	self: "identity: lhr1.example\n  nsid: \"\"",
	who:  "identity_source=paired,instance=lhr1.example,", site: "site=LHR,",
	zones: func(s source) string {
		text := "acl:\n  - id: all\n    address: 127.0.0.1\n    action: transfer\n"
		if s.Primary > 0 {
			text += fmt.Sprintf("remote:\n  - id: primary\n    address: 127.0.0.1@%d\n", s.Primary)
		}
		text += fmt.Sprintf("zone:\n  - domain: %s\n    storage: \"{{.Dir}}\"\n    file: zone.file\n    acl: all\n", s.zone())
		if s.Primary > 0 {
			text += fmt.Sprintf("    master: primary\n    refresh-min-interval: %d\n    retry-min-interval: 1\n", max(2, s.Refresh))
		}
		if s.Signed {
			text += "    dnssec-signing: on\n    zonefile-sync: -1\n"
		}
		return text
	},
}

// zoneUnbound is no authority: it has the zone from its cache, for all who ask.
var zoneUnbound = zoneKind{
	Kind: daemons.Unbound,
	self: "identity: nrt1.example\n  nsid: ascii_nrt1.example\n" +
		"  access-control: 127.0.0.0/8 allow_snoop\n  access-control: ::1 allow_snoop\n" +
		"  do-not-query-localhost: no\n  local-zone: zone.example. transparent",
	who: "identity_source=hostname.bind,instance=nrt1.example,", site: "site=NRT,", nsid: "nsid=nrt1.example ",
	zones: func(s source) string {
		return fmt.Sprintf("stub-zone:\n  name: %s\n  stub-addr: 127.0.0.1@%d\n", s.zone(), s.Primary)
	},
}
