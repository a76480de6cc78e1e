package prober

import (
	"sync/atomic"
	"time"
)

// bareFor is how long a target is asked without EDNS where that has helped. It costs NSID and
// cookie.
const bareFor = time.Hour

// tolerance is what a target has shown of EDNS in queries of one kind. Passes over one target may
// overlap. The zero value has seen nothing.
type tolerance struct {
	until atomic.Pointer[time.Time] // no query carries EDNS before; nil: all may
}

// works stands for a time that is long over, of a target whose EDNS works since it was last in the
// way.
var works = &time.Time{}

// bare reports whether a query is to do without EDNS.
func (e *tolerance) bare() bool {
	until := e.until.Load()
	return until != nil && time.Now().Before(*until)
}

// worked takes in that a query was answered with EDNS.
func (e *tolerance) worked() { e.until.Store(works) }

// helped takes in that a query brought more without EDNS. Where EDNS has worked that may be an
// accident once, which must not cost the cookie for an hour.
func (e *tolerance) helped() {
	if !e.until.CompareAndSwap(works, nil) {
		until := time.Now().Add(bareFor)
		e.until.Store(&until)
	}
}
