package dns_anycast

import (
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

const (
	warmUp        = 10             // answers before there is a usual time
	usualStep     = 0.005          // of the usual time: how far an answer moves it
	usualRenewed  = 24 * time.Hour // of nothing but slow answers, after which the usual time starts anew
	usualsKept    = 32             // instances of a target
	lightInVacuum = 299.8          // km in a millisecond
	lightInFibre  = 200.0          // likewise, as the field reckons
	impossibleBy  = 1.0            // milliseconds that a clock may be wrong by
)

// verdict is the one word for an answer. The numbers are verdict_code's and never change.
type verdict int8

const (
	verdictNone       verdict = -1
	verdictNear       verdict = 0
	verdictFar        verdict = 1
	verdictSlow       verdict = 2
	verdictImpossible verdict = 3
)

var verdictNames = [...]string{"near", "far", "slow", "impossible"}

func (v verdict) String() string { return verdictNames[v] }

// limits decide between the verdicts.
type limits struct {
	slowFactor  float64 // an answer that takes so many times the usual time is above the limit,
	slowOver    float64 // and at least so many ms longer
	slowAfter   int     // answers running above a limit make slow, and as many below end it
	floorFactor float64 // where the floor is known: an answer that takes so many times the floor
	floorOver   float64 // and so many ms more is above the limit
	farOver     float64 // ms: a place whose floor is so much lower makes far
	farFloor    float64 // ms: without a list of sites a floor above this does
}

// way is what is known of the distance to the site that answered; zero where its place or ours is not known.
type way struct {
	known    bool
	distance float64 // km
	nearest  float64 // ms: the floor of the nearest place where the cloud is announced; below zero: no list
}

// floor is the least that a round trip takes in fibre, in ms.
func floorOf(km float64) float64 { return 2 * km / lightInFibre }

func (w way) floor() float64 { return floorOf(w.distance) }

// far reports whether the time is the distance: another site is much nearer.
func (w way) far(l limits) bool {
	if !w.known {
		return false
	}
	if w.nearest < 0 {
		return w.floor() > l.farFloor
	}
	return w.nearer(l)
}

// nearer reports whether the cloud is announced at a place that is much nearer.
func (w way) nearer(l limits) bool { return w.nearest >= 0 && w.floor()-w.nearest > l.farOver }

// usual is what is usual for a target with one instance. The state file holds it. There is one for each target at
// least: hence the small numbers.
type usual struct {
	Instance string    `json:"instance"`
	MS       float64   `json:"ms,omitempty"`    // zero: not known yet
	First    []float64 `json:"first,omitempty"` // ms of the answers so far, while that is so
	Heard    int64     `json:"heard"`           // when the last answer was asked for, in ms since 1970
	Since    int64     `json:"since,omitempty"` // likewise the first of nothing but slow answers against MS; zero: the last was none
	Run      int16     `json:"run,omitempty"`   // answers running that say otherwise than Slow
	Slow     bool      `json:"slow,omitempty"`
	Verdict  verdict   `json:"verdict"` // of the answer before; verdictNone: none
}

// usuals are those of one target.
type usuals []usual

// of returns what is kept of an instance, which takes the place of the one silent longest where there is no room.
func (us *usuals) of(instance string, at time.Time) *usual {
	i := slices.IndexFunc(*us, func(u usual) bool { return u.Instance == instance })
	if i < 0 {
		fresh := usual{Instance: instance, Verdict: verdictNone}
		if i = len(*us); i < usualsKept {
			*us = append(*us, fresh)
		} else {
			for k := range *us {
				if i == usualsKept || (*us)[k].Heard < (*us)[i].Heard {
					i = k
				}
			}
			(*us)[i] = fresh
		}
	}
	(*us)[i].Heard = at.UnixMilli()
	return &(*us)[i]
}

// judge takes in an answer of the instance and returns its verdict. at is when it was asked for.
func (u *usual) judge(ms float64, at time.Time, w way, l limits) verdict {
	aboveUsual := u.MS > 0 && ms > u.limit(l)
	above := aboveUsual || w.known && !w.nearer(l) && ms > l.floorFactor*w.floor()+l.floorOver
	if u.count(above, l.slowAfter); !aboveUsual {
		u.Since = 0
	} else if u.Since == 0 {
		u.Since = at.UnixMilli()
	}
	u.learn(ms, at, aboveUsual)
	switch {
	case w.known && ms+impossibleBy < 2*w.distance/lightInVacuum:
		u.Verdict = verdictImpossible
	case u.Slow:
		u.Verdict = verdictSlow
	case above: // not slow yet: as before
	case w.far(l):
		u.Verdict = verdictFar
	case w.known:
		u.Verdict = verdictNear
	default:
		u.Verdict = verdictNone
	}
	return u.Verdict
}

// limit is where slow against the usual time begins, in ms.
func (u *usual) limit(l limits) float64 { return max(l.slowFactor*u.MS, u.MS+l.slowOver) }

// count turns Slow over once enough answers running say so.
func (u *usual) count(above bool, after int) {
	if above == u.Slow {
		u.Run = 0
		return
	}
	if u.Run++; int(u.Run) >= after {
		u.Slow, u.Run = above, 0
	}
}

// learn moves the usual time, which is a running median: up and down by the same step.
func (u *usual) learn(ms float64, at time.Time, aboveUsual bool) {
	switch {
	case aboveUsual && at.UnixMilli()-u.Since >= usualRenewed.Milliseconds():
		u.MS, u.First, u.Since = 0, []float64{ms}, 0
	case aboveUsual:
	case u.MS > 0:
		step := u.MS * usualStep
		u.MS += max(-step, min(step, ms-u.MS))
	default:
		if u.First == nil {
			u.First = make([]float64, 0, warmUp)
		}
		if u.First = append(u.First, ms); len(u.First) == warmUp {
			u.MS, u.First = median(u.First), nil
		}
	}
}

func median(all []float64) float64 {
	s := slices.Sorted(slices.Values(all))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// judgedTime is what is said of the time of one answer; of a query without one, nothing.
type judgedTime struct {
	place   places.Place // of the site that answered; without a code: not known
	way     way          // from here to there
	usual   float64      // ms; zero: not known
	verdict verdict
}

// judgeTimes judges the answers to one target in a round: for each instance the fastest, which the others follow unless
// they are impossible themselves.
func judgeTimes(all []seen) {
	for i := range all {
		if fastest(all, i) == i {
			all[i].judged = all[i].judgeTime()
		}
	}
	for i := range all {
		s := &all[i]
		best := fastest(all, i)
		if best < 0 {
			s.judged = judgedTime{verdict: verdictNone}
		}
		if best < 0 || best == i {
			continue
		}
		s.judged = all[best].judged
		v := s.judged.way.alone(milliseconds(s.rtt), s.target.server.cloud.limits)
		if v == verdictImpossible || all[best].judged.verdict == verdictImpossible {
			s.judged.verdict = v
		}
	}
}

// fastest returns which answer of the instance that gave this one came fastest, the first of equals; below zero where
// this is none, or names nobody.
func fastest(all []seen, i int) int {
	best := -1
	for k := range all {
		if all[i].timed() && all[k].timed() && all[k].who.hostname == all[i].who.hostname && (best < 0 || all[k].rtt < all[best].rtt) {
			best = k
		}
	}
	return best
}

func (s *seen) timed() bool { return s.rtt > 0 && s.who.name != "" }

// judgeTime judges one answer. What is beyond max_instances has no usual time.
func (s *seen) judgeTime() judgedTime {
	c := s.target.server.cloud
	j := judgedTime{place: c.locations.place(s.who.site)}
	j.way = c.locations.way(j.place)
	ms := milliseconds(s.rtt)
	if s.instance == other {
		j.verdict = j.way.alone(ms, c.limits)
		return j
	}
	u := s.target.usuals.of(s.who.hostname, s.sent)
	j.verdict = u.judge(ms, s.sent, j.way, c.limits)
	j.usual = u.MS
	return j
}

// alone is the verdict on an answer of which nothing but the way is known.
func (w way) alone(ms float64, l limits) verdict {
	u := usual{Verdict: verdictNone}
	return u.judge(ms, time.Time{}, w, l)
}

// clone is for the state file, which is written while rounds go on.
func (us usuals) clone() usuals {
	c := slices.Clone(us)
	for i := range c {
		c[i].First = slices.Clone(c[i].First)
	}
	return c
}

// valid reports whether these may be what judge has made.
func (us usuals) valid() bool {
	isTime := func(ms float64) bool { return ms > 0 && ms <= milliseconds(maxTimeout) }
	for _, u := range us {
		if u.Instance == "" || !fits(u.Instance) || u.MS != 0 && !isTime(u.MS) || u.Verdict < verdictNone || u.Verdict > verdictImpossible ||
			u.Run < 0 || len(u.First) >= warmUp || slices.ContainsFunc(u.First, func(ms float64) bool { return !isTime(ms) }) {
			return false
		}
	}
	return len(us) <= usualsKept
}
