package slo

import (
	"fmt"
	"iter"
	"time"
)

const (
	minutesOfDay  = 24 * 60
	minutesOfHour = 60
)

// Month is a calendar month in UTC, or as much of it as is over.
type Month struct {
	From, To time.Time // whole minutes; To is exclusive
}

// Span is a part of a month, in minutes since its begin; To is exclusive.
type Span struct{ From, To int }

// ParseMonth reads a month such as 2026-10. Of one that now is in it takes the full minutes.
func ParseMonth(text string, now time.Time) (Month, error) {
	from, err := time.Parse("2006-01", text)
	if err != nil || len(text) != len("2006-01") {
		return Month{}, fmt.Errorf("%q is no month: write it like 2026-10", text)
	}
	if from.After(now) {
		return Month{}, fmt.Errorf("%s has not begun: it is %s (UTC)", text, now.UTC().Format(time.DateOnly))
	}
	to := from.AddDate(0, 1, 0)
	if now.Before(to) {
		to = now.UTC().Truncate(time.Minute)
	}
	return Month{from, to}, nil
}

// Minutes is how many the month has, or has had so far.
func (m Month) Minutes() int { return int(m.To.Sub(m.From) / time.Minute) }

// Over reports whether all of the month is.
func (m Month) Over() bool { return m.To.Equal(m.From.AddDate(0, 1, 0)) }

// Days are those of the month; the last may be a part of one.
func (m Month) Days() iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for from := 0; from < m.Minutes(); from += minutesOfDay {
			if !yield(Span{from, min(from+minutesOfDay, m.Minutes())}) {
				return
			}
		}
	}
}

// At is when a minute of the month begins.
func (m Month) At(minute int) time.Time { return m.From.Add(time.Duration(minute) * time.Minute) }

// MinuteOf is the minute of the month that a time in seconds since 1970 lies in. It is negative
// before the month.
func (m Month) MinuteOf(seconds int64) int {
	since := seconds - m.From.Unix()
	if since < 0 {
		return int((since - 59) / 60)
	}
	return int(since / 60)
}
