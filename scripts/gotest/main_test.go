package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// module holds tests of every ending. Dying ends the process under a test, which therefore never ends.
const module = `package fate

import (
	"os"
	"testing"
)

func TestPass(t *testing.T) { t.Log("unheard") }
func TestSkip(t *testing.T) { t.Skip("SKIPPED: Telegraf is missing:\nmake telegraf") }
func TestFail(t *testing.T) {
	t.Run("sub", func(t *testing.T) { t.Log("first"); t.Skip("SKIPPED: knotd is missing: apt-get install knot") })
	t.Run("bad", func(t *testing.T) { if os.Getenv("FATE") == "fail" { t.Error("a reason") } })
}
func TestDie(t *testing.T) {
	if os.Getenv("FATE") == "die" {
		t.Log("last words")
		os.Exit(3)
	}
}
`

func TestRunAll(t *testing.T) {
	const skipped = "SKIPPED 1 test: Telegraf is missing: make telegraf\n" +
		"SKIPPED 1 test: knot is missing: apt-get install knot\n2 skipped\n"
	tests := []struct {
		fate, source string
		says         []string
		ok           bool
	}{
		{"pass", module, []string{"ok  \tfate", skipped}, true},
		{"fail", module, []string{"a reason\n", "--- FAIL: TestFail/bad", "FAIL\tfate", skipped}, false},
		{"die", module, []string{"last words\n", "FAIL\tfate", skipped}, false},
		{"build", "package fate\nfunc f() { undefined() }\n", []string{"undefined: undefined", "0 skipped\n"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.fate, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(t.TempDir())
			t.Setenv("FATE", tt.fate)
			write(t, dir+"/go.mod", "module fate\n")
			write(t, dir+"/fate_test.go", tt.source)
			var b bytes.Buffer
			var all skips
			// Twice the same tests: they are skipped once. The second run happens though the first failed.
			err := runAll(&b, &all, []string{"-C=" + dir + " -count=1 .", "-C=" + dir + " -count=1 -tags=second ."})
			all.write(&b)
			if (err == nil) != tt.ok {
				t.Errorf("error %v", err)
			}
			for _, want := range append(tt.says, "go test -C="+dir+" -count=1 -tags=second .\n") {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %q in:\n%s", want, &b)
				}
			}
			if strings.Contains(b.String(), "unheard") {
				t.Errorf("a test that passed was heard:\n%s", &b)
			}
		})
	}
}

// TestRunRace: without a C compiler there is no race detector, which skips the run.
func TestRunRace(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module fate\n")
	t.Setenv("CGO_ENABLED", "0")
	var b bytes.Buffer
	var all skips
	if err := runAll(&b, &all, []string{"-race ."}); err != nil {
		t.Error(err)
	}
	all.write(&b)
	const want = "go test -race .\n" +
		"SKIPPED a run: the race detector: a C compiler is missing: apt-get install gcc libc6-dev\n1 skipped\n"
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &b, want)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
