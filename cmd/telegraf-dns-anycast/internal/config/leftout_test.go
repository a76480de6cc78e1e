package config

import (
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// TestLeftOut: an option whose text is a variable with an empty default is as good as not written, and no other.
func TestLeftOut(t *testing.T) {
	const refused = "is empty: write a value, or leave the option out"
	for _, test := range []struct{ value, want string }{ // of location; LHR is SITE's
		{"${UNSET:-}", ""},
		{"${UNSET-}", ""},
		{"${EMPTY:-}", ""},
		{"${UNSET:-${EMPTY:-}}", ""},
		{"${UNSET:-${UNSET-}}", ""},
		{"${SITE:-}", "lhr"},
		{"${UNSET:-${SITE:-}}", "lhr"},
		{"${EMPTY-}", refused},
		{"$EMPTY", refused},
		{"${EMPTY}", refused},
		{"", refused},
		{"${UNSET:-$EMPTY}", refused},
		{"${UNSET:-${EMPTY-}}", refused},
		{"${UNSET:-}${EMPTY:-}", refused},
		{"${UNSET}", "the environment variable UNSET is not set"},
		{"${UNSET:?}", "the environment variable UNSET is not set"},
		{" ${UNSET:-}", `" "`},
		{"${UNSET:-}x", `"x"`},
	} {
		d := dns_anycast.New()
		err := decode(withOption(`location = "`+test.value+`"`), d, environment)
		if err == nil {
			err = d.Init()
		}
		got := d.Location
		if err != nil {
			got = err.Error()
		}
		if exact := test.want == "" || test.want == "lhr"; exact && (got != test.want || err != nil) || !strings.Contains(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.value, got, test.want)
		}
	}
}

// TestLeftOutDefaults: what is left out is as the defaults have it, of every form that an option has.
func TestLeftOutDefaults(t *testing.T) {
	d, plain := dns_anycast.New(), dns_anycast.New()
	const options = `timeout = "${UNSET:-}"
families = "${UNSET:-}"
trace = "${UNSET:-}"
spread = "${UNSET:-}"
source_ipv6 = "${UNSET:-}"
`
	conf := withOption(options) + "[inputs.dns_anycast.cloud.tags]\nregion = \"${UNSET:-}\"\nprovider = \"${SITE:-}\"\n"
	if err := decode(conf, d, environment); err != nil {
		t.Fatal(err)
	}
	if d.Timeout != plain.Timeout || len(d.Families) != 2 || d.Trace != plain.Trace || d.Spread != nil || d.SourceIPv6 != "" {
		t.Errorf("got %+v", d.Options)
	}
	if tags := d.Clouds[0].Tags; len(tags) != 1 || tags["provider"] != "lhr" {
		t.Errorf("tags %q", tags)
	}
	for option, want := range map[string]string{
		`servers = ["${UNSET:-}"]`: "is empty: write an address or a host name", `name = "${UNSET:-}"`: "is missing: give the cloud a name",
	} {
		key, _, _ := strings.Cut(option, " ")
		cloud := map[string]string{"name": `name = "a"`, "servers": `servers = ["192.0.2.1"]`}
		cloud[key] = option
		err := decode(blockLine+cloudLine+cloud["name"]+"\n"+cloud["servers"]+"\n", d, environment)
		if err == nil {
			err = d.Init()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", option, err, want)
		}
	}
}
