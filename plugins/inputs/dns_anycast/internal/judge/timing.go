package judge

import "time"

// judgeTimes judges the answers to one target in a round: for each instance the fastest, which the
// others follow unless they are impossible themselves.
func (p *Path) judgeTimes(all []Judged) {
	for i := range all {
		if fastest(all, i) == i {
			all[i].Timing = p.timing(&all[i])
		}
	}
	for i := range all {
		j := &all[i]
		best := fastest(all, i)
		if best < 0 {
			j.Timing = Timing{Verdict: NoVerdict}
		}
		if best < 0 || best == i {
			continue
		}
		j.Timing = all[best].Timing
		v := verdictOf(j.RTT, j.Timing.Distance, &p.Cloud.Thresholds)
		if v == Impossible || all[best].Timing.Verdict == Impossible {
			j.Timing.Verdict = v
		}
	}
}

// fastest returns which answer of the instance that gave this one came fastest, the first of
// equals; below zero where this is none, or names no instance.
func fastest(all []Judged, i int) int {
	best := -1
	for k := range all {
		if all[i].timed() && all[k].timed() && all[k].Name.Text == all[i].Name.Text &&
			(best < 0 || all[k].RTT < all[best].RTT) {
			best = k
		}
	}
	return best
}

func (j *Judged) timed() bool { return j.RTT > 0 && j.Name.Name != "" }

// timing judges one answer. An instance without a name of its own has no usual time.
func (p *Path) timing(j *Judged) Timing {
	c := p.Cloud
	t := Timing{Place: c.Locations.Place(j.Name.Site)}
	t.Distance = p.distance(t.Place)
	if j.Name.Instance == Overflow {
		t.Verdict = verdictOf(j.RTT, t.Distance, &c.Thresholds)
		return t
	}
	b := p.Baselines.of(j.Name.Text, j.Sent)
	t.Verdict = b.judge(j.RTT, j.Sent, t.Distance, &c.Thresholds)
	t.Usual = b.Usual
	return t
}

// verdictOf is the verdict on an answer of which nothing but the distance is known.
func verdictOf(rtt time.Duration, d Distance, t *Thresholds) Verdict {
	b := Baseline{Verdict: NoVerdict}
	return b.verdict(rtt, false, d, t)
}
