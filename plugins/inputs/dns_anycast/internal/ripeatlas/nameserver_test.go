//go:build unix

package ripeatlas

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
)

// TestRealNameServers: what they answer comes through the API as they said it.
func TestRealNameServers(t *testing.T) {
	for _, c := range []struct {
		kind  daemons.Kind
		self  string
		wants map[string]string // by the name asked for
	}{
		{daemons.BIND, `hostname "lhr1.example"; server-id "lhr1-nsid";`, map[string]string{
			"hostname.bind": `success "lhr1.example" by "hostname.bind"`, "id.server": `success "lhr1-nsid" by "id.server"`,
			"version.bind": "invalid: wrong question",
		}},
		{daemons.NSD, "identity: \"arn2.example\"\n  nsid: \"ascii_arn2-nsid\"", map[string]string{
			"hostname.bind": `success "arn2.example" by "hostname.bind"`, "id.server": `success "arn2.example" by "id.server"`,
		}},
		{daemons.Knot, "identity: \"ams3.example\"\n  nsid: \"ams3-nsid\"", map[string]string{
			"id.server": `success "ams3.example" by "id.server"`,
		}},
	} {
		t.Run(c.kind.Name, func(t *testing.T) {
			server := netip.MustParseAddrPort(daemons.Serve(t, c.kind, c.self)[0])
			for name, want := range c.wants {
				if got := throughAPI(t, server, name, false); got != want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			}
			t.Log("a zone that it does not have: ", throughAPI(t, server, "example.net", true))
		})
	}
}

// throughAPI asks a server as a probe does, and returns what the last window says.
func throughAPI(t *testing.T, server netip.AddrPort, name string, soa bool) string {
	t.Helper()
	reply, took, err := atlastest.Ask(server, name, soa)
	if err != nil {
		t.Fatal(err)
	}
	var s atlastest.Server
	m := atlastest.Measurement{ID: 10301, Target: "k.example", Addr: server.Addr(), Name: name, SOA: soa, Interval: time.Minute}
	if name == "version.bind" { // is what the server was asked for, but not by the measurement
		m.Name = "hostname.bind"
	}
	s.Measure(m)
	r := atlastest.Result{Measurement: 10301, Probe: 7, At: time.Now().Add(-10 * time.Second).Truncate(10 * time.Second), Addr: server, Reply: reply, RTT: took}
	next := r
	next.At = r.At.Add(10 * time.Second) // where that is the last window, once it is asked for
	s.Add(r, next)
	f := Feed{
		Client: newTestClient(t, s.Serve(t), ""), ID: 10301, Names: names, Addrs: []netip.Addr{server.Addr()}, Length: 10 * time.Second,
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	w, err := f.Last(ctx)
	if err != nil || w.Total != 1 {
		t.Fatalf("%+v, %v", w, err)
	}
	return brief(w.Results[0])
}
