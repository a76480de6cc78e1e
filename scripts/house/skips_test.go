// Package house holds the tests of rules that all of the code keeps.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEverySkip: a skip of any test in the repository stands behind a failure where CI is set, and
// says what is missing in the words that scripts/test.sh counts.
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
			n, ok := skipsOf(d)
			found += n
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

// skipsOf counts the skips of a declaration, and reports whether they keep the rule.
func skipsOf(d ast.Decl) (n int, ok bool) {
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
	return n, n == 0 || strings.Contains(said, `Getenv "CI" "" Fatal Skip "SKIPPED: "`) &&
		strings.Contains(said, `" is missing: "`)
}
