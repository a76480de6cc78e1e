//go:build unix

package dns_anycast

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// nameserverCase is one server, configured to call itself something, and what every point about it must say.
type nameserverCase struct {
	ns   daemons.Kind
	name string
	self string
	want saying
}

// hostsName is what most servers call themselves when nobody told them. No site rule matches it.
var hostsName, _ = os.Hostname()

// TestNameservers asks each server with NSID and cookie, as by default.
func TestNameservers(t *testing.T) {
	t.Parallel()
	lhr1 := saying{source: byHostname, instance: "lhr1.example", site: "LHR", nsid: "lhr1-nsid"}
	lhr1NSID := saying{source: byNSID, instance: "lhr1.example", site: "LHR", nsid: "lhr1.example"}
	unknown := saying{source: byHostname, instance: hostsName}
	runNameserverCases(t, true, []nameserverCase{
		{daemons.BIND, "set", `hostname "lhr1.example"; server-id "lhr1-nsid";`, lhr1},
		{daemons.BIND, "hidden", `hostname none; server-id none;`, saying{result: "no_identity"}},
		{daemons.BIND, "NSID alone", `hostname none; server-id "lhr1.example";`, lhr1NSID},
		{daemons.BIND, "default", "", unknown},
		{daemons.BIND, "cookie required", `hostname "lhr1.example"; server-id "lhr1-nsid"; require-server-cookie yes;`, lhr1},
		{daemons.NSD, "set", "identity: lhr1.example\n  nsid: ascii_lhr1-nsid", lhr1},
		{daemons.NSD, "hidden", "identity: lhr1.example\n  hide-identity: yes", saying{result: "rcode_error", rcode: "REFUSED"}},
		{daemons.NSD, "hidden but for NSID", "nsid: ascii_lhr1.example\n  hide-identity: yes", lhr1NSID.with("REFUSED")},
		{daemons.NSD, "default", "", unknown},
		{daemons.Knot, "set", "identity: lhr1.example\n  nsid: lhr1-nsid", lhr1},
		{daemons.Knot, "hidden", `identity: ""` + "\n" + `  nsid: ""`, saying{result: "rcode_error", rcode: "REFUSED"}},
		{daemons.Knot, "default", "", knotsDefault()},
		{daemons.Knot, "cookie required", "identity: lhr1.example\n  nsid: lhr1-nsid\ntemplate:\n  - id: default\n    global-module: mod-cookies", lhr1},
		{daemons.Unbound, "set", "identity: lhr1.example\n  nsid: ascii_lhr1-nsid", lhr1},
		{daemons.Unbound, "hidden", "identity: lhr1.example\n  hide-identity: yes", saying{result: "rcode_error", rcode: "REFUSED"}},
		{daemons.Unbound, "default", "", unknown},
		{daemons.PowerDNS, "set", "server-id=lhr1.example", lhr1NSID.with("REFUSED")},
		{daemons.PowerDNS, "hidden", "server-id=disabled", saying{result: "rcode_error", rcode: "REFUSED"}},
		{daemons.PowerDNS, "default", "", saying{rcode: "REFUSED", source: byNSID, instance: hostsName, nsid: hostsName}},
		{daemons.Recursor, "set", "server-id=lhr1.example", lhr1NSID.with("SERVFAIL")},
		{daemons.Recursor, "hidden", "server-id=disabled", saying{result: "rcode_error", rcode: "SERVFAIL"}},
		{daemons.Recursor, "default", "", saying{rcode: "SERVFAIL", source: byNSID, instance: hostsName, nsid: hostsName}},
		{daemons.Dnsdist, "set, class IN", dnsdistSpoofs("hostname.bind"), lhr1.withNSID("").because(classINSign)},
		{daemons.Dnsdist, "set for id.server", dnsdistSpoofs("id.server"), saying{source: byID, instance: "lhr1.example", site: "LHR", err: classINSign}},
		{daemons.Dnsdist, "hidden", "", saying{result: "rcode_error", rcode: "REFUSED"}},
		{daemons.Gdnsd, "set", "chaos_response => lhr1.example\n  nsid_ascii => lhr1-nsid", lhr1},
		{daemons.Gdnsd, "default", "", saying{source: byHostname, instance: "gdnsd/3"}},
		{daemons.YADIFA, "set", "<main>\n  hostname lhr1.example\n</main>\n<nsid>\n  ascii lhr1-nsid\n</nsid>", lhr1},
		{daemons.YADIFA, "default", "", unknown},
		{daemons.KnotResolver, "set", "modules.load('nsid')\nnsid.name('lhr1.example')", lhr1NSID.with("REFUSED")},
		{daemons.KnotResolver, "default", "", saying{result: "rcode_error", rcode: "REFUSED"}},
		{daemons.Dnsmasq, "default", "", saying{result: "rcode_error", rcode: "NOTIMP"}},
	})
}

// knotsDefault is the host's name as it resolves, in both places; where it does not, Knot names nobody.
func knotsDefault() saying {
	out, err := exec.Command("hostname", "-f").Output()
	if err != nil {
		return saying{result: "rcode_error", rcode: "REFUSED"}
	}
	name := strings.TrimSpace(string(out))
	return saying{source: byHostname, instance: name, nsid: name}
}

// TestNameserversBare asks as in 2017, without EDNS: where NSID would have told, the second name must.
func TestNameserversBare(t *testing.T) {
	t.Parallel()
	runNameserverCases(t, false, []nameserverCase{
		{daemons.BIND, "set", `hostname "lhr1.example"; server-id "lhr1-nsid";`, saying{source: byHostname, instance: "lhr1.example", site: "LHR"}},
		{daemons.PowerDNS, "set", "server-id=lhr1.example", saying{source: byID, instance: "lhr1.example", site: "LHR"}},
		{daemons.PowerDNS, "two strings", "server-id=" + strings.Repeat("l", 300), saying{
			source: byID, instance: strings.Repeat("l", 99) + "~", hostname: strings.Repeat("l", 300),
		}},
		{daemons.Recursor, "set", "server-id=lhr1.example", saying{source: byID, instance: "lhr1.example", site: "LHR"}},
		{daemons.KnotResolver, "set", "modules.load('nsid')\nnsid.name('lhr1.example')", saying{result: "rcode_error", rcode: "REFUSED"}},
	})
}

// TestNameserversOddIdentities has servers call themselves what only an operator in a hurry would.
func TestNameserversOddIdentities(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("l", 256)
	runNameserverCases(t, true, []nameserverCase{
		{daemons.NSD, "newline", "identity: \"lhr1\n.example\"", saying{source: byHostname, instance: "lhr1%0A.example"}},
		{daemons.NSD, "256 bytes", "identity: " + long + "\n  nsid: ascii_" + long, saying{ // its TXT is the empty string
			source: byNSID, instance: long[:99] + "~", hostname: long, nsid: long}},
		{daemons.Knot, "255 bytes", "identity: " + long[:255] + "\n  nsid: \"\"", saying{
			source: byHostname, instance: long[:99] + "~", hostname: long[:255],
		}},
		{daemons.Knot, "UTF-8", "identity: \"zürich-東\"\n  nsid: \"zürich-東\"", saying{source: byHostname, instance: "zürich-東", nsid: "zürich-東"}},
		{daemons.BIND, "backslash", `hostname "lhr\1%"; server-id none;`, saying{source: byHostname, instance: "lhr%5C1%25"}},
		{daemons.Unbound, "control bytes", "identity: \"\x01lhr1\x7f\t.example\"", saying{source: byHostname, instance: "%01lhr1%7F%09.example"}},
		{daemons.Unbound, "Latin-1", "identity: \"z\xfcrich\"", saying{source: byHostname, instance: "0x7afc72696368"}},
		{daemons.PowerDNS, "backslash", `server-id=lhr1\b`, saying{
			rcode: "REFUSED", source: byNSID, instance: `lhr1%5Cb`, nsid: `lhr1%5Cb`,
		}}, // its TXT would lack the backslash
		{daemons.BINDChaos, "two strings", `hostname CH TXT "lhr1" ".example"`, saying{source: byHostname, instance: "lhr1.example", site: "LHR"}},
		{daemons.BINDChaos, "blank", `hostname CH TXT "  "`, saying{result: "no_identity"}},
		{daemons.BINDChaos, "CNAME", "hostname CH CNAME other.bind.\nother CH TXT lhr1.example", saying{result: "no_identity"}},
		{daemons.BINDChaos, "no such name", "", saying{result: "rcode_error", rcode: "NXDOMAIN"}},
	})
}

// TestNameserverTruncates has BIND answer with five strings of 250 bytes, too long for our EDNS size.
func TestNameserverTruncates(t *testing.T) {
	t.Parallel()
	s := `"` + strings.Repeat("l", 250) + `" `
	servers := daemons.Serve(t, daemons.BINDChaos, "hostname CH TXT "+strings.Repeat(s, 5))
	want := map[string]saying{
		"udp": {result: "truncated"},
		"tcp": {source: byHostname, instance: strings.Repeat("l", 99) + "~", hostname: strings.Repeat("l", 1023) + "~"},
	}
	for _, p := range askNameserver(t, servers, true) {
		checkSaying(t, p, want[p.transport])
	}
}

// TestNameserverLimiter: BIND answers CHAOS queries three times a second and drops the rest in silence, but for those
// who show its cookie.
func TestNameserverLimiter(t *testing.T) {
	t.Parallel()
	const rounds = 20
	server := daemons.Serve(t, daemons.BIND, `hostname "lhr1.example";`)[:1]
	start := time.Now()
	got := resultsOf(t, newAsking(t, server, func(d *DNSAnycast) { d.Transports = []string{"udp"} }), rounds)
	if got["success"] != rounds {
		t.Errorf("with cookies: %v, want %d times success", got, rounds)
	} else if took := time.Since(start); took > 2*time.Second {
		t.Errorf("%d rounds took %v: too slow to meet the limiter", rounds, took)
	}
	got = resultsOf(t, newAsking(t, server, func(d *DNSAnycast) {
		d.Transports, d.EDNS, d.Timeout = []string{"udp"}, false, Duration(80*time.Millisecond)
	}), rounds)
	if got["timeout"] <= rounds/2 || got["timeout"]+got["success"] != rounds {
		t.Errorf("without: %v, want mostly timeout and the rest success", got)
	}
}

// TestNameserverManyTargets: a machine with more addresses than BIND answers in a round to those without a cookie. It
// counts what it drops, so that by asking alone none of the others would ever get an answer.
func TestNameserverManyTargets(t *testing.T) {
	t.Parallel()
	const many = 60
	server := daemons.Serve(t, daemons.BIND, `hostname "lhr1.example";`)[:1]
	d := newAsking(t, server, func(d *DNSAnycast) {
		d.Transports, d.Timeout = []string{"udp"}, Duration(300*time.Millisecond)
		for i := range many - 1 { // the limit is one for all addresses of a machine, and so is that of one address
			c := d.Clouds[0]
			c.Name = fmt.Sprint("c", i)
			d.Clouds = append(d.Clouds, c)
		}
	})
	for round := range 6 {
		got := resultsOf(t, d, 1)["success"]
		if limited := round < 4; limited == (got == many) {
			t.Errorf("round %d: %d of %d answered", round+1, got, many)
		}
	}
}

// TestNameserverQueries: ten queries in one round to a BIND that has never seen us, none of which it drops.
func TestNameserverQueries(t *testing.T) {
	t.Parallel()
	server := daemons.Serve(t, daemons.BIND, `hostname "lhr1.example";`)[:1]
	d := newAsking(t, server, func(d *DNSAnycast) { d.Transports, d.Queries = []string{"udp"}, 10 })
	if got := resultsOf(t, d, 1); got["success"] != 10 {
		t.Errorf("%v, want ten times success", got)
	}
}

// TestNameserverIPv6 is the only test that says so when the tests above did without IPv6.
func TestNameserverIPv6(t *testing.T) { skiptest.IPv6(t) }

func resultsOf(t *testing.T, d *DNSAnycast, rounds int) map[string]int {
	t.Helper()
	results := map[string]int{}
	for range rounds {
		d.Round(context.Background(), queriesTo(func(m telegraf.Metric) {
			result, _ := m.GetTag("result")
			results[result]++
		}))
	}
	return results
}

func dnsdistSpoofs(name string) string {
	return "addAction(chaos('" + name + "'), txt('lhr1.example'))"
}
