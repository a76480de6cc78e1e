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
	observation.Observation
	target   *Target
	names    []string // not answered yet, the one being asked first
	question string   // of the query on its way, or of the last one
	minded   *reply   // for which EDNS is left out; nil: none
	last     *reply   // that match has read
	best     *reply   // the one that the observation is about; nil while there is none
	id       uint16   // of that query
	asked    int8     // queries
	edns     bool
	again    bool // this name was asked once more for BADCOOKIE
	over     bool // there is no query on its way, and will be none
}

func newConversation(t *Target, edns bool) *conversation {
	c := &conversation{}
	c.begin(t, edns)
	return c
}

func newZoneConversation(t *Target, zone string, edns bool) *conversation {
	c := &conversation{}
	c.beginZone(t, zone, edns)
	return c
}

// newConversations are those with targets that share a socket.
func newConversations(ts []*Target, begin func(*conversation, *Target)) []*conversation {
	all, cs := make([]conversation, len(ts)), make([]*conversation, len(ts))
	for i, t := range ts {
		cs[i] = &all[i]
		begin(cs[i], t)
	}
	return cs
}

func (c *conversation) begin(t *Target, edns bool) {
	c.ofTarget(t, t.server.Names, edns && !t.tolerance.bare())
}

func (c *conversation) beginZone(t *Target, zone string, edns bool) {
	c.ofTarget(t, []string{zone}, edns && !t.zoneTolerance.bare() && !t.tolerance.bare())
	c.Zone = zone
}

func (c *conversation) ofTarget(t *Target, names []string, edns bool) {
	c.target, c.names, c.edns = t, names, edns
	c.Server, c.Target, c.Addr = t.server.number, int(t.number), t.addr
	c.Transport, c.Family = t.transport, t.family()
}

// ask makes the next query, ready to be sent.
func (c *conversation) ask() exchange.Query {
	q := c.next()
	next := exchange.Query{Data: q.Pack(), Match: c.match}
	if c.Transport == observation.TCP {
		next.Stray = c.stray
	}
	return next
}

// next makes the next query, with what cookie the target has given.
func (c *conversation) next() wire.Query {
	c.id, c.question = wire.NewID(), c.names[0]
	c.asked++
	q := c.query()
	if cookie := c.target.serverCookie.Load(); cookie != nil {
		q.ServerCookie = *cookie
	}
	return q
}

// query is the one on its way, or the last one, as far as its reply tells.
func (c *conversation) query() wire.Query {
	return wire.Query{
		ID: c.id, Name: qualified(c.question), SOA: c.Zone != "",
		EDNS: c.edns, Cookie: c.target.cookie,
	}
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

// match decides whether b answers the query on its way, or once the conversation is over, the last
// one. It keeps what b says, also where b then turns out to come from elsewhere: what ends a query
// with success has matched last.
func (c *conversation) match(b []byte) error {
	q := c.query()
	a, err := q.Read(b)
	if err == nil && !c.over {
		c.last = &reply{Reply: observation.NewReply(a, c.question), ofZone: c.Zone != ""}
	}
	return err
}

// stray decides whether b, on a stream, is for another query than the one on its way.
func (c *conversation) stray(b []byte) bool {
	q := c.query()
	return q.Stray(b)
}

// ended takes the outcome of a query and returns the next one, nil when the conversation is over.
func (c *conversation) ended(o exchange.Outcome) *exchange.Query {
	if c.goOn(o) {
		next := c.ask()
		return &next
	}
	c.over = true
	return nil
}

// goOn takes the outcome of a query and reports whether there is another to be sent.
func (c *conversation) goOn(o exchange.Outcome) bool {
	c.Discarded += int32(o.Discarded)
	if c.Zone == "" {
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
	if c.Zone != "" {
		c.Result = c.Reply.ZoneResult()
	} else {
		c.Result, c.Cause = c.Reply.Result()
	}
}

// nextName goes on to the next name, if there is one. What may have had any reason is no reason to
// leave EDNS out of that.
func (c *conversation) nextName() bool {
	c.names, c.again = c.names[1:], false
	if c.minded != nil && c.minded.vague() {
		c.edns, c.minded = true, nil
	}
	return len(c.names) > 0
}

// better reports whether the observation is to be about r rather than about what came before: a
// reply that names the instance wins, where that is the question, then one that led to no other
// query or says more without EDNS, then the first. Several servers put their NSID into a BADCOOKIE:
// it would name the instance differently from the answer that follows.
func (c *conversation) better(r *reply) bool {
	if c.Zone == "" && r.Names() != c.best.Names() {
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
	return c.minded != nil && c.minded.Question == c.question && isTimeout(err)
}

// tolerance is what the target has shown of EDNS in queries of this kind.
func (c *conversation) tolerance() *tolerance {
	if c.Zone != "" {
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
