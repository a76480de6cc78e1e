package catchment

import "time"

// path is what is remembered of a probe and a subject, in 24 bytes: there are 312,000 at the 13
// root letters. Times are in s since 1970; zero: never.
type path struct {
	asked   uint32 // the last result that could be asked for
	heard   uint32 // the last answer
	named   uint32 // the last vote that named a site
	site    uint32 // that it named, by its number in sites; zero: none
	rtt     uint32 // in µs, RIPE Atlas' unit; zero: not measured
	foreign bool   // the last answer was
}

// note takes in a result, which may have been asked for before others that are known.
func (p *path) note(at uint32, a answer) {
	if a != unasked {
		p.asked = max(p.asked, at)
	}
	if a >= anonymous && at >= p.heard {
		p.heard, p.foreign = at, a == foreign
	}
}

// reach takes in that a vote named a site. It returns the one before; zero: none is known. A vote
// from before what is known says nothing.
func (p *path) reach(at, site uint32, rtt time.Duration) (before uint32, known bool) {
	if at <= p.named {
		return 0, false
	}
	before = p.site
	p.named, p.site, p.rtt = at, site, microseconds(rtt)
	return before, before != 0
}

func microseconds(d time.Duration) uint32 {
	return uint32(min(max(d.Round(time.Microsecond).Microseconds(), 0), 1<<32-1))
}

func (p *path) time() time.Duration { return time.Duration(p.rtt) * time.Microsecond }
