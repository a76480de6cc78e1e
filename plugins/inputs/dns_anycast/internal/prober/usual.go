package prober

import (
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// usual is how long answers of a target take, as exchange.Datagram.Usual has it. Queries to one
// target may overlap.
type usual struct {
	ns      atomic.Int64
	crowded atomic.Bool
}

// unheard is the usual time of a target that has not answered: nothing is waited for.
const unheard = time.Nanosecond

// duration is zero where answers are to be read as they come: before the first one, where the
// kernel did not stamp the last one, and where a flood came once.
func (u *usual) duration() time.Duration {
	if u.crowded.Load() {
		return 0
	}
	return time.Duration(u.ns.Load())
}

// learn takes the outcome of a query.
func (u *usual) learn(o exchange.Outcome) {
	switch {
	case o.Crowded:
		u.crowded.Store(true)
	case o.Err != nil:
		u.ns.CompareAndSwap(0, int64(unheard))
	case o.Kernel:
		u.ns.Store(int64(o.RTT))
	default:
		u.ns.Store(0)
	}
}
