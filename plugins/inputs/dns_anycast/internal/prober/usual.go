package prober

import (
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// usual is how long answers of a target take, as exchange.Datagram.Usual has it. Queries to one
// target may overlap.
type usual struct{ ns atomic.Int64 }

const (
	unheard = time.Nanosecond  // of a target that has not answered: nothing is waited for
	crowded = -time.Nanosecond // of one whose answers came in a flood once
)

// duration is zero where answers are to be read as they come: before the first one, where the
// kernel did not stamp the last one, and where a flood came once.
func (u *usual) duration() time.Duration {
	return max(0, time.Duration(u.ns.Load()))
}

// learn takes the outcome of a query.
func (u *usual) learn(o exchange.Outcome) {
	before, now := u.ns.Load(), int64(0)
	switch {
	case o.Crowded:
		u.ns.Store(int64(crowded))
		return
	case before < 0 || o.Err != nil && before > 0:
		return
	case o.Err != nil:
		now = int64(unheard)
	case o.Kernel:
		now = int64(o.RTT)
	}
	u.ns.CompareAndSwap(before, now) // not what another query has learned since
}
