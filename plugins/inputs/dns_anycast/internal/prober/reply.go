package prober

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// reply is one of a conversation's.
type reply struct {
	observation.Reply
	ofZone      bool // it answers a query for a zone
	provisional bool // a FORMERR, BADVERS or BADCOOKIE that led to another query
}

// served reports whether the reply says what was asked for.
func (r *reply) served() bool {
	if r.ofZone {
		return r.ZoneResult() == observation.Success
	}
	return r.Names()
}

// vague reports whether the rcode is one that may have any reason.
func (r *reply) vague() bool { return r.Rcode == wire.RcodeNotImp || r.Rcode == wire.RcodeServFail }

// mindsEDNS reports whether the reply may be for the OPT record of its query (RFC 6891, section 7):
// some servers and middleboxes say NOTIMP or SERVFAIL to it. About a zone those say something
// themselves.
func (r *reply) mindsEDNS() bool {
	return r.Rcode == wire.RcodeFormErr || r.Rcode == wire.RcodeBadVers ||
		r.vague() && !r.ofZone && !r.Names()
}

// betterThan reports whether the reply says more than the one for which its query was asked once
// more without EDNS.
func (r *reply) betterThan(minded *reply) bool {
	return r.served() || r.Rcode != minded.Rcode && r.Rcode != wire.RcodeFormErr
}
