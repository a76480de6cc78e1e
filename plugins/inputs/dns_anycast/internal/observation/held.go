package observation

import "time"

// Held is an observation that is kept for a while, in less room: what is known of its target all the
// same is left out.
type Held struct {
	Reply  *Reply // shared by those that say the same; nil: none
	Server int32
	Target int32

	cause        string
	sent         int64 // ns since 1970
	rtt, connect time.Duration
	discarded    int32
	transport    Transport
	family       Family
	stamped      bool
	result       Result
}

// Hold makes an observation that is kept. Where it has the reply of another one it shares that.
func Hold(o *Observation, others ...Held) Held {
	h := Held{
		Server: o.Server, Target: o.Target, cause: o.Cause, sent: o.Sent.UnixNano(), rtt: o.RTT, connect: o.Connect,
		discarded: o.Discarded, transport: o.Transport, family: o.Family, stamped: o.Stamped, result: o.Result,
	}
	if o.Reply == nil {
		return h
	}
	reply := *o.Reply
	reply.ServerCookie = "" // which is for whoever asked
	for _, other := range others {
		if other.Reply != nil && *other.Reply == reply {
			h.Reply = other.Reply
			return h
		}
	}
	h.Reply = &reply
	return h
}

// Sent and Result are the observation's.
func (h *Held) Sent() time.Time { return time.Unix(0, h.sent) }
func (h *Held) Result() Result  { return h.result }

// Observation is what was held, without an address and a zone.
func (h *Held) Observation() Observation {
	return Observation{
		Server: h.Server, Target: h.Target, Cause: h.cause, Sent: h.Sent(), RTT: h.rtt, Connect: h.connect,
		Reply: h.Reply, Discarded: h.discarded, Transport: h.transport, Family: h.family, Stamped: h.stamped, Result: h.result,
	}
}
