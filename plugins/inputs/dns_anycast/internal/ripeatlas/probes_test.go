package ripeatlas

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// probeObjects are probes in the words of the API and of the archive.
var probeObjects = []string{
	`{"id":7,"asn_v4":64500,"asn_v6":64501,"country_code":"NL","geometry":{"type":"Point","coordinates":[4.8805,52.3715]},"tags":[{"name":"system: V3","slug":"system-v3"}]}`,
	`{"id":8,"asn_v4":"64502","asn_v6":null,"country_code":"ke","latitude":-1.2915,"longitude":36.8185,"tags":["system-ipv4-works","system-auto-geoip-city"]}`,
	`{"id":9,"asn_v4":null,"country_code":null,"geometry":null,"latitude":null,"longitude":null,"tags":null,"status":{"id":3}}`,
	`{"id":"10","geometry":{"type":"Point","coordinates":[0,0]},"tags":[{"name":"system: Auto GeoIP Country"}]}`,
	`{"id":11,"latitude":"48.85","longitude":"2.35","tags":["system: Auto GeoIP Country"]}`,
	`{"address_v4":"192.0.2.1"}`, `null`, `7`,
}

var probesWanted = []observation.Probe{
	{ID: 7, ASN: [2]uint32{64500, 64501}, Country: "NL", Latitude: 52.3715, Longitude: 4.8805, Placed: true},
	{ID: 8, ASN: [2]uint32{64502, 0}, Country: "KE", Latitude: -1.2915, Longitude: 36.8185, Placed: true, Guessed: true},
	{ID: 9},
	{ID: 10},
	{ID: 11, Latitude: 48.85, Longitude: 2.35, Placed: true, Guessed: true},
}

func checkProbes(t *testing.T, name string, probes *observation.Probes, err error) {
	t.Helper()
	if err != nil || probes.Len() != len(probesWanted) {
		t.Errorf("%s: %d probes, %v", name, probes.Len(), err)
		return
	}
	for _, want := range probesWanted {
		if got, _ := probes.Find(want.ID); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestReadProbes(t *testing.T) {
	joined := strings.Join(probeObjects, ",")
	packed, err := os.ReadFile("testdata/probes.json.bz2") // the archive below, by bzip2
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"lines":         strings.Join(probeObjects, "\n"),
		"array":         "[" + joined + "]",
		"archive":       `{"objects":[` + joined + `]}`,
		"archive, long": "{\n \"date\": \"20261128\",\n \"objects\" : [\n" + strings.ReplaceAll(joined, ",{", ",\n{") + "\n]\n}\n",
		"page":          `{"count":58687,"next":"https://atlas.example/?page=2","previous":null,"results":[` + joined + `]}`,
		"bzip2":         string(packed),
		"gzip":          string(gzipped(t, []byte(`{"objects":[`+joined+`]}`))),
	} {
		probes, err := ReadProbes(strings.NewReader(text))
		checkProbes(t, name, probes, err)
	}
	for name, text := range map[string]string{
		"nothing": "", "HTML": "<html>\n</html>", "no probes": `{"objects":[]}`, "results": `{"type":"dns","prb_id":7}`,
		"no bzip2": "BZh9no", "cut": `{"objects":[` + joined, "bzip2, cut": string(packed[:len(packed)-20]),
	} {
		if probes, err := ReadProbes(bytes.NewReader([]byte(text))); err == nil {
			t.Errorf("%s: %d probes", name, probes.Len())
		}
	}
}
