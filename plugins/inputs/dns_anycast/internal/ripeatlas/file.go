package ripeatlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/netip"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// manyResults is how many results of a file are remembered, to know what comes again; up to twice as
// many are.
const manyResults = 1 << 20

// ReadFile reads results from r, one a line or as one array, packed by gzip or not, as one window
// from the earliest to behind the last. Lines that are no results are counted; the error is that of
// reading. A file that was cut says what it holds, and that it is cut.
func ReadFile(r io.Reader, q Question) (*Window, error) {
	text, err := unpacked(r)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	v, p := newVotes(), NewParser(q)
	v.Late, v.targets, v.told = -1, map[int]*target{}, map[telling]Result{}
	lines, torn := newSplitter(text), false
	err = lines.each(func(piece []byte) error {
		result, err := p.Parse(piece)
		torn = err != nil && !json.Valid(piece)
		switch {
		case err == nil:
			v.takeFromFile(result)
		case !errors.Is(err, ErrBusy):
			v.spoilt(piece)
		}
		return nil
	})
	v.Cut = errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !v.Cut {
		return nil, err
	}
	v.Cut = v.Cut || torn && lines.open
	v.completeTargets()
	w := v.window()
	w.Told = v.toldBeside()
	for i := range w.Earliest {
		w.complete(&w.Earliest[i])
	}
	return w, nil
}

func (v *votes) takeFromFile(r Result) {
	if v.taken++; v.taken%manyResults == 0 {
		v.turn()
	}
	if !v.add(r) {
		return
	}
	v.learn(&r)
	v.hear(r)
	v.stretch(&r)
}

// stretch has the window hold a result: one whose clock may be wrong only where there is no other.
func (w *Window) stretch(r *Result) {
	switch {
	case r.Unsynced && w.dated:
		return
	case !r.Unsynced && !w.dated:
		w.dated, w.From, w.To = true, time.Time{}, time.Time{}
	}
	if w.From.IsZero() || r.Sent.Before(w.From) {
		w.From = r.Sent
	}
	if behind := r.Sent.Add(time.Second); behind.After(w.To) {
		w.To = behind
	}
}

// target is what one measurement asks, as far as its results agree on it.
type target struct {
	addr    netip.AddrPort
	several bool // there are more addresses
	zone    string
	mixed   bool // there are other questions
}

// completeTargets gives results without an address, or without a zone since nothing was answered,
// those that the others of their measurement have.
func (v *votes) completeTargets() {
	for at, r := range v.last {
		if v.complete(&r) {
			delete(v.last, at)
			v.vote(r)
		}
	}
	for at, tally := range v.Tallies {
		r := Result{Measurement: at.Measurement, Observation: observation.Observation{Addr: at.Addr, Transport: at.Transport}}
		if v.complete(&r); atOf(&r) != at {
			delete(v.Tallies, at)
			v.Tallies[atOf(&r)] = v.Tallies[atOf(&r)].plus(tally)
		}
	}
}

// complete gives a result of a file what it lacks, as far as the others of its measurement agree on
// it, and reports whether it lacked something.
func (w *Window) complete(r *Result) (lacked bool) {
	t := w.targets[r.Measurement]
	if t == nil {
		return false
	}
	if !saysZone(r) && t.zone != "" && !t.mixed && r.Zone != t.zone {
		r.Zone, lacked = t.zone, true
		if r.Reply != nil {
			r.Result = r.Reply.ZoneResult()
		}
	}
	if !r.Addr.IsValid() && t.addr.IsValid() && !t.several {
		r.Addr, r.Family, lacked = t.addr, observation.FamilyOf(t.addr.Addr()), true
	}
	return lacked
}

// learn takes in what a result tells of the target, be it a vote or not.
func (v *votes) learn(r *Result) {
	t := v.targets[r.Measurement]
	if t == nil {
		t = &target{}
		v.targets[r.Measurement] = t
	}
	if r.Addr.IsValid() {
		t.several = t.several || t.addr.IsValid() && t.addr != r.Addr
		t.addr = r.Addr
	}
	if saysZone(r) {
		t.mixed = t.mixed || r.Zone == "" || t.zone != "" && t.zone != r.Zone
		t.zone = r.Zone
	}
}

// saysZone reports whether it is known what a result answers, a zone or an identity.
func saysZone(r *Result) bool { return r.Reply != nil && r.Reply.Question != "" }

func hashOf(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}
