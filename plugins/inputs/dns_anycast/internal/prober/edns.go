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
	works atomic.Bool               // since EDNS was last in the way
	until atomic.Pointer[time.Time] // no query carries EDNS before; nil: all may
}

// bare reports whether a query is to do without EDNS.
func (e *tolerance) bare() bool {
	until := e.until.Load()
	return until != nil && time.Now().Before(*until)
}

// helped takes in that a query brought more without EDNS. Where EDNS has worked that may be an
// accident once, which must not cost the cookie for an hour.
func (e *tolerance) helped() {
	if !e.works.Swap(false) {
		until := time.Now().Add(bareFor)
		e.until.Store(&until)
	}
}
