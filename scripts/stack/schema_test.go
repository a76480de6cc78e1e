package stack

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schema is what the plugin's pages say of the points; a test beside metric.go compares the two.
type schema struct {
	points  map[string]point    // by measurement
	results map[string][]string // by measurement of queries
	codes   map[string]string   // of results

	verdicts map[string]string // and their codes
}

// point is what a measurement holds.
type point struct{ tags, fields []string }

func readSchema(t *testing.T) schema {
	t.Helper()
	const pages = "../../plugins/inputs/dns_anycast/"
	text := read(t, pages+"README.md")
	s := schema{points: map[string]point{}, results: map[string][]string{}, codes: map[string]string{}, verdicts: map[string]string{}}
	for _, measurement := range []string{
		"dns_anycast", "dns_anycast_change", "dns_anycast_cloud", "dns_anycast_soa", "dns_anycast_internal",
	} {
		section := between(t, text, "\n### "+measurement+"\n", "\n##")
		var tags string
		switch measurement {
		case "dns_anycast":
			tags = firstColumn(t, section, "| tag | value | absent |")
		case "dns_anycast_soa": // those of dns_anycast, and more
			between(t, section, "Tags: those of `dns_anycast`, and\n", "\n")
			tags = firstColumn(t, section, "| tag | value | absent |") + firstColumn(t, text, "| tag | value | absent |")
		default:
			tags = between(t, section, "Tags: ", ".")
		}
		p := point{
			tags:   append(quoted(tags), "host"), // Telegraf's own
			fields: quoted(firstColumn(t, section, "| field | type | unit | meaning | absent |")),
		}
		if len(p.tags) < 2 || len(p.fields) < 5 {
			t.Fatalf("the plugin's page says little of %s: %+v", measurement, p)
		}
		s.points[measurement] = p
	}
	results := between(t, text, "\n| result | code | answered | meaning |\n", "\n\n")
	row := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\d+) \\| .? ?\\| (zones: )?.*\\|$")
	for _, m := range row.FindAllStringSubmatch(results, -1) {
		s.codes[m[1]] = m[2]
		if m[3] == "" {
			s.results["dns_anycast"] = append(s.results["dns_anycast"], m[1])
		}
		if m[1] != "no_identity" { // who are you? is not what they ask
			s.results["dns_anycast_soa"] = append(s.results["dns_anycast_soa"], m[1])
		}
	}
	verdicts := between(t, read(t, pages+"MEANING.md"), "\n| verdict | code | meaning |\n", "\n\n")
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\d+) \\|").FindAllStringSubmatch(verdicts, -1) {
		s.verdicts[m[1]] = m[2]
	}
	if len(s.verdicts) < 4 || len(s.results["dns_anycast"]) < 9 || len(s.results["dns_anycast_soa"]) < 10 || len(s.codes) < 11 {
		t.Fatalf("the plugin's pages have few results or verdicts: %+v", s)
	}
	return s
}

// between is the part of a page from one text to the next other one.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	if !found {
		t.Fatalf("a page has no %q", from)
	}
	rest, _, _ = strings.Cut(rest, to)
	return rest
}

func firstColumn(t *testing.T, section, header string) string {
	t.Helper()
	rows := between(t, section, "\n"+header+"\n", "\n\n")
	return strings.Join(regexp.MustCompile(`(?m)^\| [^|]* \|`).FindAllString(rows, -1), "\n")
}

// quoted returns what stands in code quotes.
func quoted(text string) (names []string) {
	for _, m := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// measurement is what a query reads; none where it reads several or none that there is.
func (s schema) measurement(query string) string {
	found := ""
	for _, m := range regexp.MustCompile(`FROM "([^"]*)"`).FindAllStringSubmatch(query, -1) {
		if _, known := s.points[m[1]]; !known || found != "" && found != m[1] {
			return ""
		}
		found = m[1]
	}
	return found
}

var (
	token = regexp.MustCompile(`"[^"]*"|'[^']*'|=~ */[^/]*/|\$\w+|\$\{__(?:from|to)\}ms|[A-Za-z_]\w*|[0-9]+[a-z]*|[!<>]=|\S`)
	words = strings.Fields(`SELECT FROM WHERE AND OR GROUP BY AS fill null none time now ORDER DESC LIMIT SLIMIT SHOW TAG VALUES WITH KEY
		count sum mean median min max first last difference percentile moving_average $timeFilter $__interval ${__from}ms ${__to}ms`)
)

// reads are the tags, fields and results of all measurements that a query reads.
func (s schema) reads(query string) (p point, results []string, err error) {
	for _, m := range regexp.MustCompile(`FROM "([^"]*)"`).FindAllStringSubmatch(query, -1) {
		of, known := s.points[m[1]]
		if !known {
			return p, nil, fmt.Errorf("unknown measurement %s", m[1])
		}
		p.tags, p.fields = append(p.tags, of.tags...), append(p.fields, of.fields...)
		results = append(results, s.results[m[1]]...)
	}
	if len(p.tags) == 0 {
		return p, nil, errors.New("reads no measurement")
	}
	return p, results, nil
}

// check refuses what a query names and a point of its measurement does not hold: another tag, field or result, a field
// where only a tag can stand, a name without quotes.
func (s schema) check(query string) error {
	p, results, err := s.reads(query)
	if err != nil {
		return err
	}
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
		case grouped && (tok == ")" && tokens[i-3] != "time" || tok == "fill"):
			grouped = false
		case tok[0] == '"' && tokens[max(0, i-1)] == "FROM":
		case tok[0] == '"' && grouped:
			if !slices.Contains(p.tags, name) {
				return fmt.Errorf("grouped by %s, which is no tag", tok)
			}
		case tok[0] == '"':
			if !slices.Contains(p.tags, name) && !slices.Contains(p.fields, name) && !slices.Contains(aliases, name) {
				return fmt.Errorf("unknown tag or field %s", tok)
			}
		case tok[0] == '\'' && tokens[i-2] == `"result"`:
			if !slices.Contains(results, name) {
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
		{`SELECT moving_average(min("verdict_code"), 2)` + from + `GROUP BY time(10s), "site" fill(none)`, ok},
		{`SELECT min("verdict_code")` + from + `GROUP BY time(10s), "usual_ms" fill(none)`, `grouped by "usual_ms", which is no tag`},
		{`SELECT last("hostname") FROM "dns_hostname_bind"`, `unknown measurement dns_hostname_bind`},
		{`SELECT last("hostname")`, `reads no measurement`},
		{`SELECT "from", "to", "server" FROM "dns_anycast_change" WHERE "address" = '192.0.2.1'`, ok},
		{`SELECT "from" FROM "dns_anycast_change" GROUP BY "site"`, `grouped by "site", which is no tag`},
		{`SELECT last("hostname") FROM "dns_anycast_change"`, `unknown tag or field "hostname"`},
		{`SELECT min("families_agree"), max("ipv4_asked") FROM "dns_anycast_cloud" GROUP BY "cloud", "host"`, ok},
		{`SELECT max("sites") FROM "dns_anycast_cloud" WHERE "server" = 'a'`, `unknown tag or field "server"`},
		{`SELECT max("sites")` + from, `unknown tag or field "sites"`},
		{`SELECT max("round_ms"), sum("stamps_missing") FROM "dns_anycast_internal" GROUP BY "config", "host"`, ok},
		{`SELECT sum("discarded") FROM "dns_anycast_internal" GROUP BY "server"`, `grouped by "server", which is no tag`},
		{`SELECT max("round_ms")` + from, `unknown tag or field "round_ms"`},
		{sub + `, (SELECT max("sites") FROM "dns_anycast_cloud")`, ok},
		{sub + `, (SELECT max("holds") FROM "dns_anycast_cloud")`, `unknown tag or field "holds"`},
		{`SELECT last("latency")` + from, `unknown tag or field "latency"`},
		{`SELECT last("answered")` + from + `GROUP BY time($__interval), "hostname"`, `grouped by "hostname", which is no tag`},
		{sub + `GROUP BY "a"`, `grouped by "a", which is no tag`},
		{`SELECT last("answered")` + from + `WHERE "result" != 'ok'`, `unknown result 'ok'`},
		{`SELECT last("answered")` + from + `WHERE "result" = 'no_soa'`, `unknown result 'no_soa'`},
		{`SELECT last("serial"), "instance" AS "who" FROM "dns_anycast_soa" WHERE "result" = 'no_soa' GROUP BY "zone"`, ok},
		{`SELECT last("aa") FROM "dns_anycast_soa" WHERE "result" = 'no_identity'`, `unknown result 'no_identity'`},
		{`SELECT last("hostname") FROM "dns_anycast_soa"`, `unknown tag or field "hostname"`},
		{`SELECT last("serial")` + from, `unknown tag or field "serial"`},
		{`SELECT last("nsid")` + from + `GROUP BY "zone"`, `grouped by "zone", which is no tag`},
		{`SELECT last(answered)` + from, `unknown word answered`},
		{`SELECT last("answered")` + from + `WHERE $__timeFilter`, `unknown word $__timeFilter`},
	} {
		if got := fmt.Sprint(s.check(tc.query)); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.query, got, tc.want)
		}
	}
}
