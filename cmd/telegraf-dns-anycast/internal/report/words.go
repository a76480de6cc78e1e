package report

import (
	"math"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

const nothing = "–" // what was not measured, or is not of the row

func dateTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// number is one with its thousands apart.
func number(n int) string {
	digits := strconv.Itoa(n)
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, parts...), ",")
}

func integer(n *int) string {
	if n == nil {
		return nothing
	}
	return strconv.Itoa(*n)
}

func percent(share *float64) string {
	if share == nil {
		return nothing
	}
	return levels.Percent(*share)
}

func decimal(n *float64) string {
	if n == nil {
		return nothing
	}
	return strconv.FormatFloat(math.Round(*n*1000)/1000, 'f', -1, 64)
}

func met(b *bool) string {
	switch {
	case b == nil:
		return nothing
	case *b:
		return "met"
	}
	return "**missed**"
}

func minute(t *time.Time) string {
	if t == nil {
		return nothing
	}
	return dateTime(*t)
}
