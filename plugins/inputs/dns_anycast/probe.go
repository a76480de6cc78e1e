package dns_anycast

import (
	"net/netip"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// mostQueries is how many queries one conversation has, whatever the server replies: each name may be asked once more with a
// cookie, and once without EDNS.
const mostQueries = 5

// probe is one conversation with a target: query, exchange, answer, and what to ask next.
type probe struct {
	target *target
	zone   string   // whose SOA record is asked for; empty: who are you?
	names  []string // not answered yet, the one being asked first
	edns   bool
	again  bool   // this name was asked once more for BADCOOKIE
	minded *reply // for which EDNS is left out; nil: none
	asked  int    // queries
	id     uint16 // of the query on its way, or of the last one
	name   string // likewise

	read      *reply            // what match made of the last reply that was one
	told      *reply            // the packet that the point is about; nil while there is none
	failed    *exchange.Outcome // of the query that ended the conversation, where that was no reply
	discarded int
}

// reply is an authentic reply, its times, and the name it was asked for.
type reply struct {
	wire.Answer
	exchange.Outcome
	name        string
	provisional bool // a FORMERR, BADVERS or BADCOOKIE that led to another query
}

func newProbe(t *target, edns bool) *probe {
	return &probe{target: t, names: t.server.cloud.names, edns: edns && !t.tolerance.bare()}
}

func newZoneProbe(t *target, zone string, edns bool) *probe {
	return &probe{target: t, zone: zone, names: []string{zone}, edns: edns && !t.zoneTolerance.bare() && !t.tolerance.bare()}
}

func (p *probe) at() netip.AddrPort { return p.target.addr }

// ask makes the next query.
func (p *probe) ask() exchange.Query {
	p.id, p.name = wire.NewID(), p.names[0]
	p.asked++
	q := p.query()
	if c := p.target.serverCookie.Load(); c != nil {
		q.ServerCookie = *c
	}
	next := exchange.Query{Data: q.Pack(), Match: p.match}
	if p.target.tcp {
		next.Stray = p.stray
	}
	return next
}

// query is the one on its way, or the last one, as far as its reply tells.
func (p *probe) query() wire.Query {
	return wire.Query{ID: p.id, Name: qualified(p.name), SOA: p.zone != "", EDNS: p.edns, Cookie: p.target.cookie}
}

// qualified ends a name with the root's dot.
func qualified(name string) string {
	switch name { // without a new string for each query
	case "hostname.bind":
		return "hostname.bind."
	case "id.server":
		return "id.server."
	}
	return strings.TrimSuffix(name, ".") + "."
}

// match decides whether b answers the query on its way, or once the conversation has ended, the last one.
func (p *probe) match(b []byte) error {
	q := p.query()
	a, err := q.Read(b)
	if err == nil {
		p.read = &reply{Answer: a, name: p.name}
	}
	return err
}

// stray decides whether b, on a stream, is for another query than the one on its way.
func (p *probe) stray(b []byte) bool {
	q := p.query()
	return q.Stray(b)
}

// ended takes the outcome of a query and returns the next one, nil when the conversation is over.
func (p *probe) ended(o exchange.Outcome) *exchange.Query {
	p.discarded += o.Discarded
	if p.zone == "" {
		p.target.heard(o.Err)
	}
	if o.Err != nil {
		if p.lostRepeat(o.Err) && p.nextName() {
			next := p.ask()
			return &next
		}
		failed := o // so that o itself need not outlive the call
		p.failed = &failed
		return nil
	}
	r := p.read
	r.Outcome = o
	again := p.retry(r)
	r.provisional = again && !r.vague()
	if cookie := r.ServerCookie; len(cookie) > 0 {
		p.target.serverCookie.Store(&cookie)
	}
	if p.told == nil || p.better(r) {
		p.told = r
	}
	if !again {
		p.judgeEDNS(r)
		if p.told.named() || !p.nextName() {
			return nil
		}
	}
	next := p.ask()
	return &next
}

// nextName goes on to the next name, if there is one. What may have had any reason is no reason to leave EDNS out of that.
func (p *probe) nextName() bool {
	p.names, p.again = p.names[1:], false
	if p.minded != nil && p.minded.vague() {
		p.edns, p.minded = true, nil
	}
	return len(p.names) > 0
}

// better reports whether the point is to be about r rather than about what came before: a reply that names the instance
// wins, where that is the question, then one that led to no other query or says more without EDNS, then the first. Several
// servers put their NSID into a BADCOOKIE: it would name the instance differently from the answer that follows.
func (p *probe) better(r *reply) bool {
	if p.zone == "" && r.named() != p.told.named() {
		return r.named()
	}
	if p.told == p.minded && p.told.vague() {
		return p.helps(r)
	}
	return p.told.provisional && !r.provisional
}

func (r *reply) named() bool {
	name, _ := r.identity()
	return name != ""
}

// retry reports whether the same name is to be asked again, differently: without EDNS where the server may mind that, or with
// its new cookie (RFC 7873, section 5.3).
func (p *probe) retry(r *reply) bool {
	switch {
	case p.edns && p.asked < mostQueries && p.mindsEDNS(r):
		p.edns, p.minded = false, r
		return true
	case r.Rcode == wire.RcodeBadCookie && p.edns && !p.again:
		p.again = true
		return true
	}
	return false
}

// identity returns the name the reply gives, as sent, and what gave it; "" when it names nobody. TXT wins: it was
// asked for, while an NSID is hop by hop (RFC 5001, section 2.4).
func (r *reply) identity() (name, source string) {
	switch {
	case printable(r.TXT, tagSize) != "":
		return r.TXT, r.name
	case printable(r.NSID, tagSize) != "":
		return r.NSID, "nsid"
	}
	return "", ""
}

// seen is the conversation once it has ended.
func (p *probe) seen() seen {
	o := p.outcome()
	s := seen{probe: p, target: p.target, sent: o.Sent, rtt: o.RTT, who: p.who()}
	s.result, s.cause = p.result()
	return s
}

// outcome returns the times of the packet that the point is about, or of the query that failed.
func (p *probe) outcome() exchange.Outcome {
	if p.told != nil {
		return p.told.Outcome
	}
	return *p.failed
}

// unresolvedProbe is the point of a name without an address, or of one family of it.
func unresolvedProbe(s *server, family, zone, transport, reason string, now time.Time) *probe {
	t := &target{server: s, tcp: transport == "tcp", family: family}
	return &probe{target: t, zone: zone, failed: &exchange.Outcome{Sent: now.Round(0), Err: errUnresolved(reason)}}
}
