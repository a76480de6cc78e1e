package dns_anycast

import (
	"time"
)

// seen is a query to a target that has ended, and what is made of it.
type seen struct {
	probe  *probe
	target *target
	result result
	cause  string // of a failure
	sent   time.Time
	rtt    time.Duration // zero without an answer
	who    who

	instance string // the tag
	judged   judgedTime
}

// heard returns the answer as moves.go judges it; false where it names no place.
func (s *seen) heard() (heard, bool) {
	h := heard{sent: s.sent, place: s.who.site, instance: s.who.hostname, source: s.who.source}
	if s.target.server.cloud.site != nil {
		h.source = ""
	} else {
		h.place = h.instance
	}
	return h, h.place != ""
}

// tally is what the targets of a cloud said in one round; arrays are by family: IPv4, IPv6.
type tally struct {
	asked, answered [2]int64 // targets
	instances       set
	sites           set
	agreeing        [2]set // sites, but for targets that are split
	min, max        time.Duration
}

type set map[string]struct{}

func newTally() tally { return tally{instances: set{}, sites: set{}, agreeing: [2]set{{}, {}}} }

// reset is for the next round.
func (y *tally) reset() {
	for _, s := range []set{y.instances, y.sites, y.agreeing[0], y.agreeing[1]} {
		clear(s)
	}
	y.asked, y.answered, y.min, y.max = [2]int64{}, [2]int64{}, 0, 0
}

// add takes in all queries of the round to one target.
func (y *tally) add(all []seen) {
	var asked, answered bool
	for i := range all {
		a, known := all[i].result.answered()
		asked = asked || known
		if a == 1 {
			answered = true
			y.addAnswer(&all[i])
		}
	}
	family := index(all[0].target.addr.Addr())
	y.asked[family] += truth(asked)
	y.answered[family] += truth(answered)
}

func (y *tally) addAnswer(s *seen) {
	if y.min == 0 || s.rtt < y.min {
		y.min = s.rtt
	}
	y.max = max(y.max, s.rtt)
	if s.who.hostname != "" {
		y.instances[s.who.hostname] = struct{}{}
	}
	if s.who.site == "" {
		return
	}
	y.sites[s.who.site] = struct{}{}
	if !s.target.track.now.Split {
		y.agreeing[index(s.target.addr.Addr())][s.who.site] = struct{}{}
	}
}

// familiesAgree reports whether the sites seen over one family are all among those seen over the other; known is false
// unless both families named one.
func (y *tally) familiesAgree() (agree, known bool) {
	a, b := y.agreeing[0], y.agreeing[1]
	if len(a) == 0 || len(b) == 0 {
		return false, false
	}
	return contains(a, b) || contains(b, a), true
}

func contains(all, some set) bool {
	for s := range some {
		if _, has := all[s]; !has {
			return false
		}
	}
	return true
}

// adviseRule says once a cloud why its targets may read split for ever.
func (d *DNSAnycast) adviseRule(t *target, m move) {
	c := t.server.cloud
	if !m.to.Split || c.site != nil || c.advised {
		return
	}
	c.advised = true
	d.infof("%s%s answers as several instances in turn, which reads split: if they stand at one site, a site rule tells sites apart",
		c.prefix(), t.server.text)
}
