package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRunsName: each name in the lists of scripts/test.sh is that of a test, or begins one.
func TestRunsName(t *testing.T) {
	script, err := os.ReadFile("../test.sh")
	if err != nil {
		t.Fatal(err)
	}
	lists := regexp.MustCompile(`'\^Test\((\S+)\)(\$?)'`).FindAllStringSubmatch(string(script), -1)
	if len(lists) != 2 {
		t.Errorf("%d lists, want those of the portable and the race run", len(lists))
	}
	tests := testsOf(t, "../../plugins")
	for _, list := range lists {
		for name := range strings.SplitSeq(list[1], "|") {
			if !regexp.MustCompile(`(?m)^func Test` + name + strings.Replace(list[2], "$", `\(`, 1)).MatchString(tests) {
				t.Errorf("there is no Test%s", name)
			}
		}
	}
}

// testsOf joins all files of tests below a directory.
func testsOf(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
