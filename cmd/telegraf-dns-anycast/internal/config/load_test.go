package config

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config/configtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// TestMisuseText checks what is said. The line may be left to TestLineOfFault, but what names a
// path has one.
func TestMisuseText(t *testing.T) {
	for _, m := range configtest.Misuses() {
		t.Run(m.Name, func(t *testing.T) {
			all := refusal(t, m.Conf)
			said := all
			if strings.HasPrefix(m.Want, ": ") && !ofNoLine.MatchString(m.Want) {
				line := lineSaid.FindString(said)
				said = strings.TrimPrefix(said, line)
				if line == "" {
					t.Errorf("no line in\n%s", all)
				}
			}
			if said != m.Want {
				t.Errorf("said\n%s, want\n%s", said, m.Want)
			}
		})
	}
}

var (
	lineSaid = regexp.MustCompile(`^:[1-9][0-9]*`)
	ofNoLine = regexp.MustCompile(`^: (has no|no cloud:|no server) `)
)

// TestAccepted has what is close to a misuse and is none.
func TestAccepted(t *testing.T) {
	for _, test := range []struct {
		name, conf string
		queries    int
	}{
		{"one server in two clouds", blockLine + cloudA + cloudB, 2},
		{"one address, two ports", withServers(`"127.0.0.1", "127.0.0.1:5353", "localhost", "localhost:5353"`), 4},
		{"one address, two interfaces", withServers(`"fe80::1%lo", "fe80::1%eth9", "fe80::2%lo"`), 3},
		{"names with underscore, digits, final dot", withServers(`"_ns.example.", "1.2.3.example", "a-b.c1"`), 3},
		{"CRLF", strings.ReplaceAll(blockLine+cloudA, "\n", "\r\n"), 1},
		{"byte order mark", "\ufeff" + blockLine + cloudA, 1},
		{"own place without a name", withCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nname = \"\"\nlatitude = 1\nlongitude = 2"), 1},
		{"tags like later fields about the plugin itself", withTag("version = \"9.20\"\ninterval_s = \"10\""), 1},
		{"tags like later fields of its points", withTag("refresh_s = \"3600\"\nsites_announced = \"3\"\nlatency_s = \"1\"\nmissing = \"2\""), 1},
		{"tags like later options", withTag("nameserver = \"ns1\"\natlas = \"10301\""), 1},
		{"a cloud that RIPE Atlas alone asks", blockLine + cloudA + "[[inputs.dns_anycast.cloud]]\nname = \"b\"\natlas = [10301, 11301]", 1},
		{"nothing but RIPE Atlas", blockLine + "[[inputs.dns_anycast.cloud]]\nname = \"b\"\natlas = [10301]", 0},
		{"no measurement", withCloudOption("atlas = []"), 1},
		{"of RIPE Atlas, totals alone", blockLine + "[inputs.dns_anycast.atlas]\nby = []\nwindow = \"10s\"\ngrace = \"0s\"\nurl = \"http://[::1]:8080/api/v2/\"\nprobes = \"/tmp/probes\"\n" + cloudA, 1},
		{"name servers alone", blockLine + "[[inputs.dns_anycast.cloud]]\nname = \"a\"\n[[inputs.dns_anycast.cloud.nameserver]]\nname = \"ns1\"\naddresses = [\"127.0.0.1\", \"::1\"]", 2},
		{"link-local source", withOption(`source_ipv6 = "fe80::1%lo"`), 1},
		{"shortest timeout", withOption(`timeout = "1ms"`), 1},
		{"longest timeout", withOption(`timeout = "60s"`), 1},
		{"group that takes part elsewhere", withCloudOption(`site = "^(?:x([a-z]+)|y([a-z]+))$"`), 1},
	} {
		if plan, err := plan(test.conf); err != nil || len(plan) != test.queries {
			t.Errorf("%s: %d queries, %v, want %d", test.name, len(plan), err, test.queries)
		}
	}
}

// plan is decode and Init.
func plan(conf string) ([]dns_anycast.PlannedQuery, error) {
	d := dns_anycast.New()
	if err := decode(conf, d, environment); err != nil {
		return nil, err
	}
	if err := d.Init(); err != nil {
		return nil, err
	}
	return d.Plan(), nil
}

// TestSampleDefaults: a commented value is the default, where there is one, so that a default
// stands in two places at most and in both alike.
func TestSampleDefaults(t *testing.T) {
	var shown dns_anycast.DNSAnycast
	if err := decode(configtest.FullSample(), &shown, environment); err != nil {
		t.Fatal(err)
	}
	checkShown(t, reflect.ValueOf(shown.Options), reflect.ValueOf(dns_anycast.New().Options))
}

func checkShown(t *testing.T, shown, defaults reflect.Value) {
	t.Helper()
	for name, i := range optionsOf(defaults.Type()) {
		if defaults.FieldByIndex(i).IsZero() {
			continue
		}
		if name == "atlas" { // which has options of its own
			checkShown(t, shown.FieldByIndex(i), defaults.FieldByIndex(i))
			continue
		}
		want, got := defaults.FieldByIndex(i).Interface(), shown.FieldByIndex(i).Interface()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("sample.conf shows %s = %v, the default is %v", name, got, want)
		}
	}
}

// TestSampleComplete: every option has its line.
func TestSampleComplete(t *testing.T) {
	var file struct {
		Inputs struct {
			Plugin []map[string]any `toml:"dns_anycast"`
		} `toml:"inputs"`
	}
	if _, err := toml.Decode(configtest.FullSample(), &file); err != nil {
		t.Fatal(err)
	}
	plugin := file.Inputs.Plugin[0]
	cloud := plugin["cloud"].([]map[string]any)[0]
	for options, shown := range map[reflect.Type]map[string]any{
		reflect.TypeFor[dns_anycast.Options](): plugin,
		reflect.TypeFor[dns_anycast.Cloud]():   cloud,
		reflect.TypeFor[dns_anycast.Atlas]():   plugin["atlas"].(map[string]any),
	} {
		for name, i := range optionsOf(options) {
			overrides := len(i) > 1 && options.Name() == "Cloud"
			if _, ok := shown[name]; !ok && !overrides {
				t.Errorf("sample.conf lacks %s of %s", name, options.Name())
			}
		}
	}
}
