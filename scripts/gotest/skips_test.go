package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSkips(t *testing.T) {
	var s skips
	for _, skip := range [][3]string{
		{"p", "TestA", "=== RUN   TestA\n    a_test.go:3: SKIPPED: knotd is missing: apt-get install knot\n--- SKIP: TestA (0.00s)\n"},
		{"p", "TestB", "    b_test.go:3: SKIPPED: missing: bird, knotd: apt-get install bird2 knot\n"},
		{"p", "TestC", "    a_test.go:4: tried\n    a_test.go:5: SKIPPED: knsupdate is missing: apt-get install knot\n"},
		{"q", "TestA", "    a_test.go:3: SKIPPED: needs root\n"},
		{"p", "TestA", "    a_test.go:3: SKIPPED: knotd is missing: apt-get install knot\n"}, // in another run
		{"q", "TestD", "    d_test.go:3: not today\n"},
	} {
		s.add(skip[0], skip[1], skip[2])
	}
	s.runs = []string{"go test -race: no"}
	var b bytes.Buffer
	s.write(&b)
	const want = `SKIPPED 3 tests: knot is missing: apt-get install knot
SKIPPED 1 test: bird2 is missing: apt-get install bird2
SKIPPED 1 test: needs root
SKIPPED 1 test: not today
SKIPPED a run: go test -race: no
6 skipped
`
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &b, want)
	}
	b.Reset()
	s.writeNames(&b)
	if !strings.HasPrefix(b.String(), "SKIP p TestA: knotd is missing: apt-get install knot\nSKIP p TestB: missing: bird") {
		t.Errorf("the names:\n%s", &b)
	}
}

// TestWords: what is grouped by its words begins alike in every test of the repository.
func TestWords(t *testing.T) {
	skip := regexp.MustCompile(`\bt\.Skip(f|Now)?\(.*`)
	found := 0
	err := filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/gotest/") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, call := range skip.FindAllString(string(text), -1) {
			found++
			if !strings.Contains(call, `("SKIPPED: `) {
				t.Errorf("%s: %s", path, call)
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d skips, %v", found, err)
	}
}
