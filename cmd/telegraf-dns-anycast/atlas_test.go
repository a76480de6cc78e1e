package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

var atlasAddress = netip.MustParseAddrPort("192.0.2.53:53")

// atlasWindow is what six probes are answered at a time: by LHR, but for those from a number on, who
// reach AMS; the last one by somebody else.
func atlasWindow(measurement int, at time.Time, ams int) (all []atlastest.Result) {
	for probe := 1; probe <= 6; probe++ {
		r := atlastest.Result{
			Measurement: measurement, Probe: probe, At: at, Addr: atlasAddress, RTT: time.Duration(probe) * 10 * time.Millisecond,
			Reply: atlastest.Named("hostname.bind", "lhr1.example", nil), Synced: 10,
		}
		if probe >= ams {
			r.Reply = atlastest.Named("hostname.bind", "ams1.example", nil)
		}
		if probe == 6 {
			r.Reply = atlastest.Named("hostname.bind", "cpe, \"mine\"", func(m *dns.Msg) { m.RecursionAvailable = true })
		}
		all = append(all, r)
	}
	return all
}

// atlasProbes are in the Netherlands, in two ASes.
func atlasProbes() (text string) {
	for probe := 1; probe <= 6; probe++ {
		text += fmt.Sprintf(`{"id":%d,"asn_v4":%d,"asn_v6":null,"country_code":"NL","geometry":{"type":"Point","coordinates":[4.9,52.37]},`+
			`"status":{"id":1,"name":"Connected"},"tags":[]}`+"\n", probe, 64500+probe%2)
	}
	return text
}

func atlasConf(options string) string {
	return blockLine + "[inputs.dns_anycast.atlas]\n" + options + cloudLine + "name = \"a\"\nsite = '^([a-z]{3})'\n" +
		"expect = '[a-z]{3}[0-9]\\.example'\nplaces = \"iata\"\natlas = [1001]\n"
}

// TestAtlasFile: a file, plain or packed or on stdin, with its rules and places or without.
func TestAtlasFile(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	var text bytes.Buffer
	for _, r := range append(atlasWindow(1001, at, 5), atlasWindow(1001, at.Add(time.Minute), 4)...) {
		fmt.Fprintf(&text, "%s\n", r.Line())
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(text.Bytes())
	z.Close()
	array := "[" + strings.ReplaceAll(strings.TrimSuffix(text.String(), "\n"), "\n", ",\n") + "]"
	probes, conf := writeFile(t, atlasProbes()), writeFile(t, atlasConf("min_probes = 2\n"))

	const want = `192.0.2.53 (cloud a): RIPE Atlas, over UDP, measurement 1001, from 2026-10-01 12:00:00 to 2026-10-01 12:01:01 UTC
  site  place            probes   share   by AS      p50      p90  nearest
  LHR   London Heathrow       3  60.0 %  58.3 %  20.0 ms  30.0 ms  0
  AMS   Amsterdam             2  40.0 %  41.7 %  40.0 ms  50.0 ms  2
foreign: cpe, "mine" 1
6 probes, 6 of 6 asked answered; 5 named 2 sites; 1 foreign; p50 30.0 ms, p90 50.0 ms; 40.0 % at their nearest site; 0.0 % far
`
	for name, file := range map[string]string{
		"lines": writeFile(t, text.String()), "array": writeFile(t, array), "packed": writeFile(t, packed.String()),
	} {
		got, err := runProgram(binary(t), "", "--once", "--atlas", file, "--config", conf, "--probes", probes, "--format", "table")
		if err != nil || got.status != statusOK || got.stdout != want || got.stderr != "" {
			t.Errorf("%s: %v, %s, want\n%s", name, err, got, want)
		}
	}
	got, err := runProgram(binary(t), text.String(), "--once", "--atlas", "-")
	if err != nil || got.status != statusOK || !strings.Contains(got.stderr, "--probes FILE says it") {
		t.Errorf("stdin: %v, %s", err, got)
	}
	points, err := execdtest.Points([]byte(got.stdout))
	if err != nil || points[0].Int("sites") != 3 || points[0].Int("foreign") != -1 || !points[0].Time.Equal(at) {
		t.Errorf("without rules each name is a site, and nobody is foreign: %v, %v", err, points)
	}
}

// TestAtlasMisuse: one line says what is wrong.
func TestAtlasMisuse(t *testing.T) {
	t.Parallel()
	empty := writeFile(t, "")
	for _, c := range []struct {
		args   []string
		status int
		said   string
	}{
		{[]string{"--once", "--atlas", empty + "x"}, statusUsage, "open " + empty + "x: no such file or directory"},
		{[]string{"--once", "--atlas", empty}, statusFailed, "there are no results of DNS measurements"},
		{[]string{"--once", "--atlas", ""}, statusUsage, "--atlas is empty: write a file of results, or ids of measurements"},
		{[]string{"--once", "--atlas", "10301,,11301"}, statusUsage, `--atlas 10301,,11301: "" is no id of a measurement: write them like 10301,11301`},
		{[]string{"--once", "--atlas", "2147483648"}, statusUsage, `--atlas 2147483648: "2147483648" is no id of a measurement: write them like 10301,11301`},
		{[]string{"--once", "--atlas", empty, "--probes", empty}, statusUsage, "\n" + empty + ": there is no probe: write the daily archive, or probe objects one a line"},
		{[]string{"--once", "--atlas", "0"}, statusUsage, `--atlas 0: "0" is no id of a measurement: write them like 10301,11301`},
		{[]string{"--once", "--atlas", "10301,11301,10301"}, statusUsage, "--atlas 10301,11301,10301: 10301 is listed twice"},
		{[]string{"--watch", "--atlas", "1"}, statusUsage, "--atlas goes with --once alone"},
		{[]string{"--once", "--atlas", "1", "192.0.2.1"}, statusUsage, `"192.0.2.1": --atlas asks no server: leave it out`},
		{[]string{"--once", "--atlas", "1", "--tcp"}, statusUsage, "--tcp does not go with --atlas, which asks no server"},
		{[]string{"--once", "--probes", "x", "192.0.2.1"}, statusUsage, "--probes goes with --atlas alone"},
		{[]string{"--once", "--atlas", "1", "--probes", ""}, statusUsage, "--probes is empty: write a file, or a URL, that says where probes are"},
		{[]string{"--once", "--atlas", empty, "--probes", empty + "x"}, statusUsage, empty + "x: no such file or directory"},
	} {
		got, err := runProgram(binary(t), "", c.args...)
		if err != nil || got.status != c.status || !strings.HasSuffix("\n"+got.stderr, c.said+"\n") || got.stdout != "" {
			t.Errorf("%q: %v, %s, want status %d, %q", c.args, err, got, c.status, c.said)
		}
	}
}

// TestAtlasFetched: the last whole window of a measurement, and one that there is not.
func TestAtlasFetched(t *testing.T) {
	t.Parallel()
	var api atlastest.Server
	url := api.Serve(t)
	api.Measure(atlastest.Measurement{ID: 1001, Target: "192.0.2.53", Addr: atlasAddress.Addr(), Name: "hostname.bind", Interval: 240 * time.Second})
	end := time.Now().Truncate(time.Minute)
	for _, behind := range []time.Duration{-time.Minute, 0} { // if the minute ends meanwhile
		api.Add(atlasWindow(1001, end.Add(behind), 5)...)
	}
	conf := writeFile(t, atlasConf(fmt.Sprintf("url = %q\nprobes = %q\nwindow = \"1m\"\ngrace = \"0s\"\nkey = \"k\"\n", url, writeFile(t, atlasProbes()))))
	got, err := runProgram(binary(t), "", "--once", "--atlas", "1001", "--config", conf)
	points, bad := execdtest.Points([]byte(got.stdout))
	if err != nil || bad != nil || got.status != statusOK || got.stderr != "" || len(points) == 0 ||
		points[0].Int("named") != 5 || points[0].Int("foreign") != 1 || points[0].Fields["nearest_share"] != 0.2 {
		t.Errorf("%v, %v, %s", err, bad, got)
	}
	for _, r := range api.Requests() {
		if r.Key != "Key k" {
			t.Errorf("request %+v", r)
		}
	}
	got, err = runProgram(binary(t), "", "--once", "--atlas", "1002", "--config", conf)
	if err != nil || got.status != statusFailed || !strings.HasPrefix(got.stderr, "nothing was fetched: measurement 1002: ") || got.stdout != "" {
		t.Errorf("%v, %s", err, got)
	}
}

// TestAtlasExecd: windows are read, and what they say is told, though no round is asked for: of a cloud
// without servers, whose probes move.
func TestAtlasExecd(t *testing.T) {
	t.Parallel()
	var api atlastest.Server
	url := api.Serve(t)
	api.Measure(atlastest.Measurement{ID: 1001, Target: "ns.example", Addr: atlasAddress.Addr(), Name: "hostname.bind", Interval: 240 * time.Second})
	begin := time.Now().Truncate(10 * time.Second).Add(10 * time.Second)
	for n := range 4 {
		at := begin.Add(time.Duration(n)*10*time.Second + 3*time.Second)
		api.Add(atlasWindow(1001, at, 5-3*(n%2))...)
	}
	conf := writeFile(t, atlasConf(fmt.Sprintf("url = %q\nprobes = %q\nwindow = \"10s\"\ngrace = \"1s\"\nwatch_probes = [1, 6]\n", url, writeFile(t, atlasProbes()))))
	p, err := execdtest.Start(exec.Command(binary(t), "--config", conf))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	var text []byte
	for range 3 { // windows
		more, err := p.Ask("", func(line []byte) bool { return bytes.HasPrefix(line, []byte("dns_anycast_catchment,")) })
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, more...)
	}
	points, err := execdtest.Points(text)
	if err != nil {
		t.Fatal(err)
	}
	var ends, watched []string
	for _, m := range points {
		switch m.Name {
		case "dns_anycast":
			watched = append(watched, fmt.Sprint(m.Tags["probe"], m.Tags["instance"], m.Fields["expected"], m.Fields["verdict"],
				m.Fields["discarded"], m.Fields["time_source"], m.Fields["query_time_ms"]))
		case "dns_anycast_catchment":
			if m.Int("probes") != 6 || m.Int("named") != 5 || m.Int("foreign") != 1 || m.Tags["server"] != "ns.example" ||
				m.Tags["source"] != "ripe-atlas" || m.Tags["measurement_id"] != "1001" || m.Tags["cloud"] != "a" {
				t.Errorf("%v", m)
			}
		case "dns_anycast_catchment_move":
			ends = append(ends, fmt.Sprint(m.Text("from")+m.Text("to"), m.Int("probes")))
		}
	}
	slices.Sort(watched)
	want := []string{`1lhr1.example1near<nil> <nil> 10`, `6cpe, "mine"0 <nil> <nil> <nil> 60`}
	if got := slices.Compact(watched); !slices.Equal(got, want) {
		t.Errorf("answers to watched probes\n%q, want\n%q", got, want)
	}
	if len(ends) != 1 || ends[0] != "LHRAMS3" && ends[0] != "AMSLHR3" { // that of the third window comes behind its total
		t.Errorf("moves %q", ends)
	}
}

// kSites are sites of a letter, where probes reach them from, and how many do: those who are near, and
// those who are in London.
var kSites = []struct {
	code                string
	latitude, longitude float64
	near, fromLondon    int
}{
	{"nl-ams", 52.37, 4.90, 180, 30},
	{"de-fra", 50.11, 8.68, 120, 9},
	{"gb-lon", 51.51, -0.13, 80, 0},
	{"us-mia", 25.76, -80.19, 40, 4},
	{"jp-tyo", 35.68, 139.69, 30, 0},
	{"za-jnb", -26.20, 28.05, 12, 0},
	{"br-sao", -23.55, -46.63, 8, 0},
}

// kRoot is a window of a letter and where its probes are: with seven who are answered by somebody else
// and five who are not at all.
func kRoot() (results, probes string) {
	at := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	id := 0
	add := func(latitude, longitude float64, edit func(*atlastest.Result)) {
		id++
		asn := 64500 + id%97
		if latitude == kSites[0].latitude { // many probes there are in few networks
			asn = 64500 + id%23
		}
		r := atlastest.Result{
			Measurement: 10301, Probe: id, At: at.Add(time.Duration(id%240) * time.Second), Name: "k.root-servers.net",
			Addr: netip.MustParseAddrPort("193.0.14.129:53"), Synced: 10,
		}
		edit(&r)
		results += string(r.Line()) + "\n"
		probes += fmt.Sprintf(`{"id":%d,"asn_v4":%d,"country_code":"GB","geometry":{"type":"Point","coordinates":[%v,%v]}}`+"\n",
			id, asn, longitude, latitude)
	}
	for n, s := range kSites {
		for i := range s.near + s.fromLondon {
			latitude, longitude, least := s.latitude, s.longitude, 2*time.Millisecond
			if i >= s.near {
				latitude, longitude, least = 51.51, -0.13, time.Duration(9+30*n)*time.Millisecond
			}
			add(latitude, longitude, func(r *atlastest.Result) {
				r.RTT = least + time.Duration(i*i%700)*100*time.Microsecond
				r.Reply = atlastest.Named("hostname.bind", fmt.Sprintf("ns%d.%s.k.ripe.net", 1+i%3, s.code), nil)
			})
		}
	}
	for i := range 12 {
		add(52.37, 4.90, func(r *atlastest.Result) {
			switch {
			case i < 4:
				r.RTT, r.Reply = 2*time.Millisecond, atlastest.Refused("hostname.bind")
			case i < 7:
				r.RTT, r.Reply = 3*time.Millisecond, atlastest.Named("hostname.bind", "resolver1.isp.example", nil)
			default:
				r.Error = `{"timeout":5000}`
			}
		})
	}
	return results, probes
}

// TestAtlasREADME: what the page shows is what comes of it.
func TestAtlasREADME(t *testing.T) {
	t.Parallel()
	results, probes := kRoot()
	conf := writeFile(t, blockLine+cloudLine+"name = \"k\"\nsite = '\\.[a-z]{2}-([a-z]{3})\\.k\\.ripe\\.net$'\nplaces = \"iata\"\natlas = [10301]\n")
	got, err := runProgram(binary(t), "", "--once", "--atlas", writeFile(t, results), "--probes", writeFile(t, probes), "--config", conf, "--format", "table")
	if err != nil || got.status != statusOK || got.stderr != "" {
		t.Fatal(err, got)
	}
	if !strings.Contains(readPage(t, "README.md"), "--config plugin.conf\n"+got.stdout+"```\n") {
		t.Errorf("README.md does not show\n%s", got.stdout)
	}
}
