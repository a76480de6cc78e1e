package ripeatlas

import "slices"

// mostTold bounds, of a file, what is kept beside votes: names are chosen by who answers.
const mostTold = 500_000

// telling is what a result tells of a probe beside its vote: when it could last ask, what its last
// answer was, and the shortest time to each name, which may be shorter than light makes it.
type telling struct {
	ballot
	kind telltale
	name string // of the instance, for tellsTime
}

type telltale uint8

const (
	tellsAsked telltale = iota
	tellsAnswer
	tellsTime
)

// tell keeps what a result tells that the vote there does not.
func (v *votes) tell(at ballot, r Result) {
	vote := v.last[at]
	_, voted := vote.Result.Answered()
	_, asked := r.Result.Answered()
	v.keep(telling{at, tellsAsked, ""}, r, asked && !voted, later)
	v.keep(telling{at, tellsAnswer, ""}, r, answered(&r) && !answered(&vote), later)
	if timed(&r) {
		name := r.Reply.Identity.Name
		known := timed(&vote) && vote.Reply.Identity.Name == name && !quicker(&r, &vote)
		v.keep(telling{at, tellsTime, name}, r, !known, quicker)
	}
}

func answered(r *Result) bool {
	yes, _ := r.Result.Answered()
	return yes && r.Reply != nil
}

func timed(r *Result) bool { return answered(r) && r.Reply.Names() && r.RTT > 0 }

func later(r, than *Result) bool { return !r.Sent.Before(than.Sent) }

func quicker(r, than *Result) bool { return r.RTT < than.RTT }

func (v *votes) keep(key telling, r Result, tells bool, better func(r, than *Result) bool) {
	known, there := v.told[key]
	switch {
	case !tells || there && !better(&r, &known):
	case !there && len(v.told) >= mostTold:
		v.Crowded = true
	default:
		v.told[key] = r
	}
}

// toldBeside lists what was told by results that are no votes, each once, under the name that the
// target has in the vote.
func (v *votes) toldBeside() (all []Result) {
	listed := map[uint64]bool{}
	for _, r := range v.told {
		v.complete(&r)
		vote, voted := v.last[ballotOf(&r)]
		if !voted || listed[r.Key] || r.Key == vote.Key || r.Zone != vote.Zone {
			continue
		}
		listed[r.Key] = true
		r.Name = vote.Name
		all = append(all, r)
	}
	slices.SortFunc(all, byProbe)
	return all
}
