package ripeatlas

import (
	"net/netip"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// AnyZone is the zone of a question for the SOA record of whichever zone.
const AnyZone = "*"

// Question is what was asked, and what holds for results that do not say it.
type Question struct {
	Measurement int                   // whose results alone are read; zero: those of any
	Names       []string              // of identities, without the final dot, that CH TXT was asked for
	Zone        string                // whose SOA record was asked for, without the final dot but the root's; empty: none
	Addr        netip.AddrPort        // of results without an address; invalid: it is not known
	Family      observation.Family    // of results without an address
	Transport   observation.Transport // of results without one
}

// QuestionOfFile is that of results whose measurements are not known: the identity by one of the
// names, without the final dot, or a zone's SOA record.
func QuestionOfFile(names []string) Question {
	return Question{Names: names, Zone: AnyZone, Family: observation.NoFamily}
}

// asked returns the name or the zone that a query was for, as the question has it; false: it is
// another query (RFC 1035, section 2.3.3: names are compared without case).
func (q *Question) asked(query wire.Query) (name string, ok bool) {
	name = unqualified(query.Name)
	if query.SOA {
		if q.Zone == AnyZone {
			return strings.ToLower(name), true
		}
		return q.Zone, q.Zone != "" && strings.EqualFold(q.Zone, name)
	}
	return q.identity(name)
}

// identity returns the name of an identity as the question has it.
func (q *Question) identity(name string) (string, bool) {
	i := slices.IndexFunc(q.Names, func(n string) bool { return strings.EqualFold(n, name) })
	if i < 0 {
		return "", false
	}
	return q.Names[i], true
}

// unqualified drops the final dot, but not the root's.
func unqualified(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}
