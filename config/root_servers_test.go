package config_test

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// rootClouds reads root-servers.conf, by letter.
func rootClouds(t *testing.T) map[string]dns_anycast.Cloud {
	t.Helper()
	var file struct {
		Inputs struct {
			Blocks []dns_anycast.DNSAnycast `toml:"dns_anycast"`
		} `toml:"inputs"`
	}
	if _, err := toml.DecodeFile("root-servers.conf", &file); err != nil || len(file.Inputs.Blocks) != 1 {
		t.Fatalf("%d blocks, %v", len(file.Inputs.Blocks), err)
	}
	clouds := map[string]dns_anycast.Cloud{}
	for _, c := range file.Inputs.Blocks[0].Clouds {
		letter, _, _ := strings.Cut(c.Name, ".root-servers.net")
		clouds[letter] = c
	}
	return clouds
}

// TestRootServers: thirteen letters, each with an address of either family that no other has.
func TestRootServers(t *testing.T) {
	clouds := rootClouds(t)
	seen := map[netip.Addr]bool{}
	for letter := 'a'; letter <= 'm'; letter++ {
		c := clouds[string(letter)]
		families := map[bool]int{}
		for _, s := range c.Servers {
			a := netip.MustParseAddr(s)
			families[a.Is4()]++
			if seen[a] {
				t.Errorf("%c: %s is another letter's", letter, a)
			}
			seen[a] = true
		}
		if families[true] != 1 || families[false] != 1 {
			t.Errorf("%c has the servers %q", letter, c.Servers)
		}
	}
	if len(clouds) != 13 {
		t.Errorf("%d clouds", len(clouds))
	}
}

// TestRootSites: what instances of each letter have called themselves, and where that says they are: with places, on a
// map too.
func TestRootSites(t *testing.T) {
	clouds := rootClouds(t)
	d := dns_anycast.New()
	for _, c := range clouds {
		d.Clouds = append(d.Clouds, c)
	}
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ letter, names, sites string }{
		{"a", "nnn1-lon3 nnn1-lon8 nnn1-sin5 nnn1-jptyo-1a nnn1-jptyo-1b", "LON LON SIN TYO TYO"},
		{"b", "b4 b3-sin b2-scl b2-lax b2-mia", "- SIN SCL LAX MIA"},
		{"c", "lax1a.c.root-servers.org sin1a.c.root-servers.org qro1a.c.root-servers.org", "LAX SIN QRO"},
		{"d", "sgsg2.droot", "-"},
		{"e", "p03.lhr.eroot c01.HKG.eroot c01.MCI.eroot 1.1.e.qpg.pch.net", "LHR HKG MCI QPG"},
		{"f", "pek2a.f.root-servers.org sel1f.f.root-servers.org ICN.cf.f.root-servers.org EWR.cf.f.root-servers.org", "PEK SEL ICN EWR"},
		{"g", "g.root-servers-con2-1.net groot-con2-1", "- -"},
		{"h", "001.apg.h.root-servers.org 001.hkg.h.root-servers.org", "APG HKG"},
		{"i", "s1.bei", "-"},
		{"j", "rootns1-elpek3 rootns-elpek3 nnn1-oak3", "PEK PEK OAK"},
		{"k", "ns1.cn-ggz.k.ripe.net ns3.gb-lon.k.ripe.net k3.ams-ix.k.ripe.net", "GGZ LON AMS"},
		{"l", "kr-icn-aa pek01.l.root-servers.org aa01-in-bom.l.dns.icann.org", "ICN PEK BOM"},
		{"m", "M-NRT-JPNAP-1 M-CDG-1", "NRT CDG"},
	} {
		sites := strings.Fields(c.sites)
		for i, name := range strings.Fields(c.names) {
			if got := siteBy(clouds[c.letter].Site, name); got != strings.TrimPrefix(sites[i], "-") {
				t.Errorf("%s: %s is at %q, want %s", c.letter, name, got, sites[i])
			}
			known := sites[i] != "-" && clouds[c.letter].Places != ""
			if place := d.PlaceName(clouds[c.letter].Name, sites[i]); (place != "") != known {
				t.Errorf("%s: %s is %q, want one: %v", c.letter, sites[i], place, known)
			}
		}
	}
}

// TestRootSitesOfOthers: names that say nothing of a place give none under any rule.
func TestRootSitesOfOthers(t *testing.T) {
	for letter, c := range rootClouds(t) {
		for _, name := range []string{
			"pdns-recursor-58b7c5d77d-bjzkj", "tserv21", "230@dns9", "ny2-hw-edge-gc7.fe.gc.onl", "pad", "c0ffee", "ns1", "<HIDDEN>",
			"CleanBrowsing v1.6a - dns-edge-canada-toronto3", "u4.sub", "",
		} {
			if got := siteBy(c.Site, name); got != "" {
				t.Errorf("%s: %s is at %s", letter, name, got)
			}
		}
	}
}

// TestRootPlaces: codes of IATA have places, those of UN/LOCODE and of operators have none.
func TestRootPlaces(t *testing.T) {
	var iata, others string
	for letter, c := range rootClouds(t) {
		if c.Places == "iata" {
			iata += letter
		} else if others += letter; len(c.Place) > 0 {
			t.Errorf("%s has places of its own", letter)
		}
	}
	if !sameLetters(iata, "abcefhjlm") || !sameLetters(others, "dgik") {
		t.Errorf("%q with places, %q without", iata, others)
	}
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
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
