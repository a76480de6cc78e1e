package rounds

import (
	"fmt"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const timesKept = 500 // of each target, for its median

// targetStats are what a watch has seen of one target.
type targetStats struct {
	asked, answered int             // queries
	best            time.Duration   // zero: there was no answer
	times           []time.Duration // of the last answers, timesKept at most
	oldest          int             // of times, once there are as many as are kept
	since           time.Time       // when what answers now began to; zero: nothing has answered
	split           bool            // several sites answer by turns
	lastRound       int             // the last round that asked it, counted from 1
}

// add takes in a query of a round.
func (s *targetStats) add(q *dns_anycast.QueryRow, round int) {
	s.lastRound = round
	if !q.Asked {
		return
	}
	s.asked++
	if q.Answered {
		s.answered++
	}
	if q.Instance != "" && s.since.IsZero() {
		s.since = q.Sent
	}
	if q.QueryTime == 0 {
		return
	}
	if s.best == 0 || q.QueryTime < s.best {
		s.best = q.QueryTime
	}
	if len(s.times) < timesKept {
		s.times = append(s.times, q.QueryTime)
		return
	}
	s.times[s.oldest] = q.QueryTime
	s.oldest = (s.oldest + 1) % timesKept
}

// median is in milliseconds: the mean of two times may lie between two nanoseconds.
func (s *targetStats) median() float64 {
	sorted := slices.Sorted(slices.Values(s.times))
	ms := func(i int) float64 { return float64(sorted[i]) / float64(time.Millisecond) }
	if n := len(sorted); n%2 == 0 {
		return (ms(n/2-1) + ms(n/2)) / 2
	}
	return ms(len(sorted) / 2)
}

func (s *targetStats) medianText() string {
	if len(s.times) == 0 {
		return ""
	}
	return inMS(s.median())
}

// loss is 1 - mean(answered), in percent; empty where nothing could be asked.
func (s *targetStats) loss() string {
	if s.asked == 0 {
		return ""
	}
	lost := s.asked - s.answered
	percent := 100 * float64(lost) / float64(s.asked)
	if lost > 0 && percent < 0.1 {
		return "<0.1 %"
	}
	return fmt.Sprintf("%.1f %%", percent)
}
