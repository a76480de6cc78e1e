package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
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

// TestEverySkip: what skips a test of the repository says what is missing, in words that are grouped, and fails it
// where CI is set.
func TestEverySkip(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		inTest := strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/skiptest/")
		if err != nil || !inTest || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			skip, ok := skipOf(d)
			found += skip
			if !ok {
				t.Errorf("%s: a skip is not that of skiptest.Missing", path)
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Errorf("%d skips, %v", found, err)
	}
}

// skipOf counts the skips of a declaration, and reports whether they stand behind a failure where CI is set, and name
// what is missing.
func skipOf(d ast.Decl) (n int, ok bool) {
	var words []string
	ast.Inspect(d, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			words = append(words, node.Sel.Name)
			if slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, node.Sel.Name) {
				n++
			}
		case *ast.BasicLit:
			words = append(words, node.Value)
		}
		return true
	})
	said := strings.Join(words, " ")
	return n, n == 0 || strings.Contains(said, `Getenv "CI" "" Fatal Skip "SKIPPED: "`) && strings.Contains(said, `" is missing: "`)
}
