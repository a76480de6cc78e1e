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

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// nameserverCase is one server, configured to call itself something, and what every point about it must say.
type nameserverCase struct {
	ns   nameserver
	name string
	self string
	want saying
}

const (
	byHostname = "hostname.bind"
	byID       = "id.server"
	byNSID     = "nsid"
)

// hostsName is what most servers call themselves when nobody told them. No site rule matches it.
var hostsName, _ = os.Hostname()

// TestNameservers asks each server with NSID and cookie, as by default.
func TestNameservers(t *testing.T) {
	lhr1 := saying{source: byHostname, instance: "lhr1.example", site: "LHR", nsid: "lhr1-nsid"}
	lhr1NSID := saying{source: byNSID, instance: "lhr1.example", site: "LHR", nsid: "lhr1.example"}
	unknown := saying{source: byHostname, instance: hostsName}
	runNameserverCases(t, true, []nameserverCase{
		{bind, "set", `hostname "lhr1.example"; server-id "lhr1-nsid";`, lhr1},
		{bind, "hidden", `hostname none; server-id none;`, saying{result: "no_identity"}},
		{bind, "NSID alone", `hostname none; server-id "lhr1.example";`, lhr1NSID},
		{bind, "default", "", unknown},
		{bind, "cookie required", `hostname "lhr1.example"; server-id "lhr1-nsid"; require-server-cookie yes;`, lhr1},
		{nsd, "set", "identity: lhr1.example\n  nsid: ascii_lhr1-nsid", lhr1},
		{nsd, "hidden", "identity: lhr1.example\n  hide-identity: yes", saying{result: "rcode_error", rcode: "REFUSED"}},
		{nsd, "hidden but for NSID", "nsid: ascii_lhr1.example\n  hide-identity: yes", lhr1NSID.with("REFUSED")},
		{nsd, "default", "", unknown},
		{knot, "set", "identity: lhr1.example\n  nsid: lhr1-nsid", lhr1},
		{knot, "hidden", `identity: ""` + "\n" + `  nsid: ""`, saying{result: "rcode_error", rcode: "REFUSED"}},
		{knot, "default", "", knotsDefault()},
		{knot, "cookie required", "identity: lhr1.example\n  nsid: lhr1-nsid\ntemplate:\n  - id: default\n    global-module: mod-cookies", lhr1},
		{unbound, "set", "identity: lhr1.example\n  nsid: ascii_lhr1-nsid", lhr1},
		{unbound, "hidden", "identity: lhr1.example\n  hide-identity: yes", saying{result: "rcode_error", rcode: "REFUSED"}},
		{unbound, "default", "", unknown},
		{pdnsAuth, "set", "server-id=lhr1.example", lhr1NSID.with("REFUSED")},
		{pdnsAuth, "hidden", "server-id=disabled", saying{result: "rcode_error", rcode: "REFUSED"}},
		{pdnsAuth, "default", "", saying{rcode: "REFUSED", source: byNSID, instance: hostsName, nsid: hostsName}},
		{pdnsRecursor, "set", "server-id=lhr1.example", lhr1NSID.with("SERVFAIL")},
		{pdnsRecursor, "hidden", "server-id=disabled", saying{result: "rcode_error", rcode: "SERVFAIL"}},
		{pdnsRecursor, "default", "", saying{rcode: "SERVFAIL", source: byNSID, instance: hostsName, nsid: hostsName}},
		{dnsdist, "set, class IN", dnsdistSpoofs("hostname.bind"), lhr1.withNSID("").because(classINSign)},
		{dnsdist, "set for id.server", dnsdistSpoofs("id.server"), saying{source: byID, instance: "lhr1.example", site: "LHR", err: classINSign}},
		{dnsdist, "hidden", "", saying{result: "rcode_error", rcode: "REFUSED"}},
		{gdnsd, "set", "chaos_response => lhr1.example\n  nsid_ascii => lhr1-nsid", lhr1},
		{gdnsd, "default", "", saying{source: byHostname, instance: "gdnsd/3"}},
		{yadifa, "set", "<main>\n  hostname lhr1.example\n</main>\n<nsid>\n  ascii lhr1-nsid\n</nsid>", lhr1},
		{yadifa, "default", "", unknown},
		{knotResolver, "set", "modules.load('nsid')\nnsid.name('lhr1.example')", lhr1NSID.with("REFUSED")},
		{knotResolver, "default", "", saying{result: "rcode_error", rcode: "REFUSED"}},
		{dnsmasq, "default", "", saying{result: "rcode_error", rcode: "NOTIMP"}},
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
	runNameserverCases(t, false, []nameserverCase{
		{bind, "set", `hostname "lhr1.example"; server-id "lhr1-nsid";`, saying{source: byHostname, instance: "lhr1.example", site: "LHR"}},
		{pdnsAuth, "set", "server-id=lhr1.example", saying{source: byID, instance: "lhr1.example", site: "LHR"}},
		{pdnsAuth, "two strings", "server-id=" + strings.Repeat("l", 300), saying{
			source: byID, instance: strings.Repeat("l", 99) + "~", hostname: strings.Repeat("l", 300),
		}},
		{pdnsRecursor, "set", "server-id=lhr1.example", saying{source: byID, instance: "lhr1.example", site: "LHR"}},
		{knotResolver, "set", "modules.load('nsid')\nnsid.name('lhr1.example')", saying{result: "rcode_error", rcode: "REFUSED"}},
	})
}

// TestNameserversOddIdentities has servers call themselves what only an operator in a hurry would.
func TestNameserversOddIdentities(t *testing.T) {
	long := strings.Repeat("l", 256)
	runNameserverCases(t, true, []nameserverCase{
		{nsd, "newline", "identity: \"lhr1\n.example\"", saying{source: byHostname, instance: "lhr1%0A.example"}},
		{nsd, "256 bytes", "identity: " + long + "\n  nsid: ascii_" + long, saying{ // its TXT is the empty string
			source: byNSID, instance: long[:99] + "~", hostname: long, nsid: long}},
		{knot, "255 bytes", "identity: " + long[:255] + "\n  nsid: \"\"", saying{
			source: byHostname, instance: long[:99] + "~", hostname: long[:255],
		}},
		{knot, "UTF-8", "identity: \"zürich-東\"\n  nsid: \"zürich-東\"", saying{source: byHostname, instance: "zürich-東", nsid: "zürich-東"}},
		{bind, "backslash", `hostname "lhr\1%"; server-id none;`, saying{source: byHostname, instance: "lhr%5C1%25"}},
		{unbound, "control bytes", "identity: \"\x01lhr1\x7f\t.example\"", saying{source: byHostname, instance: "%01lhr1%7F%09.example"}},
		{unbound, "Latin-1", "identity: \"z\xfcrich\"", saying{source: byHostname, instance: "0x7afc72696368"}},
		{pdnsAuth, "backslash", `server-id=lhr1\b`, saying{
			rcode: "REFUSED", source: byNSID, instance: `lhr1%5Cb`, nsid: `lhr1%5Cb`,
		}}, // its TXT would lack the backslash
		{bindChaos, "two strings", `hostname CH TXT "lhr1" ".example"`, saying{source: byHostname, instance: "lhr1.example", site: "LHR"}},
		{bindChaos, "blank", `hostname CH TXT "  "`, saying{result: "no_identity"}},
		{bindChaos, "CNAME", "hostname CH CNAME other.bind.\nother CH TXT lhr1.example", saying{result: "no_identity"}},
		{bindChaos, "no such name", "", saying{result: "rcode_error", rcode: "NXDOMAIN"}},
	})
}

// TestNameserverTruncates has BIND answer with five strings of 250 bytes, too long for our EDNS size.
func TestNameserverTruncates(t *testing.T) {
	t.Parallel()
	s := `"` + strings.Repeat("l", 250) + `" `
	servers := startNameserver(t, bindChaos, "hostname CH TXT "+strings.Repeat(s, 5))
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
	server := startNameserver(t, bind, `hostname "lhr1.example";`)[:1]
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
	server := startNameserver(t, bind, `hostname "lhr1.example";`)[:1]
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
	server := startNameserver(t, bind, `hostname "lhr1.example";`)[:1]
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
