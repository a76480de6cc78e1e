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
func TestSkip(t *testing.T) { t.Skip("SKIPPED: telegraf is missing:\nmake telegraf") }
func TestFail(t *testing.T) {
	t.Run("sub", func(t *testing.T) { t.Skip("sub skipped") })
	t.Run("bad", func(t *testing.T) { if os.Getenv("FATE") == "fail" { t.Error("a reason") } })
}
func TestDie(t *testing.T) {
	if os.Getenv("FATE") == "die" {
		t.Log("last words")
		os.Exit(3)
	}
}
`

func TestReport(t *testing.T) {
	const skipped = "SKIP fate TestSkip: fate_test.go:9: SKIPPED: telegraf is missing: make telegraf\n" +
		"SKIP fate TestFail/sub: fate_test.go:11: sub skipped\n2 skipped\n"
	tests := []struct {
		fate, source string
		says         []string
		skips        int
		ok           bool
	}{
		{"pass", module, []string{"ok  \tfate", skipped}, 2, true},
		{"fail", module, []string{"a reason\n", "--- FAIL: TestFail/bad", "FAIL\tfate", skipped}, 2, false},
		{"die", module, []string{"last words\n", "FAIL\tfate", skipped}, 2, false},
		{"build", "package fate\nfunc f() { undefined() }\n", []string{"undefined: undefined", "0 skipped\n"}, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.fate, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("FATE", tt.fate)
			write(t, "go.mod", "module fate\n")
			write(t, "fate_test.go", tt.source)
			var b bytes.Buffer
			skips, err := run(&b, []string{"-count=1", "."})
			if skips != tt.skips || (err == nil) != tt.ok {
				t.Errorf("%d skips, error %v", skips, err)
			}
			for _, want := range tt.says {
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

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
