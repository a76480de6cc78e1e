package slo

import (
	"testing"
	"time"
)

func TestParseMonth(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 34, 56, 0, time.UTC)
	for _, test := range []struct {
		text    string
		minutes int
		to      string
	}{
		{"2026-10", 31 * 1440, "2026-11-01T00:00:00Z"},
		{"2026-09", 30 * 1440, "2026-10-01T00:00:00Z"},
		{"2026-02", 28 * 1440, "2026-03-01T00:00:00Z"},
		{"2024-02", 29 * 1440, "2024-03-01T00:00:00Z"},
		{"2025-12", 31 * 1440, "2026-01-01T00:00:00Z"},
		{"2026-11", 28*1440 + 12*60 + 34, "2026-11-29T12:34:00Z"},
	} {
		m, err := ParseMonth(test.text, now)
		if err != nil || m.Minutes() != test.minutes || m.To.Format(time.RFC3339) != test.to {
			t.Errorf("%s: %d minutes to %s, %v; want %d to %s", test.text, m.Minutes(), m.To, err, test.minutes, test.to)
		}
		if m.Over() != (test.text != "2026-11") {
			t.Errorf("%s is over: %v", test.text, m.Over())
		}
		days, end := 0, 0
		for day := range m.Days() {
			if days++; day.From != end {
				t.Errorf("%s: a day begins at %d, the one before ends at %d", test.text, day.From, end)
			}
			end = day.To
		}
		if want := (test.minutes + 1439) / 1440; days != want || end != test.minutes {
			t.Errorf("%s: %d days to %d, want %d", test.text, days, end, want)
		}
	}
}

func TestParseMonthRefused(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 34, 56, 0, time.UTC)
	for text, want := range map[string]string{
		"":           `"" is no month: write it like 2026-10`,
		"2026-13":    `"2026-13" is no month: write it like 2026-10`,
		"2026-1":     `"2026-1" is no month: write it like 2026-10`,
		"2026-10-01": `"2026-10-01" is no month: write it like 2026-10`,
		"October":    `"October" is no month: write it like 2026-10`,
		"2026-12":    `2026-12 has not begun: it is 2026-11-29 (UTC)`,
	} {
		if _, err := ParseMonth(text, now); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestMinuteOf: a second belongs to the minute that it is in, before the month too.
func TestMinuteOf(t *testing.T) {
	m := monthOf("2026-10")
	for since, want := range map[int64]int{0: 0, 59: 0, 60: 1, 86400: 1440, -1: -1, -60: -1, -61: -2} {
		if got := m.MinuteOf(m.From.Unix() + since); got != want {
			t.Errorf("%d s: minute %d, want %d", since, got, want)
		}
	}
}
