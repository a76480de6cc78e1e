package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// skips are the tests that were skipped, by name and by reason, and whole runs. A test that several runs skip is one test.
type skips struct {
	runs    []string
	names   map[string]string          // package and test: what it said
	reasons map[string]map[string]bool // reason: names
}

// add takes what a skipped test said. Its own words begin with SKIPPED:. Programs that come from one Debian package are
// one reason; a test that lacks several packages counts for each.
func (s *skips) add(pkg, test, output string) {
	if s.names == nil {
		s.names, s.reasons = map[string]string{}, map[string]map[string]bool{}
	}
	name, text := strings.TrimSpace(pkg+" "+test), message(output)
	s.names[name] = text
	for _, reason := range reasons(text) {
		if s.reasons[reason] == nil {
			s.reasons[reason] = map[string]bool{}
		}
		s.reasons[reason][name] = true
	}
}

const install = "is missing: apt-get install "

var (
	place    = regexp.MustCompile(`^\S+\.go:\d+: `)
	packages = regexp.MustCompile(`apt-get install ([^:;,]+)$`)
)

func reasons(text string) []string {
	found := packages.FindStringSubmatch(text)
	if found == nil {
		return []string{text}
	}
	var all []string
	for _, pkg := range strings.Fields(found[1]) {
		all = append(all, pkg+" "+install+pkg)
	}
	return all
}

// message is why a test was skipped, in one line: what follows SKIPPED:, or all that it said where there is none.
func message(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			lines = append(lines, place.ReplaceAllString(line, ""))
		}
	}
	text := strings.Join(lines, " ")
	if _, after, found := strings.Cut(text, "SKIPPED: "); found {
		return after
	}
	return text
}

// write says how many tests each reason costs, the dearest first, the whole runs, and how many that makes.
func (s *skips) write(w io.Writer) {
	byCost := func(a, b string) int {
		return cmp.Or(len(s.reasons[b])-len(s.reasons[a]), strings.Compare(a, b))
	}
	for _, reason := range slices.SortedFunc(maps.Keys(s.reasons), byCost) {
		fmt.Fprintf(w, "SKIPPED %s: %s\n", tests(len(s.reasons[reason])), reason)
	}
	for _, run := range s.runs {
		fmt.Fprintln(w, "SKIPPED a run:", run)
	}
	fmt.Fprintf(w, "%d skipped\n", s.count())
}

func (s *skips) count() int { return len(s.names) + len(s.runs) }

// writeNames writes a line for each test.
func (s *skips) writeNames(w io.Writer) {
	for _, name := range slices.Sorted(maps.Keys(s.names)) {
		fmt.Fprintf(w, "SKIP %s: %s\n", name, s.names[name])
	}
}

func tests(n int) string {
	if n == 1 {
		return "1 test"
	}
	return fmt.Sprintf("%d tests", n)
}
