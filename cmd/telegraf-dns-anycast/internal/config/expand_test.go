package config

import (
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// environment stands for the process's own.
func environment(name string) (string, bool) {
	value, ok := map[string]string{
		"SITE":   "lhr",
		"_x9":    "under",
		"EMPTY":  "",
		"QUOTES": `"]` + "\n" + `name = 'b' # \ $SITE $$`,
		"REGEXP": `^"([a-z]{3})\d+$`,
	}[name]
	return value, ok
}

// TestVariables: they are expanded inside strings, and after parsing, so that no value can break
// the file.
func TestVariables(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"plain", "plain"},
		{"$SITE", "lhr"},
		{"${SITE}", "lhr"},
		{"$SITE$SITE", "lhrlhr"},
		{"$SITE.$_x9-${SITE}1", "lhr.under-lhr1"},
		{"a${EMPTY}b", "ab"},
		{"$$", "$"},
		{"$$SITE", "$SITE"},
		{"$$$SITE", "$lhr"},
		{"$$$$", "$$"},
		{"$", "$"},
		{"^([a-z]{3})$", "^([a-z]{3})$"},
		{"^([a-z]{3})[0-9]*$|^$", "^([a-z]{3})[0-9]*$|^$"},
		{"$1 $(x) $-", "$1 $(x) $-"},
		{"$QUOTES", `"]` + "\n" + `name = 'b' # \ $SITE $$`},
		{"x${QUOTES}", `x"]` + "\n" + `name = 'b' # \ $SITE $$`},
	} {
		d := dns_anycast.New()
		if err := decode(withCloudOption("site = '"+test.text+"'"), d, environment); err != nil {
			t.Errorf("%s: %v", test.text, err)
		} else if c := d.Clouds[0]; c.Site != test.want || c.Name != "a" {
			t.Errorf("%s became %q of cloud %q, want %q of cloud a", test.text, c.Site, c.Name, test.want)
		}
	}
}

// TestVariablesEverywhere has one in every kind of string, and in comments, where they are none.
func TestVariablesEverywhere(t *testing.T) {
	const conf = `# $UNSET ${UNSET} ${
[[inputs.dns_anycast]] # "$UNSET
  families = ["$FAMILY"] # $UNSET
  timeout = "$TIME"
  source_ipv4 = "${SOURCE}"
  [[inputs.dns_anycast.cloud]]
    name = "$NAME"
    servers = ["127.0.0.1:$PORT"]
    tags = { operator = "$TAG" }
    # site = "$UNSET
`
	env := map[string]string{"FAMILY": "ipv4", "TIME": "1500ms", "SOURCE": "127.0.0.1", "NAME": "n", "PORT": "5353", "TAG": `a "b", c=d`}
	d := dns_anycast.New()
	err := decode(conf, d, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	c := d.Clouds[0]
	got := []string{d.Families[0], d.SourceIPv4, c.Name, c.Servers[0], c.Tags["operator"]}
	want := []string{"ipv4", "127.0.0.1", "n", "127.0.0.1:5353", `a "b", c=d`}
	if !slices.Equal(got, want) || time.Duration(d.Timeout) != 1500*time.Millisecond {
		t.Errorf("got %q and %v, want %q and 1.5s", got, d.Timeout, want)
	}
}

// TestVariableValues: a value is checked like text in its place, and said to be wrong in one line.
func TestVariableValues(t *testing.T) {
	for _, test := range []struct{ conf, want string }{
		{withTag("a = \"$QUOTES\""), `cloud[1] "a".tags.a: "\"]\nname = 'b' # \\ $SITE $$" holds '\n': write printable text without a backslash`},
		{withServers(`"$EMPTY"`), `cloud[1] "a".servers[1]: "" is empty: write an address or a host name`},
		{blockLine + cloudLine + "name = \"$EMPTY\"\n", "cloud[1].name: is missing: give the cloud a name"},
		{withCloudOption(`expect = "$EMPTY"`), `line 5: cloud[1] "a".expect: is empty: write a value, or leave the option out`},
		{withOption(`timeout = "$SITE"`), `line 2: timeout: "lhr" is no duration: write it like "2s" or "500ms"`},
	} {
		if _, err := plan(test.conf); err == nil || err.Error() != test.want {
			t.Errorf("%s\nsaid %v, want %s", test.conf, err, test.want)
		}
	}
	if _, err := plan(withCloudOption(`site = "$REGEXP"`)); err != nil {
		t.Errorf("a regular expression with quotes, backslash and a final $: %v", err)
	}
}

// TestVariableForms has what Telegraf makes of the same text in its own files, but where a row
// says otherwise.
func TestVariableForms(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"${UNSET:-x}", "x"},
		{"${UNSET-x}", "x"},
		{"${EMPTY:-x}", "x"},
		{"a${EMPTY-x}b", "ab"},
		{"${SITE:-x}", "lhr"},
		{"${SITE-x}", "lhr"},
		{"${SITE:?set it}", "lhr"},
		{"${SITE?set it}", "lhr"},
		{"a${EMPTY?set it}b", "ab"},
		{"a${UNSET:-}b", "ab"},
		{"a${UNSET-}b", "ab"},
		{"${UNSET:-x y.z}", "x y.z"},
		{"${UNSET:-a:-b}", "a:-b"},
		{"${UNSET-a:-b}", "a:-b"},
		{"${UNSET:--}", "-"},
		{"${UNSET:-a?b}", "a?b"},
		{"${UNSET:-a+b}", "a+b"},
		{"<${UNSET:-a}-${UNSET-b}>", "<a-b>"},
		{"${UNSET:-${SITE}}", "lhr"},
		{"${UNSET:-$SITE}", "lhr"},
		{"${UNSET:-x$SITE-${EMPTY:-y}z}", "xlhr-yz"},
		{"${UNSET:-${UNSET:-${UNSET-deep}}}", "deep"},
		{"${UNSET:-$$SITE}", "$SITE"},
		{"${UNSET:-a$$}", "a$"},
		{"${UNSET:-^([a-z]+)$}", "^([a-z]+)$"},
		{"$$${SITE}", "$lhr"},
		{"$${SITE:-x}", "${SITE:-x}"},
		{"${UNSET:-a}b}", "ab}"},
		{"${UNSET:-$QUOTES}", `"]` + "\n" + `name = 'b' # \ $SITE $$`},
		{"${QUOTES:-x}", `"]` + "\n" + `name = 'b' # \ $SITE $$`},
		{"${UNSET:-([A-Z]{3})}", "([A-Z]{3})"}, // Telegraf: ([A-Z]{3)}
		{"${UNSET:-^[a-z]{2,3}-([a-z]{3}).{1}$}x", "^[a-z]{2,3}-([a-z]{3}).{1}$x"}, // Telegraf: another brace
		{"${SITE:-$UNSET}", "lhr"},
		{"${SITE:-${UNSET:?set it}}", "lhr"}, // Telegraf refuses it
	} {
		if got, err := expand(test.text, environment); err != nil || got != test.want {
			t.Errorf("%s became %q, %v, want %q", test.text, got, err, test.want)
		}
	}
}

const noVariable = " is no variable: " + variableForms

// TestVariableRefused: what lacks a value, and every other ${, also where it would not be used.
func TestVariableRefused(t *testing.T) {
	const unset, empty = "the environment variable UNSET is not set", "the environment variable EMPTY is empty"
	for _, test := range []struct{ text, want string }{
		{"$UNSET", unset + "; a literal $ is written $$"},
		{"a${UNSET}b", unset + "; a literal $ is written $$"},
		{"${UNSET:-$UNSET}", unset + "; a literal $ is written $$"},
		{"${UNSET:-${UNSET}}", unset + "; a literal $ is written $$"},
		{"${UNSET:?write a site, as in LHR}", unset + ": write a site, as in LHR"},
		{"${UNSET?write a site}", unset + ": write a site"},
		{"${EMPTY:?write a site}", empty + ": write a site"},
		{"${UNSET:?as in $SITE}", unset + ": as in lhr"},
		{"${UNSET:?as in $UNSET}", unset + ": give it a value"},
		{"${UNSET:?}", unset + ": give it a value"},
		{"${EMPTY:?}", empty + ": give it a value"},
		{"${UNSET:-${EMPTY:?deep}}", empty + ": deep"},
		{"${SITE:+x}", `"${SITE:+x}"` + noVariable},
		{"${SITE+x}", `"${SITE+x}"` + noVariable},
		{"${9X}", `"${9X}"` + noVariable},
		{"${1}", `"${1}"` + noVariable},
		{"a${}b", `"${}"` + noVariable},
		{"${:-x}", `"${:-x}"` + noVariable},
		{"${-x}", `"${-x}"` + noVariable},
		{"${ SITE}", `"${ SITE}"` + noVariable},
		{"${SITE }", `"${SITE }"` + noVariable},
		{"${SITE:}", `"${SITE:}"` + noVariable},
		{"${SITE:x}", `"${SITE:x}"` + noVariable},
		{"${SITE=x}", `"${SITE=x}"` + noVariable},
		{"${SITE.x}", `"${SITE.x}"` + noVariable},
		{"${SITE%x}", `"${SITE%x}"` + noVariable},
		{"${#SITE}", `"${#SITE}"` + noVariable},
		{"${É}", `"${É}"` + noVariable},
		{"${$SITE}", `"${$SITE}"` + noVariable},
		{"${SITE:-${}}", `"${}"` + noVariable},
		{"${SITE:?${SITE:+x}}", `"${SITE:+x}"` + noVariable},
		{"x${SITE", `"${SITE" has no closing brace: ` + variableForms},
		{"${", `"${" has no closing brace: ` + variableForms},
		{"${UNSET:-a{b}", `"${UNSET:-a{b}" has no closing brace: ` + variableForms},
		{"^[a-z]+${", `"${" has no closing brace: ` + variableForms},
	} {
		if got, err := expand(test.text, environment); err == nil || err.Error() != test.want {
			t.Errorf("%s became %q, %v, want %s", test.text, got, err, test.want)
		}
	}
}
