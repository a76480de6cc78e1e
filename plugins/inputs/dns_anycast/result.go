package dns_anycast

import (
	"errors"
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// result is the one word for how a query went. The numbers are result_code's and never change.
type result int

const (
	success     result = 0
	timeout     result = 1
	unreachable result = 2
	rcodeError  result = 3
	noIdentity  result = 4
	truncated   result = 5
	invalid     result = 6
	unresolved  result = 7
	local       result = 8

	notAuthoritative result = 9 // of a zone, as the next
	noSOA            result = 10
)

var resultNames = [...]string{
	"success", "timeout", "unreachable", "rcode_error", "no_identity", "truncated", "invalid", "unresolved", "local",
	"not_authoritative", "no_soa",
}

func (r result) String() string { return resultNames[r] }

// Results lists the values of the tag result, in the order of result_code.
func Results() []string { return slices.Clone(resultNames[:]) }

// answered is 1 or 0, and says nothing where the server could not be asked.
func (r result) answered() (value int64, known bool) {
	switch r {
	case success, truncated, rcodeError, noIdentity, notAuthoritative, noSOA:
		return 1, true
	case unresolved, local:
		return 0, false
	}
	return 0, true
}

// result judges the conversation by the one packet that the point is about, from the top of the table of results.
func (p *probe) result() (r result, cause string) {
	if p.told == nil {
		return failureResult(p.failed.Err)
	}
	if p.zone != "" {
		return p.told.zoneResult(), ""
	}
	switch {
	case p.told.named():
		return success, p.told.sign()
	case p.told.Truncated:
		return truncated, ""
	case p.told.Rcode != wire.RcodeNoError:
		return rcodeError, ""
	}
	return noIdentity, ""
}

// sign is what is odd about a reply that names its instance; empty, as most often: nothing.
func (r *reply) sign() string {
	if _, source := r.identity(); r.ClassIN && source == r.name {
		return "TXT of class IN"
	}
	return ""
}

// zoneResult is result for a reply about a zone.
func (r *reply) zoneResult() result {
	switch {
	case r.Rcode == wire.RcodeNoError && r.Authoritative && r.SOA:
		return success
	case r.Truncated:
		return truncated
	case r.Rcode != wire.RcodeNoError:
		return rcodeError
	case !r.Authoritative && (r.SOA || r.Referral):
		return notAuthoritative
	}
	return noSOA
}

// errUnresolved ends a conversation that never began.
type errUnresolved string

func (e errUnresolved) Error() string { return string(e) }

// failureResult is the one place where an error becomes a result.
func failureResult(err error) (result, string) {
	var u errUnresolved
	if errors.As(err, &u) {
		return unresolved, string(u)
	}
	var f *exchange.Failure
	if !errors.As(err, &f) {
		return local, err.Error()
	}
	switch f.Kind {
	case exchange.Unreachable:
		return unreachable, f.Cause
	case exchange.Invalid:
		return invalid, f.Cause
	case exchange.Local:
		return local, f.Cause
	}
	return timeout, f.Cause
}
