package console

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/influxdata/telegraf"
)

func TestConsoleLevels(t *testing.T) {
	for _, test := range []struct {
		level    telegraf.LogLevel
		prefixed bool
		want     string
	}{
		{telegraf.Error, true, "E! error 1\nE! error 2\n"},
		{telegraf.Warn, true, "E! error 1\nE! error 2\nW! warn 1\nW! warn 2\n"},
		{telegraf.Info, true, "E! error 1\nE! error 2\nW! warn 1\nW! warn 2\nI! info 1\nI! info 2\n"},
		{telegraf.Debug, true, "E! error 1\nE! error 2\nW! warn 1\nW! warn 2\nI! info 1\nI! info 2\nD! debug 1\nD! debug 2\n"},
		{telegraf.Info, false, "error 1\nerror 2\nwarn 1\nwarn 2\ninfo 1\ninfo 2\n"},
	} {
		var out bytes.Buffer
		c := New(&out, test.level, test.prefixed)
		c.Error("error ", 1)
		c.Errorf("error %d", 2)
		c.Warn("warn ", 1)
		c.Warnf("warn %d", 2)
		c.Info("info ", 1)
		c.Infof("info %d", 2)
		c.Debug("debug ", 1)
		c.Debugf("debug %d", 2)
		c.Trace("trace ", 1)
		c.Tracef("trace %d", 2)
		if out.String() != test.want {
			t.Errorf("level %v, prefixed %v: got\n%swant\n%s", test.level, test.prefixed, &out, test.want)
		}
	}
}

// TestConsoleFlattens: execd reads lines, and a terminal must not obey a server's name.
func TestConsoleFlattens(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"plain text, zürich-東", "plain text, zürich-東"},
		{"a\nE! b\r\nc", "a E! b  c"},
		{"tab\tnul\x00bell\a", "tab nul bell "},
		{"\x1b[31mred\x1b[0m", " [31mred [0m"},
		{"C1 \u009b line \u2028 paragraph \u2029 bidi \u202e", "C1   line   paragraph   bidi  "},
		{"no UTF-8 \xff\xfe", "no UTF-8 \uFFFD\uFFFD"},
		{"100 %s %d%%", "100 %s %d%%"},
		{"", ""},
	} {
		var out bytes.Buffer
		New(&out, telegraf.Info, true).Error(test.text)
		if want := "E! " + test.want + "\n"; out.String() != want {
			t.Errorf("%q: %q, want %q", test.text, &out, want)
		}
	}
}

func TestConsoleCaps(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       int // bytes of text that are left
	}{
		{"fits", strings.Repeat("x", MaxMessage), MaxMessage},
		{"one too many", strings.Repeat("x", MaxMessage+1), MaxMessage},
		{"far too many", strings.Repeat("x", 1<<20), MaxMessage},
		{"never inside a rune", "x" + strings.Repeat("é", MaxMessage), MaxMessage - 1},
		{"grown by flattening", strings.Repeat("\xff", MaxMessage), MaxMessage - 1},
	} {
		var out bytes.Buffer
		New(&out, telegraf.Info, true).Error(test.text)
		got, isLine := strings.CutSuffix(strings.TrimPrefix(out.String(), "E! "), "\n")
		kept, cut := strings.CutSuffix(got, "…")
		if len(kept) != test.want || cut != (len(test.text) > test.want) || !isLine || !utf8.ValidString(got) {
			t.Errorf("%s: %d bytes, cut %v, want %d: %.20q", test.name, len(kept), cut, test.want, out.String())
		}
	}
}

// unread fails the test where somebody makes text of it.
type unread struct{ t *testing.T }

func (u unread) String() string { u.t.Error("what is left out was formatted"); return "" }

// TestConsoleLeavesOut: nothing is made of what is not said.
func TestConsoleLeavesOut(t *testing.T) {
	c := New(io.Discard, telegraf.Info, true)
	c.Debug(unread{t})
	c.Debugf("%s", unread{t})
}
