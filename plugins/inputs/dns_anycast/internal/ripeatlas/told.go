package ripeatlas

import "slices"

// mostTold bounds, of a file, what is kept beside votes: names are chosen by who answers.
const mostTold = 500_000

// telling is what a result of a file tells of a probe, be it a vote or not: when it could last ask,
// what its last answer was, and the shortest time to each name, which may be shorter than light
// makes it.
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

// tell keeps what a result tells.
func (v *votes) tell(r Result) {
	answered, asked := r.Result.Answered()
	if !asked {
		return
	}
	at := ballotOf(&r)
	v.keep(telling{ballot: at, kind: tellsAsked}, r, later)
	if !answered || r.Reply == nil {
		return
	}
	v.keep(telling{ballot: at, kind: tellsAnswer}, r, later)
	if r.Reply.Names() && r.RTT > 0 {
		v.keep(telling{at, tellsTime, r.Reply.Identity.Name}, r, quicker)
	}
}

func later(r, than *Result) bool { return !r.Sent.Before(than.Sent) }

func quicker(r, than *Result) bool { return r.RTT < than.RTT }

func (v *votes) keep(key telling, r Result, better func(r, than *Result) bool) {
	known, there := v.told[key]
	if there && better(&r, &known) || !there && len(v.told) < mostTold {
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
