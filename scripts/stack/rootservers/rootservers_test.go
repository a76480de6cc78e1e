package rootservers

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// rootClouds reads root-servers.conf, by letter.
func rootClouds(t *testing.T) map[string]dns_anycast.Cloud {
	t.Helper()
	var file struct {
		Inputs struct {
			Blocks []dns_anycast.DNSAnycast `toml:"dns_anycast"`
		} `toml:"inputs"`
	}
	if _, err := toml.DecodeFile(stacktest.Shipped("root-servers.conf"), &file); err != nil || len(file.Inputs.Blocks) != 1 {
		t.Fatalf("%d blocks, %v", len(file.Inputs.Blocks), err)
	}
	clouds := map[string]dns_anycast.Cloud{}
	for _, c := range file.Inputs.Blocks[0].Clouds {
		letter, _, _ := strings.Cut(c.Name, ".root-servers.net")
		clouds[letter] = c
	}
	return clouds
}

// TestRootServers: thirteen letters, each one name server with an address of either family that no other has.
func TestRootServers(t *testing.T) {
	clouds := rootClouds(t)
	seen := map[netip.Addr]bool{}
	for letter := 'a'; letter <= 'm'; letter++ {
		c := clouds[string(letter)]
		families := map[bool]int{}
		if len(c.NameServers) != 1 || c.NameServers[0].Name != c.Name || len(c.Servers) != 0 {
			t.Fatalf("%c has the name servers %q, and beside them %q", letter, c.NameServers, c.Servers)
		}
		for _, s := range c.NameServers[0].Addresses {
			a := netip.MustParseAddr(s)
			families[a.Is4()]++
			if seen[a] {
				t.Errorf("%c: %s is another letter's", letter, a)
			}
			seen[a] = true
		}
		if families[true] != 1 || families[false] != 1 {
			t.Errorf("%c has the addresses %q", letter, c.NameServers[0].Addresses)
		}
	}
	if len(clouds) != 13 {
		t.Errorf("%d clouds", len(clouds))
	}
}

// TestRootSites: what instances of each letter call themselves or have called themselves, and the site that is read.
func TestRootSites(t *testing.T) {
	clouds := rootClouds(t)
	for _, c := range []struct{ letter, names, sites string }{
		{"a", "a6.nl-ams.root n1a.us-iad.root a21-a.us-qas.root nnn1-lon3 nnn1-jptyo-1a rootns-ellhr2", "NL-AMS US-IAD US-QAS LON JPTYO LHR"},
		{"b", "b3-sin b2-LAX. b4", "SIN LAX -"},
		{"c", "lax1a.c.root-servers.org sin1a.c.root-servers.org qro1a.c.root-servers.org", "LAX SIN QRO"},
		{"d", "amnl3.droot.maxgigapop.net sgsg2.droot", "AMNL SGSG"},
		{"e", "p03.lhr.eroot c01.HKG.eroot p01.sjc2.eroot 1.1.e.qpg.pch.net", "LHR HKG SJC QPG"},
		{"f", "pek2a.f.root-servers.org ICN.cf.f.root-servers.org 87m362", "PEK ICN -"},
		{"g", "groot-con2-1 groot--pac1-3 g.root-servers-con2-1.net", "CON2 PAC1 CON2"},
		{"h", "001.apg.h.root-servers.org 001.hkg.h.root-servers.org", "APG HKG"},
		{"i", "s1.bei s10.sub", "BEI SUB"},
		{"j", "a1.at-vie.root n1.sa--ruh.root rootns1-elpek3 rootns-elpek3 nnn1-oak3 nnn1-uswas-2b", "AT-VIE SA--RUH PEK PEK OAK USWAS"},
		{"k", "ns1.cn-ggz.k.ripe.net ns3.gb-lon.k.ripe.net k3.ams-ix.k.ripe.net k1.linx.k.ripe.net", "CN-GGZ GB-LON AMS -"},
		{"l", "kr-icn-aa aa01-in-bom.l.dns.icann.org aa.us-lax.l.root pek01.l.root-servers.org", "KR-ICN IN-BOM US-LAX PEK"},
		{"m", "M-NRT-JPNAP-1 M-CDG-1 M-KTM", "NRT CDG KTM"},
	} {
		cloud := clouds[c.letter]
		own := regexp.MustCompile("^(?:" + cloud.Expect + ")$")
		sites := strings.Fields(c.sites)
		for i, name := range strings.Fields(c.names) {
			if got := siteBy(cloud.Site, name); got != strings.TrimPrefix(sites[i], "-") {
				t.Errorf("%s: %s is at %q, want %s", c.letter, name, got, sites[i])
			}
			if !own.MatchString(name) {
				t.Errorf("%s: %s is not expected", c.letter, name)
			}
			if garbled := strings.Replace(name, "-", "\r", 1); !own.MatchString(garbled) {
				t.Errorf("%s: %q is not expected", c.letter, garbled)
			}
		}
	}
}

// TestRootSitesOfOthers: names of resolvers, and of nobody, are at no site of any letter and none that it expects. A name
// of one letter is no other letter's, but for A and J, which have one operator.
func TestRootSitesOfOthers(t *testing.T) {
	others := []string{
		"pdns-recursor-58b7c5d77d-bjzkj", "tserv21", "230@dns9", "ny2-hw-edge-gc7.fe.gc.onl", "us-dns-rh1s", "pad", "c0ffee", "ns1",
		"<HIDDEN>", "CleanBrowsing v1.6a - dns-edge-canada-toronto3", "DNS_AF_HKH_25", "u4.sub", "gpdns-muc", "r3.lon", "r2005.yyz",
		"yul01", "LHR", "res721.qyul1", "res100.qzrh2.rrdns.pch.net", "res100.ams.rrdns.pch.net", "dns4eu-ams-01", "jp-kix-5",
		"jfk-dns1-02.inet.centurylink.net", "u-ci-nominet2.usdal1.", "nl-ams-as3333-3.anchors.atlas.ripe.net", "localhost", "",
		"evil.ns1.gb-lon.k.ripe.net", "ns1.gb-lon.k.ripe.net.example", "M-NRT-1\nM-NRT-2",
	}
	clouds := rootClouds(t)
	for letter, c := range clouds {
		own := regexp.MustCompile("^(?:" + c.Expect + ")$")
		for _, name := range others {
			if got := siteBy(c.Site, name); got != "" || own.MatchString(name) {
				t.Errorf("%s: %q is at %q, expected: %v", letter, name, got, own.MatchString(name))
			}
		}
		for _, r := range rootIdentities(t) {
			one := letter == r.letter || letter+r.letter == "aj" || letter+r.letter == "ja"
			if one != own.MatchString(r.identity) || one != (siteBy(c.Site, r.identity) != "") {
				t.Errorf("%s: %s of %s is at %q, expected: %v", letter, r.identity, r.letter, siteBy(c.Site, r.identity), !one)
			}
		}
	}
}

// siteBy applies a rule as the plugin does: the first group that takes part, in upper case.
func siteBy(rule, name string) string {
	if rule == "" {
		return ""
	}
	for i, group := range regexp.MustCompile(rule).FindStringSubmatch(name) {
		if i > 0 && group != "" {
			return strings.ToUpper(group)
		}
	}
	return ""
}
