package dns_anycast

import (
	"errors"
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
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

// tolerance is of identity queries or of queries for zones.
func (p *probe) tolerance() *tolerance {
	if p.zone != "" {
		return &p.target.zoneTolerance
	}
	return &p.target.tolerance
}

// mindsEDNS reports whether r may be for the OPT record of its query (RFC 6891, section 7): some servers and middleboxes say
// NOTIMP or SERVFAIL to it. About a zone those say something themselves.
func (p *probe) mindsEDNS(r *reply) bool {
	return r.Rcode == wire.RcodeFormErr || r.Rcode == wire.RcodeBadVers || r.vague() && p.zone == "" && !r.named()
}

// vague reports whether the rcode is one that may have any reason.
func (r *reply) vague() bool { return r.Rcode == wire.RcodeNotImp || r.Rcode == wire.RcodeServFail }

// lostRepeat reports whether it was the query without EDNS that nobody answered: the server is there, and may answer to
// another name.
func (p *probe) lostRepeat(err error) bool {
	var f *exchange.Failure
	return p.minded != nil && p.minded.name == p.name && errors.As(err, &f) && f.Kind == exchange.Timeout
}

// helps reports whether r says more than the reply for which its query was asked once more without EDNS.
func (p *probe) helps(r *reply) bool {
	return p.served(r) || r.Rcode != p.minded.Rcode && r.Rcode != wire.RcodeFormErr
}

// served reports whether r says what was asked for.
func (p *probe) served(r *reply) bool {
	if p.zone != "" {
		return r.zoneResult() == success
	}
	return r.named()
}

// judgeEDNS takes in what r, which led to no other query for its name, says about EDNS: that it works, or was in the way.
func (p *probe) judgeEDNS(r *reply) {
	switch {
	case !p.served(r):
	case p.edns:
		p.tolerance().works.Store(true)
	case p.minded != nil && !p.served(p.minded):
		p.tolerance().helped()
	}
}
