package config_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schema is what README.md says of the points; a test beside metric.go compares the two.
type schema struct {
	tags, fields, results []string
	codes                 map[string]string // of results
}

func readSchema(t *testing.T) schema {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := func(header string) (all [][]string) {
		_, rest, found := strings.Cut(string(text), "\n"+header+"\n")
		if !found {
			t.Fatalf("README.md has no table %q", header)
		}
		rest, _, _ = strings.Cut(rest, "\n\n")
		return regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|([^|]*)").FindAllStringSubmatch(rest, -1)
	}
	table := func(header string) (names []string) {
		for _, m := range rows(header) {
			names = append(names, m[1])
		}
		return names
	}
	const results = "| result | code | answered | meaning |"
	s := schema{
		tags:    append(table("| tag | value | absent |"), "host"), // Telegraf's own
		fields:  table("| field | type | unit | meaning | absent |"),
		results: table(results),
		codes:   map[string]string{},
	}
	for _, m := range rows(results) {
		s.codes[m[1]] = strings.TrimSpace(m[2])
	}
	if len(s.tags) < 5 || len(s.fields) < 5 || len(s.results) < 5 {
		t.Fatalf("README.md has few rows: %+v", s)
	}
	return s
}

var (
	token = regexp.MustCompile(`"[^"]*"|'[^']*'|=~ */[^/]*/|\$\w+|[A-Za-z_]\w*|[0-9]+[a-z]*|[!<>]=|\S`)
	words = strings.Fields(`SELECT FROM WHERE AND OR GROUP BY AS fill null time now SHOW TAG VALUES WITH KEY
		count sum mean min max first last percentile $timeFilter $__interval`)
)

// check refuses what a query names and a point does not hold: another measurement, tag, field or result, a field where
// only a tag can stand, a name without quotes.
func (s schema) check(query string) error {
	tokens := token.FindAllString(query, -1)
	var aliases []string
	for i, tok := range tokens {
		if i > 0 && tokens[i-1] == "AS" {
			aliases = append(aliases, strings.Trim(tok, `"`))
		}
	}
	grouped := false
	for i, tok := range tokens {
		switch name := tok[1 : len(tok)-min(1, len(tok)-1)]; {
		case tok == "BY":
			grouped = true
		case grouped && (tok == ")" && tokens[i-1] != "$__interval" || tok == "fill"):
			grouped = false
		case tok[0] == '"' && tokens[max(0, i-1)] == "FROM":
			if name != "dns_anycast" {
				return fmt.Errorf("unknown measurement %s", tok)
			}
		case tok[0] == '"' && grouped:
			if !slices.Contains(s.tags, name) {
				return fmt.Errorf("grouped by %s, which is no tag", tok)
			}
		case tok[0] == '"':
			if !slices.Contains(s.tags, name) && !slices.Contains(s.fields, name) && !slices.Contains(aliases, name) {
				return fmt.Errorf("unknown tag or field %s", tok)
			}
		case tok[0] == '\'' && tokens[i-2] == `"result"`:
			if !slices.Contains(s.results, name) {
				return fmt.Errorf("unknown result %s", tok)
			}
		case regexp.MustCompile(`^[$A-Za-z_]`).MatchString(tok) && !slices.Contains(words, tok):
			return fmt.Errorf("unknown word %s", tok)
		}
	}
	return nil
}

func TestSchemaCheck(t *testing.T) {
	s := readSchema(t)
	ok := fmt.Sprint(error(nil))
	const from = ` FROM "dns_anycast" `
	const sub = `SELECT mean("a") FROM (SELECT last("answered") AS "a"` + from + `GROUP BY "site") `
	for _, tc := range []struct{ query, want string }{
		{`SELECT last("hostname")` + from + `WHERE "host" =~ /^(a b)$/ AND $timeFilter GROUP BY time($__interval), "server" fill(null)`, ok},
		{sub + `WHERE "result" = 'local' GROUP BY "site"`, ok},
		{`SELECT last("hostname") FROM "dns_hostname_bind"`, `unknown measurement "dns_hostname_bind"`},
		{`SELECT last("latency")` + from, `unknown tag or field "latency"`},
		{`SELECT last("answered")` + from + `GROUP BY time($__interval), "hostname"`, `grouped by "hostname", which is no tag`},
		{sub + `GROUP BY "a"`, `grouped by "a", which is no tag`},
		{`SELECT last("answered")` + from + `WHERE "result" != 'ok'`, `unknown result 'ok'`},
		{`SELECT last(answered)` + from, `unknown word answered`},
		{`SELECT last("answered")` + from + `WHERE $__timeFilter`, `unknown word $__timeFilter`},
	} {
		if got := fmt.Sprint(s.check(tc.query)); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.query, got, tc.want)
		}
	}
}
