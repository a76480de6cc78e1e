package prober

import (
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// mostQueries is how many queries one conversation has, whatever the server replies: each name may
// be asked once more with a cookie, and once without EDNS.
const mostQueries = 5

// conversation is the queries to a target for one thing: query, exchange, answer, and what to ask
// next. What it comes to is its observation.
type conversation struct {
	*observation.Observation // nil: no query has ended yet
	spares                   *spares
	target                   *Target
	zone                     *string // whose SOA record is asked for; nil: the identity
	minded                   *reply  // for which EDNS is left out; nil: none
	cookie                   *string // the server's, that the query on its way carries; nil: none
	last                     *reply  // that Match has read
	best                     *reply  // the one that the observation is about; nil while there is none
	id                       uint16  // of the query on its way, or of the last one
	name                     int8    // that it asks for, of names
	asked                    int8    // queries
	edns                     bool
	again                    bool // this name was asked once more for BADCOOKIE
	over                     bool // there is no query on its way, and will be none
}

func newConversation(t *Target, edns bool, s *spares) *conversation {
	c := &conversation{}
	c.begin(t, edns, s)
	return c
}

func newZoneConversation(t *Target, zone *string, edns bool, s *spares) *conversation {
	c := &conversation{}
	c.beginZone(t, zone, edns, s)
	return c
}

func (c *conversation) begin(t *Target, edns bool, s *spares) {
	*c = conversation{spares: s, target: t, edns: edns && !t.tolerance.bare()}
}

func (c *conversation) beginZone(t *Target, zone *string, edns bool, s *spares) {
	c.begin(t, edns && !t.zoneTolerance.bare(), s)
	c.zone = zone
}

// observe begins the observation.
func (c *conversation) observe() {
	t := c.target
	c.Observation = c.spares.observation()
	*c.Observation = observation.Observation{
		Server: t.server.number, Target: t.number, Addr: t.addr,
		Transport: t.transport, Family: t.family(),
	}
	if c.zone != nil {
		c.Zone = *c.zone
	}
}

// question is the name that the query on its way asks for, or the last one.
func (c *conversation) question() string {
	if c.zone != nil {
		return *c.zone
	}
	return c.target.server.Names[c.name]
}

// next makes the next query, with what cookie the target has given: from now on c is that one.
func (c *conversation) next() exchange.Query {
	c.id = wire.NewID()
	c.cookie = c.target.serverCookie.Load()
	c.asked++
	return c
}

// query is the one on its way, or the last one.
func (c *conversation) query() wire.Query {
	q := wire.Query{
		ID: c.id, Name: qualified(c.question()), SOA: c.zone != nil,
		EDNS: c.edns, Cookie: c.target.cookie,
	}
	if c.cookie != nil {
		q.ServerCookie = *c.cookie
	}
	return q
}

// Append appends the query on its way.
func (c *conversation) Append(b []byte) []byte {
	q := c.query()
	return q.Append(b)
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

// Match decides whether b answers the query on its way, or once the conversation is over, the last
// one. It keeps what b says, also where b then turns out to come from elsewhere: what ends a query
// with success has matched last.
func (c *conversation) Match(b []byte) error {
	q := c.query()
	a, err := q.Read(b)
	if err == nil && !c.over {
		if c.last == nil || c.last == c.best || c.last == c.minded {
			c.last = c.spares.reply()
		}
		*c.last = reply{Reply: observation.NewReply(a, c.question()), ofZone: c.zone != nil}
	}
	return err
}

// Stray decides whether b, on a stream, is for another query than the one on its way.
func (c *conversation) Stray(b []byte) bool {
	q := c.query()
	return q.Stray(b)
}

// ended takes the outcome of a query and returns the next one, nil when the conversation is over.
func (c *conversation) ended(o exchange.Outcome) exchange.Query {
	if c.Observation == nil {
		c.observe()
	}
	if c.goOn(o) {
		return c.next()
	}
	c.over = true
	return nil
}

// goOn takes the outcome of a query and reports whether there is another to be sent.
func (c *conversation) goOn(o exchange.Outcome) bool {
	c.Discarded += int32(o.Discarded)
	if c.zone == nil {
		c.target.countSilence(o.Err)
	}
	if o.Err != nil {
		return c.failed(o)
	}
	r := c.last
	again := c.retry(r)
	r.provisional = again && !r.vague()
	c.target.keepCookie(r.ServerCookie)
	if c.best == nil || c.better(r) {
		c.best = r
		c.times(o)
	}
	if again {
		return true
	}
	c.judgeEDNS(r)
	if c.best.Names() || !c.nextName() {
		c.conclude()
		return false
	}
	return true
}

// failed is goOn for a query without a reply.
func (c *conversation) failed(o exchange.Outcome) bool {
	if c.lostRepeat(o.Err) && c.nextName() {
		return true
	}
	if c.best != nil {
		c.conclude()
		return false
	}
	c.times(o)
	c.Result, c.Cause = failureResult(o.Err)
	return false
}

// times takes over when the query left that the observation is about, and how long its parts took.
func (c *conversation) times(o exchange.Outcome) {
	c.Sent, c.RTT, c.Connect, c.Stamped = o.Sent, o.RTT, o.Connect, o.Kernel
}

// conclude judges the conversation by its best reply.
func (c *conversation) conclude() {
	c.Reply = &c.best.Reply
	if c.zone != nil {
		c.Result = c.Reply.ZoneResult()
	} else {
		c.Result, c.Cause = c.Reply.Result()
	}
}

// nextName goes on to the next name, if there is one. What may have had any reason is no reason to
// leave EDNS out of that.
func (c *conversation) nextName() bool {
	if c.zone != nil || int(c.name)+1 == len(c.target.server.Names) {
		return false
	}
	c.name++
	c.again = false
	if c.minded != nil && c.minded.vague() {
		c.edns, c.minded = true, nil
	}
	return true
}

// better reports whether the observation is to be about r rather than about what came before: a
// reply that names the instance wins, where that is the question, then one that led to no other
// query or says more without EDNS, then the first. Several servers put their NSID into a BADCOOKIE:
// it would name the instance differently from the answer that follows.
func (c *conversation) better(r *reply) bool {
	if c.zone == nil && r.Names() != c.best.Names() {
		return r.Names()
	}
	if c.best == c.minded && c.best.vague() {
		return r.betterThan(c.minded)
	}
	return c.best.provisional && !r.provisional
}

// retry reports whether the same name is to be asked again, differently: without EDNS where the
// server may mind that, or with its new cookie (RFC 7873, section 5.3).
func (c *conversation) retry(r *reply) bool {
	switch {
	case c.edns && c.asked < mostQueries && r.mindsEDNS():
		c.edns, c.minded = false, r
		return true
	case r.Rcode == wire.RcodeBadCookie && c.edns && !c.again:
		c.again = true
		return true
	}
	return false
}

// lostRepeat reports whether it was the query without EDNS that had no answer: the server is there,
// and may answer to another name.
func (c *conversation) lostRepeat(err error) bool {
	return c.minded != nil && c.minded.Question == c.question() && isTimeout(err)
}

// tolerance is what the target has shown of EDNS in queries of this kind.
func (c *conversation) tolerance() *tolerance {
	if c.zone != nil {
		return &c.target.zoneTolerance
	}
	return &c.target.tolerance
}

// judgeEDNS takes in what r, which led to no other query for its name, says about EDNS: that it
// works, or was in the way.
func (c *conversation) judgeEDNS(r *reply) {
	switch {
	case !r.served():
	case c.edns:
		c.tolerance().worked()
	case c.minded != nil && !c.minded.served():
		c.tolerance().helped()
	}
}
