package slo

import "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"

// track is what minutes say of an address, or of a service.
type track struct {
	counted int // in which enough vantage points asked
	runs    []run
	day     *[minutesOfDay]votes // of the day that is being read; nil: none so far
}

// votes are those of vantage points in a minute.
type votes struct{ asked, failed uint32 }

// run is an unbroken one of minutes that are down; to is exclusive.
type run struct {
	from, to      int
	asked, failed int // votes
}

// vote adds that of one vantage point in a minute of the day.
func (t *track) vote(minute int, failed bool) {
	v := &t.today()[minute%minutesOfDay]
	v.asked++
	if failed {
		v.failed++
	}
}

// set is vote for a minute whose votes have been counted.
func (t *track) set(minute, asked, failed int) {
	t.today()[minute%minutesOfDay] = votes{uint32(asked), uint32(failed)}
}

func (t *track) today() *[minutesOfDay]votes {
	if t.day == nil {
		t.day = new([minutesOfDay]votes)
	}
	return t.day
}

// close judges the minutes of a day, which comes after all that were closed. Those that are stored
// are counted where they are stored.
func (t *track) close(day Span, minimum int, stored func(minute int) bool) {
	if t.day == nil {
		return
	}
	for minute := day.From; minute < day.To; minute++ {
		asked, failed := int(t.day[minute%minutesOfDay].asked), int(t.day[minute%minutesOfDay].failed)
		if asked == 0 || asked < minimum {
			continue
		}
		if !stored(minute) {
			t.counted++
		}
		if levels.IsDown(asked, failed) {
			t.down(minute, asked, failed)
		}
	}
	clear(t.day[:])
}

func (t *track) down(minute, asked, failed int) {
	if n := len(t.runs); n == 0 || t.runs[n-1].to != minute {
		t.runs = append(t.runs, run{from: minute})
	}
	r := &t.runs[len(t.runs)-1]
	r.to = minute + 1
	r.asked += asked
	r.failed += failed
}

// downMinutes counts all, and those that are not under a maintenance.
func (t *track) downMinutes(under minutes) (gross, net int) {
	for _, r := range t.runs {
		gross += r.to - r.from
		net += r.net(under)
	}
	return gross, net
}

// net counts the minutes of the run that are not under a maintenance.
func (r run) net(under minutes) (n int) {
	for minute := r.from; minute < r.to; minute++ {
		if !under.has(minute) {
			n++
		}
	}
	return n
}
