package observation

import (
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// Result is the one word for how a query went. The numbers are result_code's and never change.
type Result int8

const (
	Success     Result = 0
	Timeout     Result = 1
	Unreachable Result = 2
	RcodeError  Result = 3
	NoIdentity  Result = 4
	Truncated   Result = 5
	Invalid     Result = 6
	Unresolved  Result = 7
	Local       Result = 8

	NotAuthoritative Result = 9 // of a zone, as the next
	NoSOA            Result = 10
)

var resultNames = [...]string{
	"success", "timeout", "unreachable", "rcode_error", "no_identity", "truncated", "invalid",
	"unresolved", "local",
	"not_authoritative", "no_soa",
}

func (r Result) String() string { return resultNames[r] }

// Results lists the values of the tag result, in the order of result_code.
func Results() []string { return slices.Clone(resultNames[:]) }

// Answered reports whether an authentic reply came; known is false where the server could not be
// asked.
func (r Result) Answered() (yes, known bool) {
	switch r {
	case Success, Truncated, RcodeError, NoIdentity, NotAuthoritative, NoSOA:
		return true, true
	case Unresolved, Local:
		return false, false
	}
	return false, true
}

// Result judges the reply to an identity query, from the top of the table of results. cause is what
// is odd about a success.
func (r *Reply) Result() (result Result, cause string) {
	switch {
	case r.Names():
		return Success, r.oddity()
	case r.Truncated:
		return Truncated, ""
	case r.Rcode != wire.RcodeNoError:
		return RcodeError, ""
	}
	return NoIdentity, ""
}

// oddity is what is odd about a reply that names its instance; empty, as most often: nothing.
func (r *Reply) oddity() string {
	if r.ClassIN && r.Identity.Source == r.Question {
		return "TXT of class IN"
	}
	return ""
}

// ZoneResult is Result for the reply to a query for a zone.
func (r *Reply) ZoneResult() Result {
	switch {
	case r.Rcode == wire.RcodeNoError && r.Authoritative && r.SOA:
		return Success
	case r.Truncated:
		return Truncated
	case r.Rcode != wire.RcodeNoError:
		return RcodeError
	case !r.Authoritative && (r.SOA || r.Referral):
		return NotAuthoritative
	}
	return NoSOA
}
