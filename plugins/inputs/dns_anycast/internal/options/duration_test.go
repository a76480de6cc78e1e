package options

import (
	"testing"
	"time"
)

// TestDuration: Telegraf's TOML library hands over a value's text with its quotes, and a bare
// number as it stands.
func TestDuration(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
		err  string
	}{
		{"2s", 2 * time.Second, ""},
		{`"2s"`, 2 * time.Second, ""},
		{`'500ms'`, 500 * time.Millisecond, ""},
		{"1m30s", 90 * time.Second, ""},
		{"2", 0, `2 has no unit: write "2s"`},
		{`"2"`, 0, `2 has no unit: write "2s"`},
		{"2.5", 0, `2.5 has no unit: write "2.5s"`},
		{"0.1", 0, `0.1 has no unit: write "0.1s"`},
		{"60", 0, `60 has no unit: write "60s"`},
		{"61", 0, `61 has no unit: write it like "2s" or "500ms"`},
		{"0.09", 0, `0.09 has no unit: write it like "2s" or "500ms"`},
		{"0", 0, `0 has no unit: write it like "2s" or "500ms"`},
		{"-0", 0, `-0 has no unit: write it like "2s" or "500ms"`},
		{`"-1"`, 0, `-1 has no unit: write it like "2s" or "500ms"`},
		{"1_0", 0, `1_0 has no unit: write it like "2s" or "500ms"`},
		{"0s", 0, ""},
		{"", 0, `"" is no duration: write it like "2s" or "500ms"`},
		{"2 s", 0, `"2 s" is no duration: write it like "2s" or "500ms"`},
		{"two", 0, `"two" is no duration: write it like "2s" or "500ms"`},
	} {
		var d Duration
		err := d.UnmarshalText([]byte(c.text))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if time.Duration(d) != c.want || got != c.err {
			t.Errorf("%s: got %s, %q, want %s, %q", c.text, time.Duration(d), got, c.want, c.err)
		}
	}
}
