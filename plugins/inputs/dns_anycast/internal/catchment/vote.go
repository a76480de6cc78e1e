package catchment

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// count is a window that is being judged.
type count struct {
	*Window
	memory  *Memory
	subject *subject
	names   names
	votes   []vote // by the probe's ID
}

// vote is the last result of a probe, whatever it says, and what it means.
type vote struct {
	*Result
	all     []*Result // of the probe, this one last
	answer  answer
	name    *name             // as of names
	probe   observation.Probe // the zero value: not known
	known   bool
	asn     uint32 // for the address' family; zero: not known
	site    *site  // nil: it names none of the cloud's own
	reached        // the way there
	move

	intercepted bool // left out of times, distances and moves
	misplaced   bool // left out of distances
}

// move is what a vote says beside the one before.
type move struct {
	compared bool // both are known
	from     *site
	before   time.Duration // of the vote before; zero: not measured
}

// moved reports whether its site is another than at its last vote.
func (v *vote) moved() bool { return v.compared && v.from != v.site }

// timed reports whether the time of the vote counts.
func (v *vote) timed() bool {
	return (v.answer == named || v.answer == anonymous) && v.RTT > 0 && !v.intercepted
}

// from is where the probe stands, as far as that can be believed.
func (v *vote) vantage() judge.Vantage {
	return judge.Vantage{
		Latitude: v.probe.Latitude, Longitude: v.probe.Longitude,
		Known: v.probe.Placed && !v.probe.Guessed,
	}
}

// open begins to judge a window: of each probe the last result is its vote.
func (m *Memory) open(w *Window, probes *observation.Probes) *count {
	c := &count{
		Window: w, memory: m, subject: m.of(w.Subject),
		names: names{
			cloud: w.Cloud, read: map[string]*name{},
			spots: spots{locations: &w.Cloud.Locations, read: map[string]*spot{}},
		},
	}
	c.subject.last = w.From
	results := w.inOrder()
	for len(results) > 0 {
		n := 1
		for n < len(results) && results[n].Probe == results[0].Probe {
			n++
		}
		v := vote{Result: results[n-1], all: results[:n]}
		if v.probe, v.known = probes.Find(v.Probe); v.known {
			v.asn = asnOf(&v.probe, w.Family())
		}
		c.votes = append(c.votes, v)
		results = results[n:]
	}
	return c
}

// asnOf is the AS of a probe, for addresses of a family.
func asnOf(p *observation.Probe, f observation.Family) uint32 {
	if f == observation.NoFamily {
		return max(p.ASN[observation.IPv4], p.ASN[observation.IPv6])
	}
	return p.ASN[f]
}

// readAnswers finds who answered, and remembers where that was somebody else, and which sites there
// are.
func (c *count) readAnswers() {
	for i := range c.votes {
		v := &c.votes[i]
		id := int32(v.Probe)
		p := c.subject.paths[id]
		for _, r := range v.all {
			v.answer, v.name = c.names.of(r.Observation)
			p.note(seconds(r.Sent), v.answer)
		}
		c.subject.paths[id] = p
		c.memory.mark(id, c.subject, p.foreign)
	}
	c.subject.sites.admit(c)
}

// readTimes finds the probes that somebody else answers everywhere, and of the others the times
// that light cannot make.
func (c *count) readTimes() {
	for i := range c.votes {
		v := &c.votes[i]
		id := int32(v.Probe)
		v.intercepted = c.memory.intercepted(id, c.Window)
		if v.intercepted || !v.vantage().Known {
			continue
		}
		for _, r := range v.all {
			if a, name := c.names.of(r.Observation); a == named && r.RTT > 0 && name.spot.known &&
				v.vantage().To(name.spot.Place).Impossible(r.RTT) {
				c.memory.markTooFast(id, name.site, seconds(r.Sent))
			}
		}
	}
}

// settle finds the sites of the votes, the ways there and who moved, and remembers them.
func (c *count) settle() {
	for i := range c.votes {
		v := &c.votes[i]
		if s := c.memory.suspects[int32(v.Probe)]; s != nil {
			v.misplaced = s.misplaced(c.Window)
		}
		v.misplaced = v.misplaced || v.probe.Guessed
		if v.answer != named {
			continue
		}
		v.site = c.subject.sites.of(v.name.site, seconds(v.Sent))
		if v.site.name != None && !v.intercepted {
			c.follow(v)
		}
	}
	c.locate()
}

// follow compares the site of a vote with the one before, which it takes the place of.
func (c *count) follow(v *vote) {
	id := int32(v.Probe)
	p := c.subject.paths[id]
	before := p.time()
	if number, known := p.reach(seconds(v.Sent), v.site.number, v.RTT); known {
		if from := c.subject.sites.numbered[number]; from != nil {
			v.move = move{compared: true, from: from, before: before}
		}
	}
	c.subject.paths[id] = p
}
