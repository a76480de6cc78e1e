package prober

import (
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// bareFor is how long a target is asked without EDNS where that has helped. It costs NSID and cookie.
const bareFor = time.Hour

// tolerance is what a target has shown of EDNS in queries of one kind. Passes over one target may overlap. The zero
// value has seen nothing.
type tolerance struct {
	works atomic.Bool               // since EDNS was last in the way
	until atomic.Pointer[time.Time] // no query carries EDNS before; nil: all may
}

// bare reports whether a query is to do without EDNS.
func (e *tolerance) bare() bool {
	until := e.until.Load()
	return until != nil && time.Now().Before(*until)
}

// helped takes in that a query brought more without EDNS. Where EDNS has worked that may be an accident once, which must not
// cost the cookie for an hour.
func (e *tolerance) helped() {
	if !e.works.Swap(false) {
		until := time.Now().Add(bareFor)
		e.until.Store(&until)
	}
}

// tolerance is what the target has shown of EDNS in queries of this kind.
func (c *conversation) tolerance() *tolerance {
	if c.Zone != "" {
		return &c.target.zoneTolerance
	}
	return &c.target.tolerance
}

// mindsEDNS reports whether r may be for the OPT record of its query (RFC 6891, section 7): some servers and
// middleboxes say NOTIMP or SERVFAIL to it. About a zone those say something themselves.
func (c *conversation) mindsEDNS(r *reply) bool {
	return r.Rcode == wire.RcodeFormErr || r.Rcode == wire.RcodeBadVers ||
		vague(r.Rcode) && c.Zone == "" && !r.Names()
}

// vague reports whether an rcode is one that may have any reason.
func vague(rcode int) bool { return rcode == wire.RcodeNotImp || rcode == wire.RcodeServFail }

// lostRepeat reports whether it was the query without EDNS that had no answer: the server is there, and may answer
// to another name.
func (c *conversation) lostRepeat(err error) bool {
	return c.minded != nil && c.minded.Question == c.question && isTimeout(err)
}

// helps reports whether r says more than the reply for which its query was asked once more without EDNS.
func (c *conversation) helps(r *reply) bool {
	return c.served(r) || r.Rcode != c.minded.Rcode && r.Rcode != wire.RcodeFormErr
}

// served reports whether r says what was asked for.
func (c *conversation) served(r *reply) bool {
	if c.Zone != "" {
		return r.ZoneResult() == observation.Success
	}
	return r.Names()
}

// judgeEDNS takes in what r, which led to no other query for its name, says about EDNS: that it works, or was in the
// way.
func (c *conversation) judgeEDNS(r *reply) {
	switch {
	case !c.served(r):
	case c.edns:
		c.tolerance().works.Store(true)
	case c.minded != nil && !c.served(c.minded):
		c.tolerance().helped()
	}
}
