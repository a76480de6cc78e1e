package stacktest

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Schema is what the plugin's pages say of the points; tests of the plugin compare the two.
type Schema struct {
	Points  map[string]point    // by measurement
	Results map[string][]string // by measurement of queries
	Codes   map[string]string   // of results

	Verdicts map[string]string // and their codes
}

// catchment is what all windows of RIPE Atlas are called, or begin with.
const catchment = "dns_anycast_catchment"

// point is what a measurement holds.
type point struct{ Tags, Fields []string }

// ReadSchema reads the plugin's pages.
func ReadSchema(t *testing.T) Schema {
	t.Helper()
	pages := filepath.Join(Root(), "plugins/inputs/dns_anycast")
	text := Read(t, filepath.Join(pages, "README.md"))
	s := Schema{Points: kept(), Results: map[string][]string{}, Codes: map[string]string{}, Verdicts: map[string]string{}}
	for _, measurement := range []string{
		"dns_anycast", "dns_anycast_change", "dns_anycast_cloud", "dns_anycast_soa", "dns_anycast_serial", "dns_anycast_path", "dns_anycast_hop",
		"dns_anycast_internal", catchment, catchment + "_site", catchment + "_country", catchment + "_as", catchment + "_move", catchment + "_zone",
	} {
		section := Between(t, text, "\n### "+measurement+"\n", "\n##")
		tags := s.tags(t, text, section, measurement)
		p := point{
			Tags:   append(quoted(tags), "host"), // Telegraf's own
			Fields: quoted(firstColumn(t, section, "| field | type | unit | meaning | absent |")),
		}
		if len(p.Tags) < 2 || len(p.Fields) < 3 {
			t.Fatalf("the plugin's page says little of %s: %+v", measurement, p)
		}
		s.Points[measurement] = p
	}
	maps.Copy(s.Points, telegrafs(t))
	s.readCodes(t, text, Read(t, filepath.Join(pages, "MEANING.md")))
	return s
}

// tags are those that a measurement's section tells of, in quotes; text is the whole page.
func (s *Schema) tags(t *testing.T, text, section, measurement string) string {
	t.Helper()
	switch measurement {
	case "dns_anycast":
		return firstColumn(t, section, "| tag | value | absent |")
	case "dns_anycast_soa": // those of dns_anycast, and more
		Between(t, section, "Tags: those of `dns_anycast`, and\n", "\n")
		return firstColumn(t, section, "| tag | value | absent |") + firstColumn(t, text, "| tag | value | absent |")
	case "dns_anycast_path":
		return Between(t, section, "Tags: ", ", and\n") + firstColumn(t, section, "| tag | value | absent |")
	case "dns_anycast_hop": // those of dns_anycast_path, which come before it, but two
		Between(t, section, "Tags: those\nof `dns_anycast_path` but `instance` and `site`, and\n", "\n")
		others := slices.DeleteFunc(slices.Clone(s.Points["dns_anycast_path"].Tags), func(tag string) bool {
			return tag == "instance" || tag == "site"
		})
		return "`" + strings.Join(others, "` `") + "`" + firstColumn(t, section, "| tag | value | absent |")
	case "dns_anycast_serial": // those of dns_anycast_soa, which come before it
		Between(t, section, "Tags: those of\n`dns_anycast_soa`", "\n")
		return "`" + strings.Join(s.Points["dns_anycast_soa"].Tags, "` `") + "`"
	case catchment:
		return Between(t, section, "Tags: ", "\n\n| tag |") + firstColumn(t, section, "| tag | value | absent |")
	case catchment + "_site", catchment + "_country", catchment + "_as": // and those of the next come after it
		return "`" + strings.Join(s.Points[catchment].Tags, "` `") + "`" + firstColumn(t, section, "| tag | value | absent |")
	case catchment + "_move", catchment + "_zone":
		others := strings.ReplaceAll(Between(t, section, "Tags: those of", ".\n"), "`"+catchment+"`", "")
		return "`" + strings.Join(s.Points[catchment].Tags, "` `") + "`" + others
	default:
		return Between(t, section, "Tags: ", ".")
	}
}

// readCodes reads the results and verdicts, and their codes.
func (s *Schema) readCodes(t *testing.T, text, meaning string) {
	t.Helper()
	results := Between(t, text, "\n| result | code | answered | meaning |\n", "\n\n")
	row := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\d+) \\| .? ?\\| (zones: )?.*\\|$")
	for _, m := range row.FindAllStringSubmatch(results, -1) {
		s.Codes[m[1]] = m[2]
		if m[3] == "" {
			s.Results["dns_anycast"] = append(s.Results["dns_anycast"], m[1])
		}
		if m[1] != "no_identity" { // who are you? is not what they ask
			s.Results["dns_anycast_soa"] = append(s.Results["dns_anycast_soa"], m[1])
		}
	}
	verdicts := Between(t, meaning, "\n| verdict | code | meaning |\n", "\n\n")
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\d+) \\|").FindAllStringSubmatch(verdicts, -1) {
		s.Verdicts[m[1]] = m[2]
	}
	if len(s.Verdicts) < 4 || len(s.Results["dns_anycast"]) < 9 || len(s.Results["dns_anycast_soa"]) < 10 || len(s.Codes) < 11 {
		t.Fatalf("the plugin's pages have few results or verdicts: %+v", s)
	}
}

func firstColumn(t *testing.T, section, header string) string {
	t.Helper()
	rows := Between(t, section, "\n"+header+"\n", "\n\n")
	return strings.Join(regexp.MustCompile(`(?m)^\| [^|]* \|`).FindAllString(rows, -1), "\n")
}

// quoted returns what stands in code quotes.
func quoted(text string) (names []string) {
	for _, m := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// Measurement is what a query reads, behind its retention policy where it names one; none where it reads several or none
// that there is.
func (s Schema) Measurement(query string) string {
	found := ""
	for _, m := range regexp.MustCompile(`FROM ("\w+"\.)?"([^"]*)"`).FindAllStringSubmatch(query, -1) {
		name := strings.ReplaceAll(m[1], `"`, "") + m[2]
		if _, known := s.Points[name]; !known || found != "" && found != name {
			return ""
		}
		found = name
	}
	return found
}

var (
	token = regexp.MustCompile(`"[^"]*"|'[^']*'|=~ */[^/]*/|\$\w+|\$\{(?:__from|__to|minimum)\}(?:ms)?|[A-Za-z_]\w*|[0-9]+[a-z]*|[!<>]=|\S`)
	words = strings.Fields(`SELECT FROM WHERE AND OR GROUP BY AS fill null none time now ORDER DESC LIMIT SLIMIT SHOW TAG VALUES WITH KEY
		count sum mean median min max first last difference percentile moving_average cumulative_sum distinct elapsed spread
		$timeFilter $__interval ${__from}ms ${__to}ms ${__from} ${__to} ${minimum}`)
)

// reads are the tags, fields and results of all measurements that a query reads.
func (s Schema) reads(query string) (p point, results []string, err error) {
	for _, m := range regexp.MustCompile(`FROM ("\w+"\.)?"([^"]*)"`).FindAllStringSubmatch(query, -1) {
		name := strings.ReplaceAll(m[1], `"`, "") + m[2]
		of, known := s.Points[name]
		if !known {
			return p, nil, fmt.Errorf("unknown measurement %s", name)
		}
		p.Tags, p.Fields = append(p.Tags, of.Tags...), append(p.Fields, of.Fields...)
		results = append(results, s.Results[name]...)
	}
	if len(p.Tags) == 0 {
		return p, nil, errors.New("reads no measurement")
	}
	return p, results, nil
}

// Check refuses what a query names and a point of its measurement does not hold: another tag, field or result, a field
// where only a tag can stand, a name without quotes.
func (s Schema) Check(query string) error {
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
		case tok[0] == '"' && i > 2 && tokens[i-1] == "." && tokens[i-3] == "FROM":
		case tok[0] == '"' && grouped:
			if !slices.Contains(p.Tags, name) {
				return fmt.Errorf("grouped by %s, which is no tag", tok)
			}
		case tok[0] == '"':
			if !slices.Contains(p.Tags, name) && !slices.Contains(p.Fields, name) && !slices.Contains(aliases, name) {
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
