package levels

import "cmp"

// Target is what is judged by itself: an address of a server, over one transport.
type Target struct {
	Cloud     string // "" where it has no name
	Zone      string // "": judged by identity queries
	Server    string
	Address   string // "": the server's name did not resolve
	Family    string
	Transport string
}

func CompareTargets(a, b Target) int {
	return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.Server, b.Server),
		cmp.Compare(a.Family, b.Family), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Transport, b.Transport))
}

// Service is what all servers of a zone are over one transport, whatever their clouds.
type Service struct{ Zone, Transport string }

func (t Target) Service() Service { return Service{t.Zone, t.Transport} }
