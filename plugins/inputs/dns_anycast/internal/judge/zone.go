package judge

import (
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// SourcePaired is the source of a name that the identity queries of the same round gave.
const SourcePaired = "paired"

// Zones is what has been seen of the serials of zones, by zone in lower case.
type Zones map[string]*Serials

// JudgedZone is a query for a zone and what it means.
type JudgedZone struct {
	*observation.Observation
	Path      *Path
	Name      Name
	FirstFull bool          // as of Judged
	Lag       time.Duration // how long a newer serial had been seen; UnknownLag: no serial came
	Updates   []Update      // of references none
}

// SetBack is a zone of which serials were forgotten, see Serials.review.
type SetBack struct {
	Zone   string
	Serial uint32 // the highest one
}

// pairing is the identity that the identity queries to a target gave in one round, as
// observation.Identity has it.
type pairing struct {
	name, text string
	clash      bool // not the same one each time
}

// zoneQuery is a query for a zone. A round holds all of its own until it ends: hence what they mean
// is said then.
type zoneQuery struct {
	*observation.Observation
	path *Path // nil: there was no address to ask
}

// ZoneRound judges the queries for zones of a round, once its identity queries have been judged.
type ZoneRound struct {
	Began time.Time

	paired map[*Path]pairing
	added  []zoneQuery
	zoned  []JudgedZone
}

// Pair remembers the identities that the queries to a target gave, for the queries for zones to it.
func (r *ZoneRound) Pair(p *Path, all []Judged) {
	if r.paired == nil {
		r.paired = map[*Path]pairing{}
	}
	for i := range all {
		id := all[i].Name.Identity
		if id.Name == "" {
			continue
		}
		p.Cloud.Names.rememberNSID(all[i].Reply.NSIDText, id, r.Began)
		pair, known := r.paired[p]
		if !known {
			pair.name, pair.text = id.Name, id.Text
		}
		pair.clash = pair.clash || pair.name != id.Name
		r.paired[p] = pair
	}
}

// Add adds a query for a zone. Without a path there is no reply.
func (r *ZoneRound) Add(p *Path, o *observation.Observation) {
	r.added = append(r.added, zoneQuery{o, p})
}

// Judge judges what was added, in the order sent. It adds the serials to zones, and returns the
// zones that were set back.
func (r *ZoneRound) Judge(zones Zones) ([]JudgedZone, []SetBack) {
	slices.SortStableFunc(r.added, func(a, b zoneQuery) int { return a.Sent.Compare(b.Sent) })
	r.zoned = make([]JudgedZone, len(r.added))
	for i, q := range r.added {
		z := &r.zoned[i]
		z.Observation, z.Path = q.Observation, q.path
		if z.Reply != nil {
			z.Name, z.FirstFull = z.Path.Cloud.name(r.zoneIdentity(z), r.Began)
		}
		if z.Result == observation.Success {
			serial := z.Reply.Serial
			c := z.Path.Copies.of(z.Zone, z.Sent)
			zones.of(z.Zone).add(z.Sent, serial, z.source(), c.steps(serial, z.Sent))
			if c.before != nil {
				c.before.note(z.Sent, serial)
			}
		}
	}
	setBack := zones.review(r.Began)
	r.judgeLags(zones)
	r.judgeUpdates(zones)
	return r.zoned, setBack
}

// judgeLags says how late the serials are, once all of them are known.
func (r *ZoneRound) judgeLags(zones Zones) {
	type answer struct {
		zone   string
		serial uint32
	}
	since := map[answer]time.Time{}
	for i := range r.zoned {
		z := &r.zoned[i]
		if z.Lag = UnknownLag; z.Result != observation.Success {
			continue
		}
		a := answer{z.Zone, z.Reply.Serial}
		at, known := since[a]
		if !known {
			if newer := zones.of(z.Zone).newerThan(z.Reply.Serial); newer != nil {
				at = newer.first
			}
			since[a] = at
		}
		if z.Lag = 0; !at.IsZero() {
			z.Lag = max(0, z.Sent.Sub(at))
		}
	}
}

// judgeUpdates says what targets came to have, or still miss. What could not be asked says nothing.
func (r *ZoneRound) judgeUpdates(zones Zones) {
	for i := range r.zoned {
		z := &r.zoned[i]
		if z.Path == nil || z.Result == observation.Local {
			continue
		}
		var serial *uint32
		if z.Result == observation.Success {
			serial = &z.Reply.Serial
		}
		updates := zones.of(z.Zone).take(z.Path.Copies.of(z.Zone, z.Sent), z.Sent, serial)
		if !z.Path.Cloud.Reference {
			z.Updates = updates
		}
	}
}

// zoneIdentity is what answered a query for a zone: the identity with its NSID; without one, what
// answered the round's identity queries to the same target.
func (r *ZoneRound) zoneIdentity(z *JudgedZone) observation.Identity {
	if nsid := z.Reply.NSIDText; nsid != "" {
		if id, known := z.Path.Cloud.Names.ofNSID(nsid, r.Began); known {
			return id
		}
		return observation.Identify(z.Reply.NSID, observation.SourceNSID)
	}
	if pair := r.paired[z.Path]; pair.name != "" && !pair.clash {
		return observation.Identity{Name: pair.name, Source: SourcePaired, Text: pair.text}
	}
	return observation.Identity{}
}

// source is what stands by a serial: the instance, or the target where none is named or not every
// one can be.
func (z *JudgedZone) source() source {
	c := z.Path.Cloud
	if i := z.Name.Instance; i != "" && i != Overflow && !c.Reference {
		return source{cloud: c, instance: i}
	}
	return source{path: z.Path}
}

func (zs Zones) of(zone string) *Serials {
	if zs[zone] == nil {
		zs[zone] = &Serials{}
	}
	return zs[zone]
}

// review forgets serials that were set back, and returns the zones of which that has not been said
// for an hour.
func (zs Zones) review(now time.Time) (setBack []SetBack) {
	for zone, s := range zs {
		forgotten := s.review()
		if len(forgotten) == 0 || now.Sub(s.warned) < setBackEvery {
			continue
		}
		s.warned = now
		setBack = append(setBack, SetBack{zone, forgotten[len(forgotten)-1]})
	}
	return setBack
}
