package ripeatlas

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

const (
	benchProbes = 12_000
	benchSites  = 130
)

// resultsOfTwoRounds are 24,000 results, some 14 MB: two of each probe of RIPE Atlas.
func resultsOfTwoRounds() []byte {
	var text bytes.Buffer
	addr := netip.MustParseAddrPort("192.0.2.53:53")
	for i := range 2 * benchProbes {
		probe := i%benchProbes + 1
		name := fmt.Sprintf("ns%d.site-%03d.example", probe%4, probe%benchSites)
		r := atlastest.Result{
			Measurement: 10301, Probe: probe, At: time.Unix(1_800_000_000+int64(i/100), 0), Addr: addr,
			RTT: time.Duration(i) * time.Microsecond, Synced: 30,
			Reply: atlastest.Named("hostname.bind", name, func(m *dns.Msg) { atlastest.AddNSID(m, name) }),
		}
		text.Write(append(r.Line(), '\n'))
	}
	return text.Bytes()
}

// BenchmarkReadFile reads what all probes say in a window: well under 1 s on one core.
func BenchmarkReadFile(b *testing.B) {
	text := resultsOfTwoRounds()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		w, err := ReadFile(bytes.NewReader(text), QuestionOfFile([]string{"hostname.bind"}))
		if err != nil || w.Total != 2*benchProbes || len(w.Results) != benchProbes {
			b.Fatalf("%+v, %v", w, err)
		}
	}
}

// BenchmarkReadProbes reads all probes that were ever registered, unpacked.
func BenchmarkReadProbes(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"objects":[`)
	for i := range 60_000 {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"id":%d,"asn_v4":64500,"asn_v6":null,"country_code":"NL","latitude":52.37,"longitude":4.88,`+
			`"tags":["system-v3","system-ipv4-works"],"status":1,"prefix_v4":"192.0.2.0/24","is_public":true}`, i+1)
	}
	text.WriteString(`]}`)
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if p, err := ReadProbes(bytes.NewReader(text.Bytes())); err != nil || p.Len() != 60_000 {
			b.Fatal(err)
		}
	}
}
