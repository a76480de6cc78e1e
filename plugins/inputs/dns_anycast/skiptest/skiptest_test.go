package skiptest

import (
	"fmt"
	"testing"
)

// ending is a test that keeps how it first ended.
type ending struct {
	testing.TB
	how string
}

func (e *ending) end(how string, args ...any) {
	if e.how == "" {
		e.how = how + fmt.Sprint(args...) + "\n"
	}
}

func (e *ending) Helper()           {}
func (e *ending) Fatal(args ...any) { e.end("failed: ", args...) }
func (e *ending) Skip(args ...any)  { e.end("skipped: ", args...) }

func TestMissing(t *testing.T) {
	const text = "mouse is missing: apt-get install cheese\n"
	for ci, want := range map[string]string{"": "skipped: SKIPPED: " + text, "true": "failed: " + text} {
		t.Setenv("CI", ci)
		e := &ending{TB: t}
		Missing(e, "mouse", "apt-get install cheese")
		if got := e.how; got != want {
			t.Errorf("CI=%q: %q, want %q", ci, got, want)
		}
	}
}

// TestProgram: what is there is found, what is not is missing.
func TestProgram(t *testing.T) {
	t.Setenv("CI", "true")
	e := &ending{TB: t}
	if path := Program(e, "go", "golang"); path == "" || e.how != "" {
		t.Errorf("%q, %q", path, e.how)
	}
	Program(e, "no-such-program", "none")
	if got := e.how; got != "failed: no-such-program is missing: apt-get install none\n" {
		t.Errorf("%q", got)
	}
}
