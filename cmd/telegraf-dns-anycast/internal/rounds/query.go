package rounds

import (
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// isFailure reports whether a query has no name for an answer, or one that its cloud does not
// expect.
func isFailure(q *dns_anycast.QueryRow) bool {
	return q.Result != dns_anycast.ResultSuccess || q.Unexpected
}

func isAnswered(q *dns_anycast.QueryRow) bool   { return q.Answered }
func isUnexpected(q *dns_anycast.QueryRow) bool { return q.Unexpected }
func hasDistance(q *dns_anycast.QueryRow) bool  { return q.DistanceKM != nil }

// kind is a result, with its rcode where that says more. The zero value is an answer that is not
// expected.
type kind struct{ result, rcode string }

var unexpected kind

func kindOf(q *dns_anycast.QueryRow) kind {
	if q.Result == dns_anycast.ResultRcodeError {
		return kind{q.Result, q.Rcode}
	}
	return kind{result: q.Result}
}

func (k kind) String() string {
	switch {
	case k == unexpected:
		return "not expected"
	case k.rcode != "":
		return k.result + " " + k.rcode
	}
	return k.result
}

// outcome is the result, with its cause.
func outcome(q *dns_anycast.QueryRow) string {
	text := q.Result
	if q.Cause != "" {
		text += ": " + q.Cause
	}
	if q.Unexpected {
		text += ", not expected"
	}
	return text
}

// causeOf is that of a result, without the address of the target, which its row is about.
func causeOf(q *dns_anycast.QueryRow) string {
	return cells.Flat(strings.TrimSuffix(q.Cause, " from "+q.Address))
}
