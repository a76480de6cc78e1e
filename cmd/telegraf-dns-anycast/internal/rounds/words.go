package rounds

import (
	"fmt"
	"time"
)

// clock is a time of today, or of an earlier day with its date.
func clock(t time.Time) string {
	t = t.Local()
	year, month, day := t.Date()
	tomorrow := time.Date(year, month, day, 0, 0, 0, 0, time.Local).AddDate(0, 0, 1)
	if tomorrow.Before(time.Now()) {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("15:04:05")
}

// milliseconds is empty for zero, which was not measured.
func milliseconds(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return inMS(float64(d) / float64(time.Millisecond))
}

func inMS(ms float64) string { return fmt.Sprintf("%.3f ms", ms) }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func countIf[T any](all []T, is func(T) bool) (n int) {
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

// siteText is a site, with its instance where that says more.
func siteText(site, instance string) string {
	if instance != "" && instance != site {
		return fmt.Sprintf("%s (%s)", site, instance)
	}
	return site
}

// tenths is a time measured by a program's clock: of more digits none is true. It is empty for zero.
func tenths(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}
