package judge

import (
	"iter"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// SourcePaired is the source of a name that the identity queries of the same round gave.
const SourcePaired = "paired"

// Zones is what has been seen of the serials of zones, by zone in lower case.
type Zones map[string]*Serials

// JudgedZone is a query for a zone and what it means. The observation has no address, which is the
// path's.
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

// zoneQuery is a query for a zone. A round holds all of its own until it ends: hence what they mean
// is said then.
type zoneQuery struct {
	observation.Held
	path           *Path // nil: there was no address to ask
	zone           string
	server, target int32 // the observation's
	firstFull      bool
}

// ZoneRound judges the queries for zones of a round, once its identity queries have been judged.
type ZoneRound struct {
	Began time.Time

	holder observation.Holder
	paired map[*Path]*observation.Reply // to the round's identity queries; nil: they do not agree
	added  []zoneQuery
	judged JudgedZone              // the last one
	about  observation.Observation // what it is about
}

// NewZoneRound has room for a number of queries, and makes more where there are more.
func NewZoneRound(began time.Time, queries int) ZoneRound {
	return ZoneRound{
		Began: began, holder: observation.NewHolder(),
		paired: map[*Path]*observation.Reply{}, added: make([]zoneQuery, 0, queries),
	}
}

// Pair remembers the identities that the queries to a target gave, for the queries for zones to it.
func (r *ZoneRound) Pair(p *Path, all []Judged) {
	for i := range all {
		id := all[i].Name.Identity
		if id.Name == "" {
			continue
		}
		p.Cloud.Names.rememberNSID(all[i].Reply.NSIDText, id, r.Began)
		if before, paired := r.paired[p]; !paired {
			r.paired[p] = r.holder.Reply(all[i].Reply)
		} else if before != nil && before.Identity.Name != id.Name {
			r.paired[p] = nil
		}
	}
}

// Add adds a query for a zone. Without a path there is no reply.
func (r *ZoneRound) Add(p *Path, o *observation.Observation) {
	r.added = append(r.added, zoneQuery{
		Held: r.holder.Hold(o), path: p, zone: o.Zone, server: o.Server, target: o.Target,
	})
}

// Learn adds the serials of what was added to zones, in the order sent, and returns the zones that
// were set back.
func (r *ZoneRound) Learn(zones Zones) []SetBack {
	slices.SortStableFunc(r.added, func(a, b zoneQuery) int { return a.Sent().Compare(b.Sent()) })
	for i := range r.added {
		if q := &r.added[i]; q.Reply != nil {
			r.learn(zones, q)
		}
	}
	return zones.review(r.Began)
}

func (r *ZoneRound) learn(zones Zones, q *zoneQuery) {
	instance, firstFull := q.path.Cloud.instance(r.identity(q), r.Began)
	q.firstFull = firstFull
	if q.Result() != observation.Success {
		return
	}
	serial, at := q.Reply.Serial, q.Sent()
	c := q.path.Copies.of(q.zone, at)
	zones.of(q.zone).add(at, serial, q.path.source(instance), c.steps(serial, at))
	if c.before != nil {
		c.before.note(at, serial)
	}
}

// Judge judges what was added, once zones have learned of it. Each is valid until the next one.
func (r *ZoneRound) Judge(zones Zones) iter.Seq[*JudgedZone] {
	return func(yield func(*JudgedZone) bool) {
		since := firstNewer{}
		for i := range r.added {
			if r.judge(zones, &r.added[i], since); !yield(&r.judged) {
				return
			}
		}
	}
}

func (r *ZoneRound) judge(zones Zones, q *zoneQuery, since firstNewer) {
	r.about = q.Observation()
	r.about.Server, r.about.Target, r.about.Zone = q.server, q.target, q.zone
	r.judged = JudgedZone{Observation: &r.about, Path: q.path, FirstFull: q.firstFull, Lag: UnknownLag}
	z := &r.judged
	if z.Reply != nil {
		z.Name, _ = z.Path.Cloud.name(r.identity(q), r.Began)
	}
	if z.Result == observation.Success {
		z.Lag = since.lag(zones.of(z.Zone), z)
	}
	if z.Path != nil && z.Result != observation.Local { // what could not be asked says nothing
		z.Updates = z.updates(zones.of(z.Zone))
	}
}

// firstNewer is when the first newer serial than an answer's was seen, by answer; the zero value:
// there is none.
type firstNewer map[zoneAnswer]time.Time

type zoneAnswer struct {
	zone   string
	serial uint32
}

// lag says how late a serial is.
func (f firstNewer) lag(known *Serials, z *JudgedZone) time.Duration {
	a := zoneAnswer{z.Zone, z.Reply.Serial}
	at, judged := f[a]
	if !judged {
		if newer := known.newerThan(a.serial); newer != nil {
			at = newer.first
		}
		f[a] = at
	}
	if at.IsZero() {
		return 0
	}
	return max(0, z.Sent.Sub(at))
}

// updates says what the target came to have, or still misses; of a reference nothing.
func (z *JudgedZone) updates(known *Serials) []Update {
	var serial *uint32
	if z.Result == observation.Success {
		serial = &z.Reply.Serial
	}
	updates := known.take(z.Path.Copies.of(z.Zone, z.Sent), z.Sent, serial)
	if z.Path.Cloud.Reference {
		return nil
	}
	return updates
}

// identity is what answered a query for a zone: the identity with its NSID; without one, what
// answered the round's identity queries to the same target.
func (r *ZoneRound) identity(q *zoneQuery) observation.Identity {
	if nsid := q.Reply.NSIDText; nsid != "" {
		if id, known := q.path.Cloud.Names.ofNSID(nsid, r.Began); known {
			return id
		}
		return observation.Identify(q.Reply.NSID, observation.SourceNSID)
	}
	if pair := r.paired[q.path]; pair != nil {
		return observation.Identity{Name: pair.Identity.Name, Source: SourcePaired, Text: pair.Identity.Text}
	}
	return observation.Identity{}
}

// source is what stands by a serial: the instance, or the target where none is named or not every
// one can be.
func (p *Path) source(instance string) source {
	if instance != "" && instance != Overflow && !p.Cloud.Reference {
		return source{cloud: p.Cloud, instance: instance}
	}
	return source{path: p}
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
