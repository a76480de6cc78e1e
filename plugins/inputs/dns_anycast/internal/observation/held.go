package observation

import (
	"hash/maphash"
	"time"
)

// Held is an observation that is kept for a while, in less room: what is known of its target all the
// same is left out.
type Held struct {
	Reply *Reply // shared by those that say the same; nil: none

	cause        *string // nil: none
	sent         int64   // ns since 1970
	rtt, connect time.Duration
	discarded    int32
	transport    Transport
	family       Family
	stamped      bool
	result       Result
}

// Sent and Result are the observation's.
func (h *Held) Sent() time.Time { return time.Unix(0, h.sent) }
func (h *Held) Result() Result  { return h.result }

// Observation is what was held, without an address, a zone and numbers.
func (h *Held) Observation() Observation {
	o := Observation{
		Sent: h.Sent(), RTT: h.rtt, Connect: h.connect, Reply: h.Reply, Discarded: h.discarded,
		Transport: h.transport, Family: h.family, Stamped: h.stamped, Result: h.result,
	}
	if h.cause != nil {
		o.Cause = *h.cause
	}
	return o
}

// repliesShared is how many replies are compared with others at most: of more than that each is held by
// itself. Servers decide what they say.
const repliesShared = 1 << 14

// Holder holds observations. Instances are few, and so is what their replies say: it holds that once.
type Holder struct {
	seed    maphash.Seed
	replies map[uint64]*Reply // by a hash of it
}

// NewHolder holds nothing yet.
func NewHolder() Holder { return Holder{maphash.MakeSeed(), map[uint64]*Reply{}} }

// Hold makes an observation that is kept.
func (h *Holder) Hold(o *Observation) Held {
	held := Held{
		sent: o.Sent.UnixNano(), rtt: o.RTT, connect: o.Connect, discarded: o.Discarded,
		transport: o.Transport, family: o.Family, stamped: o.Stamped, result: o.Result,
	}
	if o.Cause != "" {
		cause := o.Cause // on the heap where there is one
		held.cause = &cause
	}
	if o.Reply != nil {
		held.Reply = h.Reply(o.Reply)
	}
	return held
}

// Reply is what a reply says, but for the cookie, which is for whoever asked.
func (h *Holder) Reply(r *Reply) *Reply {
	reply := *r
	reply.ServerCookie = ""
	hash := maphash.Comparable(h.seed, reply)
	if same := h.replies[hash]; same != nil && *same == reply {
		return same
	}
	if len(h.replies) < repliesShared {
		h.replies[hash] = &reply
	}
	return &reply
}
