package main

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

// world is what probes ask, and are answered.
type world struct {
	letters, probes, windows int
	length                   time.Duration
}

// results is how many there are.
func (w *world) results() int { return 2 * w.letters * w.windows * w.probes }

var families = [2]string{"192.0.2.", "2001:db8::"}

// codes are of places in the built-in table; a letter has each of them sites times.
var codes = strings.Fields("AMS FRA LON PAR VIE ARN WAW MAD MIL IAD MIA ORD LAX SEA YYZ GRU EZE JNB NBO CAI DXB BOM SIN HKG TYO SYD AKL")

const sites = 4

// measurement is the number of a letter's measurement over a family.
func measurement(letter, family int) int { return 10000 + 1000*family + letter }

func address(letter, family int) netip.Addr {
	return netip.MustParseAddr(fmt.Sprint(families[family], letter+1))
}

// serve tells an API of the measurements, and of what they have from a time on.
func (w *world) serve(api *atlastest.Server, from time.Time) {
	var replies [][]byte
	for i := range len(codes) * sites {
		name := fmt.Sprintf("%s%d.example", strings.ToLower(codes[i%len(codes)]), i/len(codes))
		replies = append(replies, atlastest.Named("hostname.bind", name, nil))
	}
	for letter := range w.letters {
		for family := range families {
			m := atlastest.Measurement{
				ID: measurement(letter, family), Target: fmt.Sprintf("%c.example", 'a'+letter), Addr: address(letter, family),
				Name: "hostname.bind", Interval: 4 * time.Minute,
			}
			api.Measure(m)
			for n := range w.windows {
				w.answer(api, m, from.Add(time.Duration(n)*w.length), n, replies)
			}
		}
	}
}

// answer adds what a window holds: of a hundred probes one moves each time, one is answered by somebody
// else, and one not at all.
func (w *world) answer(api *atlastest.Server, m atlastest.Measurement, from time.Time, window int, replies [][]byte) {
	all := make([]atlastest.Result, 0, w.probes)
	for probe := range w.probes {
		r := atlastest.Result{
			Measurement: m.ID, Probe: probe + 1, At: from.Add(time.Duration(probe) * w.length / time.Duration(w.probes)),
			Addr: netip.AddrPortFrom(m.Addr, 53), RTT: time.Duration(5+probe%150) * time.Millisecond, Synced: 60,
			Reply: replies[(probe+m.ID)%len(replies)],
		}
		switch probe % 100 {
		case 0:
			r.Reply = replies[(probe+m.ID+window)%len(replies)]
		case 1:
			r.Reply = atlastest.Refused("hostname.bind")
		case 2:
			r.Reply, r.Error = nil, `{"timeout":5000}`
		}
		all = append(all, r)
	}
	api.Add(all...)
}

// registered is how many probes there ever were, which are all in the archive.
const registered = 60_000

// write writes where probes are, and the command's configuration, into a folder.
func (w *world) write(dir, url string) (conf string, err error) {
	var probes, text strings.Builder
	for i := range registered {
		fmt.Fprintf(&probes, `{"id":%d,"asn_v4":%d,"asn_v6":%[2]d,"country_code":"%c%c","geometry":{"type":"Point","coordinates":[%d,%d]}}`+"\n",
			i+1, 64496+i%4000, 'A'+i%26, 'A'+i/26%7, i%360-180, i%120-60)
	}
	archive := filepath.Join(dir, "probes")
	if err := os.WriteFile(archive, []byte(probes.String()), 0o600); err != nil {
		return "", err
	}
	fmt.Fprintf(&text, "[[inputs.dns_anycast]]\n[inputs.dns_anycast.atlas]\nurl = %q\nprobes = %q\nwindow = %q\ngrace = \"3s\"\n",
		url, archive, w.length)
	for letter := range w.letters {
		fmt.Fprintf(&text, "[[inputs.dns_anycast.cloud]]\nname = \"%c\"\nsite = '^([a-z]{3}[0-9])'\nexpect = '[a-z]{3}[0-9]\\.example'\n"+
			"places = \"iata\"\natlas = [%d, %d]\n", 'a'+letter, measurement(letter, 0), measurement(letter, 1))
	}
	conf = filepath.Join(dir, "plugin.conf")
	return conf, os.WriteFile(conf, []byte(text.String()), 0o600)
}
