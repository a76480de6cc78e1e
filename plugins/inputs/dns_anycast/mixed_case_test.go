//go:build unix

package dns_anycast

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// TestMixedCase asks real servers "hOsTnAmE.bInD CH TXT" and "iD.sErVeR CH TXT". All of them answer as they answer the
// name in lower case, and repeat the question with the very letters.
func TestMixedCase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ns             daemons.Kind
		self           string
		hostname, byID string // rcode, TXT and NSID
	}{
		{daemons.BIND, `hostname "lhr1.example"; server-id "lhr1-nsid";`, "NOERROR lhr1.example lhr1-nsid", "NOERROR lhr1-nsid lhr1-nsid"},
		{daemons.BINDChaos, "hostname CH TXT lhr1.example\nid CH TXT lhr1-nsid", "NOERROR lhr1.example -", "NOERROR lhr1-nsid -"},
		{daemons.NSD, "identity: lhr1.example\n  nsid: ascii_lhr1-nsid", "NOERROR lhr1.example lhr1-nsid", "NOERROR lhr1.example lhr1-nsid"},
		{daemons.Knot, "identity: lhr1.example\n  nsid: lhr1-nsid", "NOERROR lhr1.example lhr1-nsid", "NOERROR lhr1.example lhr1-nsid"},
		{daemons.Unbound, "identity: lhr1.example\n  nsid: ascii_lhr1-nsid", "NOERROR lhr1.example lhr1-nsid", "NOERROR lhr1.example lhr1-nsid"},
		{daemons.PowerDNS, "server-id=lhr1.example", "REFUSED - lhr1.example", "NOERROR lhr1.example lhr1.example"},
		{daemons.Recursor, "server-id=lhr1.example", "SERVFAIL - lhr1.example", "NOERROR lhr1.example lhr1.example"},
		{daemons.Dnsdist, dnsdistSpoofs("hostname.bind"), "NOERROR lhr1.example -", "REFUSED - -"},
		{daemons.Gdnsd, "chaos_response => lhr1.example\n  nsid_ascii => lhr1-nsid", "NOERROR lhr1.example lhr1-nsid", "NOERROR lhr1.example lhr1-nsid"},
		{daemons.YADIFA, "<main>\n  hostname lhr1.example\n</main>\n<nsid>\n  ascii lhr1-nsid\n</nsid>", "NOERROR lhr1.example lhr1-nsid", "REFUSED - lhr1-nsid"},
		{daemons.KnotResolver, "modules.load('nsid')\nnsid.name('lhr1.example')", "REFUSED - lhr1.example", "REFUSED - lhr1.example"},
		{daemons.Dnsmasq, "", "NOTIMP - -", "NOTIMP - -"},
	} {
		t.Run(c.ns.Name, func(t *testing.T) {
			t.Parallel()
			server := daemons.Serve(t, c.ns, c.self)[0]
			for name, want := range map[string]string{"hOsTnAmE.bInD.": c.hostname, "iD.sErVeR.": c.byID} {
				for _, name := range []string{strings.ToLower(name), name, strings.ToUpper(name)} {
					if got, exact := askRaw(t, server, name); got != want || !exact {
						t.Errorf("%s: got %s, question repeated: %v, want %s", name, got, exact, want)
					}
				}
			}
		})
	}
}

// askRaw sends one query until it is answered: BIND drops what exceeds three within a second.
func askRaw(t *testing.T, server, name string) (said string, exact bool) {
	t.Helper()
	c, err := net.Dial("udp", server)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	q := wire.Query{ID: wire.NewID(), Name: name, EDNS: true, Cookie: wire.NewCookie()}
	query, b := q.Append(nil), make([]byte, 1500)
	for range 10 {
		c.Write(query)
		c.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		n, err := c.Read(b)
		if err != nil {
			continue
		}
		a, err := q.Read(b[:n])
		if err != nil {
			t.Fatalf("%s: %v: %x", name, err, b[:n])
		}
		said := fmt.Sprint(wire.RcodeText(a.Rcode), " ", cmp.Or(a.TXT, "-"), " ", cmp.Or(a.NSID, "-"))
		question := (&dnstest.Query{Data: query}).Question()
		return said, bytes.HasPrefix(b[12:n], question)
	}
	t.Fatalf("%s: no reply", name)
	return "", false
}
