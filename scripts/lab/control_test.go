//go:build linux

package main

import (
	"errors"
	"strings"
	"testing"
)

func TestCommandRefused(t *testing.T) {
	l := &lab{sites: []*site{{name: "lhr1"}}}
	for _, row := range []struct{ line, want string }{
		{"", "is not understood"},
		{"kill", "is not understood"},
		{"kill lhr1 now", "is not understood"},
		{"pause lhr1", "is not understood"},
		{"ecmp on lhr1", `no site "on"`},
		{"ecmp maybe", "want on or off"},
		{"kill arn1", `no site "arn1"`},
		{"withdraw lhr1 5", `no family "5"`},
		{"delay lhr1", "is not understood"},
		{"delay lhr1 20", "want a duration"},
		{"delay lhr1 -1ms", "want a duration"},
		{"delay lhr1 1001ms", "from 0 to 1s"},
		{"kill lhr1", "the server of lhr1 is dead"},
	} {
		if err := l.obey(t.Context(), row.line); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: %v, want one with %q", row.line, err, row.want)
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"--delay 5ms,20ms", "3 sites want as many delays"},
		{"--delay 5ms,20ms,never", "want a duration"},
		{"--ecmp now", `"now" is not understood`},
		{"--loss 3", "not defined"},
	} {
		_, err := parse(strings.Fields(row.args))
		var refused refusal
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want a refusal with %q", row.args, err, row.want)
		}
	}
}
