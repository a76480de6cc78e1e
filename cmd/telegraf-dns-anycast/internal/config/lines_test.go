package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config/configtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// winding has what makes a line hard to find. Each string that begins with @ says the line it
// stands on.
const winding = `# timeout = "@0"
 [[ inputs . "dns_anycast" ]] # [[inputs.dns_anycast]]
  timeout = "@3" # name = "x"
  text = """
timeout = "@0"
[[inputs.dns_anycast.cloud]] \"""
""""" # two of the quotes are its own
  raw = '''
''timeout = "@0"'
'''''
  families = ["@11", # ]
    '''@12''', "#]" ,
    [ "@13",
      ["@14"] ] ]
  "quo.ted" = "@15"
  'a"b' = "@16"
  "t\u00e9\tb" = "@17"
  "" = "@18"
  number = -1.5e3
  date = 1979-05-27 07:32:00Z
  truth = true
  late = "@22"
  dotted.one = "@23"
  dotted . two . three = "@24"
  inline = { a = "@25", b.c = "@25", "d,e" = ["@25", { f = "@25" }], g = {} }
  spread = {
    a = "@27", # }
    b = [
      "@29",
    ],
  }

[[inputs.dns_anycast.cloud]]
  name = "@34"
  [inputs.dns_anycast.cloud.tags]
    name = "@36"
  [[inputs.dns_anycast.cloud.place]]
    code = "@38"
  [[inputs.dns_anycast.cloud.place]]
    code = "@40"
[[inputs.dns_anycast.cloud]]
  place = [{ code = "@42" }, { code = "@42",
    name = "@43" }]
  name = "@44"
[inputs.dns_anycast.cloud.tags]
  name="@46"
[inputs.other]
name = "@48"
[[inputs.dns_anycast]]
name = "@50"
[inputs.dns_anycast.cloud]
name = "@52"`

// TestLinesOf: every string is found on its line, with every kind of line end.
func TestLinesOf(t *testing.T) {
	for name, text := range map[string]string{
		"LF": winding, "CRLF": strings.ReplaceAll(winding, "\n", "\r\n"), "byte order mark": byteOrderMark + winding,
	} {
		var all map[string]any
		if _, err := toml.Decode(text, &all); err != nil {
			t.Fatal(err)
		}
		lines, seen := linesOf(text), 0
		walk("", all, func(path string, value any) {
			s, ok := value.(string)
			if line := lines[path]; line == 0 || ok && strings.HasPrefix(s, "@") && s != fmt.Sprint("@", line) {
				t.Errorf("%s: %s = %v is found on line %d", name, path, value, line)
			} else if ok && strings.HasPrefix(s, "@") {
				seen++
			}
		})
		if want := strings.Count(winding, "@") - strings.Count(winding, "@0"); seen != want {
			t.Errorf("%s: %d strings seen, want %d", name, seen, want)
		}
	}
}

// walk visits all values of a file with their paths.
func walk(path string, value any, visit func(path string, value any)) {
	if path != "" {
		visit(path, value)
	}
	switch v := value.(type) {
	case map[string]any:
		for key, below := range v {
			walk(join(path, dns_anycast.Step{Key: key}), below, visit)
		}
	case []map[string]any:
		for i, below := range v {
			walk(fmt.Sprintf("%s[%d]", path, i+1), below, visit)
		}
	case []any:
		for i, below := range v {
			walk(fmt.Sprintf("%s[%d]", path, i+1), below, visit)
		}
	}
}

// FuzzLines: what the TOML library reads has a line, above which it is not there yet.
func FuzzLines(f *testing.F) {
	f.Add(winding)
	f.Add(configtest.FullSample())
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2048 {
			return
		}
		lines := linesOf(text) // it ends, whatever the text
		var all map[string]any
		if _, err := toml.Decode(text, &all); err != nil || checkBytes(text) != nil {
			return
		}
		walk("", all, func(path string, _ any) {
			line := lines[path]
			if line == 0 {
				t.Fatalf("%s has no line", path)
			}
			var above map[string]any
			if _, err := toml.Decode(strings.Join(strings.SplitAfter(text, "\n")[:line-1], ""), &above); err != nil {
				return // it ends within a value
			}
			walk("", above, func(there string, _ any) {
				if there == path {
					t.Fatalf("%s is there above line %d", path, line)
				}
			})
		})
	})
}

// TestLineOfFault: the line stands before the path where both are known.
func TestLineOfFault(t *testing.T) {
	const clouds = blockLine + cloudA + "\n# servers = []\n" + cloudB
	for _, test := range []struct {
		name, conf, want string
	}{
		{"unknown", clouds + "retry = 1\n", `:10: cloud[2] "b".retry: unknown option`},
		{"misspelt, its right spelling above", blockLine + "timeout = \"2s\"\ntimout = \"2s\"\n" + cloudA, ":3: timout: unknown option"},
		{"unknown in an earlier cloud", blockLine + cloudA + "retry = 1\n" + cloudB, `:5: cloud[1] "a".retry: unknown option`},
		{"named below", blockLine + cloudLine + "servers = 1\nname = \"a.b[1] \\\" c: d\"\n", `:3: cloud[1] "a.b[1] \" c: d".servers: is a whole number`},
		{"outside, and inside too", "timeout = \"2s\"\n" + withOption("timeout = \"2s\""), ":1: timeout: does not belong here"},
		{"table outside", withOption("") + "[inputs.cpu]\n", ":6: inputs.cpu: does not belong here"},
		{"second block", clouds + blockLine, ":10: inputs.dns_anycast[2]: the file has 2 [[inputs.dns_anycast]] blocks"},
		{"wrong type behind a text of several lines", blockLine + "location = '''\ntimeout = 1'''\ntimeout = 1\n" + cloudA, `:4: timeout: 1 has no unit`},
		{"wrong type in a list of several lines", withServers("\n\"127.0.0.1\", # 1\n\n2"), `:7: cloud[1] "a".servers[2]: is a whole number`},
		{"value in a list of several lines", withServers("\n\"127.0.0.1\",\n\"::1\",\n\"127.0.0.256\"\n"), `:7: cloud[1] "a".servers[3]: "127.0.0.256" is no IPv4 address`},
		{"value in another cloud", clouds + "site = 'x'\n", `:10: cloud[2] "b".site: "x" has no group`},
		{"value of the plugin's", withOption("\nqueries = 99"), `:3: queries: 99 is out of range`},
		{"tag", withTag("a = \"1\"\n\"b c\" = \"\""), `:7: cloud[1] "a".tags."b c": is empty`},
		{"tag in one line", withCloudOption("tags = { a = \"1\", b = \"\" }"), `:5: cloud[1] "a".tags.b: is empty`},
		{"tag with dots", withCloudOption("\ntags.a = \"1\"\ntags.b.c = \"\""), `:7: cloud[1] "a".tags.b: is a table`},
		{"one zone, not in a list", withCloudOption("\nzone = \"a b\""), `:6: cloud[1] "a".zone[1]: "a b" is no zone`},
		{"variable", withCloudOption("expect = '${DNS_ANYCAST_UNSET}'"), `:5: cloud[1] "a".expect: the environment variable DNS_ANYCAST_UNSET is not set`},
		{"variable with a message", withCloudOption("expect = '${DNS_ANYCAST_UNSET:?as in LHR}'"), `:5: cloud[1] "a".expect: the environment variable DNS_ANYCAST_UNSET is not set: as in LHR`},
		{"no variable", withCloudOption("expect = '^x${1}$'"), `:5: cloud[1] "a".expect: "${1}" is no variable: write ${NAME}`},
		{"variable in the name", blockLine + cloudLine + "name = \"${DNS_ANYCAST_UNSET:-x}\"\nservers = [1]\n", `:4: cloud[1] "x".servers[1]: is a whole number`},
		{"missing: the line of the block", blockLine + cloudA + "\n" + cloudLine + "name = \"b\"\n", `:6: cloud[2] "b".servers: is missing`},
		{"of no place", blockLine, ": no cloud: write an"},
		{"nothing left", blockLine + "families = [\"ipv6\"]\n" + cloudA, ": no server is left for families"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			if eol != "\n" && strings.Contains(test.conf, "'''") {
				continue
			}
			if said := refusal(t, strings.ReplaceAll(test.conf, "\n", eol)); !strings.HasPrefix(said, test.want) {
				t.Errorf("%s: said\n%v, want\n%s …", test.name, said, test.want)
			}
		}
	}
}

// TestLineOfBadText has what no TOML file may hold, wherever it may stand.
func TestLineOfBadText(t *testing.T) {
	const control, noUTF8 = "TOML files cannot contain control characters: '0x%02x' in column %d: remove it", "invalid UTF-8 byte: 0x%02x in column %d: save the file as UTF-8"
	for _, bad := range []struct {
		text byte
		want string
	}{{0x1b, control}, {'\f', control}, {0, control}, {0x7f, control}, {'\v', control}, {0xff, noUTF8}, {0xc3, noUTF8}} {
		for _, test := range []struct {
			name, conf   string // with ~ for the bad byte
			line, column int
		}{
			{"first of a line", blockLine + "~timeout = \"1s\"\n" + cloudA, 2, 1},
			{"first of all, behind a mark", byteOrderMark + "# one\n# two\n~" + blockLine, 3, 1},
			{"in the middle", blockLine + "timeout ~ = \"1s\"\n" + cloudA, 2, 9},
			{"end of a line", blockLine + "timeout = \"1s\"~\n" + cloudA, 2, 15},
			{"end of a line with CR", "[[inputs.dns_anycast]]\r\ntimeout = \"1s\"~\r\n", 2, 15},
			{"alone on a line", blockLine + "\n~\n" + cloudA, 3, 1},
			{"in a comment", blockLine + "# é~\n" + cloudA, 2, 4},
			{"in a string", blockLine + "timeout = \"~1s\"\n" + cloudA, 2, 12},
			{"in a text of several lines", blockLine + "timeout = \"\"\"\n\n1~s\"\"\"\n" + cloudA, 4, 2},
			{"in a raw text of several lines", blockLine + "timeout = '''\n\n~1s'''\n" + cloudA, 4, 1},
			{"in a list of several lines", withServers("\n\n~\"127.0.0.1\""), 6, 1},
			{"in a table's head", "\n\n[[inputs.~dns_anycast]]\n", 3, 10},
			{"in the last line, without its end", blockLine + "~", 2, 1},
		} {
			err := decode(strings.ReplaceAll(test.conf, "~", string([]byte{bad.text})), nil, environment)
			if want := fmt.Sprintf("line %d: "+bad.want, test.line, bad.text, test.column); err == nil || err.Error() != want {
				t.Errorf("%#02x %s: said %v, want %s", bad.text, test.name, err, want)
			}
		}
	}
}

// TestLineOfSyntax: what the library stumbles over is where it stands, not where its value began
// or the next line.
func TestLineOfSyntax(t *testing.T) {
	for _, test := range []struct {
		conf string
		line int
	}{
		{"timeout =\n\nx = 1\n", 2},
		{"timeout\n\nx = 1\n", 2},
		{"\n[inputs\n", 3},
		{"timeout = \"a\n\n", 2},
		{"timeout = \"\"\"\n\n\\q\n\"\"\"\n", 4},
		{"timeout = \"\"\"\n\n\\uD800\n\"\"\"\n", 4},
		{"timeout = \"\"\"\n\n\\u12\n\"\"\"\n", 4},
		{"timeout = [\n\"a\"\n\"b\"]\n", 4},
		{"timeout = { a = 1,\n\n b 2 }\n", 4},
		{"timeout = 1\n\ntimeout = 2\n", 4},
		{"timeout = \"\"\"\n\n\n", 4},
		{"timeout = 1\rx = 1\n", 2},
		{"timeout = 1\r", 2},
	} {
		for _, mark := range []string{"", byteOrderMark} {
			err := decode(mark+blockLine+test.conf, nil, environment)
			if want := fmt.Sprintf("line %d: ", test.line); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%q: said %v, want %s…", mark+test.conf, err, want)
			}
		}
	}
	var old []string
	for _, text := range []string{"[[inputs.dns_anycast]]\r", "\xff\xfe[\x00[\x00", "\xfe\xff\x00[\x00["} {
		old = append(old, fmt.Sprint(decode(text, nil, environment)))
	}
	if want := []string{
		"line 1: a carriage return without a newline in column 23: end each line with a newline",
		"line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8",
		"line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8",
	}; !slices.Equal(old, want) {
		t.Errorf("said %q, want %q", old, want)
	}
}
