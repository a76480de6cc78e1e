package options

import (
	"fmt"
	"strings"
	"time"
)

// MaxTimeout is the longest that a query may wait, and the most that any option that is a time may
// be.
const MaxTimeout = time.Minute

// Duration is a span of time written with its unit, as "2s" or "500ms".
type Duration time.Duration

// UnmarshalText parses a duration and refuses a number without a unit: it could mean anything.
func (d *Duration) UnmarshalText(b []byte) error {
	s := string(b)
	for _, quote := range []string{`"`, `'`} { // Telegraf's TOML library hands them over
		if rest, found := strings.CutPrefix(s, quote); found && strings.HasSuffix(rest, quote) {
			s = strings.TrimSuffix(rest, quote)
			break
		}
	}
	v, err := time.ParseDuration(s)
	if err == nil && !number(s) {
		*d = Duration(v)
		return nil
	}
	if number(s) {
		return fmt.Errorf("%s has no unit: write %s", s, withUnit(s))
	}
	return fmt.Errorf(`%q is no duration: write it like "2s" or "500ms"`, s)
}

// MarshalText is what the flag package shows as a default.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// withUnit is what a bare number is likely to mean, where every option would take that.
func withUnit(number string) string {
	v, err := time.ParseDuration(number + "s")
	if err == nil && v >= 100*time.Millisecond && v <= MaxTimeout {
		return fmt.Sprintf(`"%ss"`, number)
	}
	return `it like "2s" or "500ms"`
}

func number(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.+-_") == ""
}
