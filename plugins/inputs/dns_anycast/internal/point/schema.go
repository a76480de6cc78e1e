package point

import (
	"slices"
	"strconv"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// Labels are the tags of all points about one target.
type Labels struct {
	Cloud     []telegraf.Tag // of its cloud, sorted by key
	Server    string         // as written, or its name
	Address   string         // without its port; empty: the name has none, or none that is known
	Family    observation.Family
	Transport observation.Transport
}

func (p *Point) about(l Labels) {
	p.tags = append(p.tags, l.Cloud...)
	p.addTag(TagServer, l.Server)
	p.addTag(TagTransport, l.Transport.String())
	if l.Address != "" {
		p.addTag(TagAddress, l.Address)
	}
	if l.Family != observation.NoFamily {
		p.addTag(TagFamily, l.Family.String())
	}
}

// CloudTags are the tags that all points of a cloud have: its own and its name, sorted by key.
func CloudTags(name string, own map[string]string) []telegraf.Tag {
	var p Point
	for key, value := range own {
		p.addTag(key, value)
	}
	if name != "" {
		p.addTag(TagCloud, name)
	}
	return p.tags
}

// Query makes the point of an identity query.
func (p *Point) Query(l Labels, j *judge.Judged) *Point {
	p.outcome(MeasurementQuery, l, j.Observation)
	if l.Transport == observation.UDP && j.Result != observation.Unresolved {
		p.addWhole(FieldDiscarded, int64(j.Discarded))
	}
	if j.Reply != nil {
		p.addText(FieldTimeSource, timeSource(j.Stamped))
	}
	return p.addAnswer(j)
}

// Watched makes the point of an identity query that a probe of RIPE Atlas has sent: of what it has
// discarded, and of its clock, nothing is known.
func (p *Point) Watched(l Labels, j *judge.Judged, probe int) *Point {
	p.outcome(MeasurementQuery, l, j.Observation)
	p.tags = slices.DeleteFunc(p.tags, func(t telegraf.Tag) bool { return t.Key == TagProbe })
	p.addTag(TagProbe, strconv.Itoa(probe))
	return p.addAnswer(j)
}

// addAnswer says who answered, and what that means.
func (p *Point) addAnswer(j *judge.Judged) *Point {
	if j.Name.Instance != "" {
		p.addText(FieldHostname, j.Name.Text)
	}
	p.addName(&j.Name)
	if j.Checked {
		p.addWhole(FieldExpected, truth(j.Expected))
	}
	p.addTiming(&j.Timing)
	return p
}

// outcome is what the points of all queries hold: how it went.
func (p *Point) outcome(measurement string, l Labels, o *observation.Observation) {
	p.begin(measurement, o.Sent).about(l)
	p.addTag(TagResult, o.Result.String())
	p.addWhole(FieldResultCode, int64(o.Result))
	if yes, known := o.Result.Answered(); known {
		p.addWhole(FieldAnswered, truth(yes))
	}
	if o.Connect > 0 {
		p.addFloat(FieldConnectTimeMS, milliseconds(o.Connect))
	}
	if o.Cause != "" {
		p.addText(FieldError, o.Cause)
	}
	if r := o.Reply; r != nil {
		p.addTag(TagRcode, wire.RcodeText(r.Rcode))
		p.addWhole(FieldRcodeValue, int64(r.Rcode))
		p.addTime(FieldQueryTimeMS, o.RTT) // of RIPE Atlas it may be unknown, as over TCP before 2019
		if r.NSIDText != "" {
			p.addText(FieldNSID, r.NSIDText)
		}
	}
}

func timeSource(stamped bool) string {
	if stamped {
		return "kernel"
	}
	return "user"
}

// addName says which instance answered. One beyond the limit has no site, though the field hostname
// still tells it.
func (p *Point) addName(n *judge.Name) {
	if n.Instance == "" {
		return
	}
	p.addTag(TagIdentitySource, n.Source)
	p.addTag(TagInstance, n.Instance)
	if n.Site != "" && n.Instance != judge.Overflow {
		p.addTag(TagSite, n.Site)
	}
}

// addTiming says whether the answer was far or slow, with the figures beside it.
func (p *Point) addTiming(t *judge.Timing) {
	if t.Place.Code != "" {
		p.addFloat(FieldLatitude, t.Place.Latitude)
		p.addFloat(FieldLongitude, t.Place.Longitude)
	}
	if t.Distance.Known {
		p.addFloat(FieldDistanceKM, t.Distance.Km)
		p.addFloat(FieldFloorMS, t.Distance.FloorMS())
	}
	if t.Usual > 0 {
		p.addFloat(FieldUsualMS, milliseconds(t.Usual))
	}
	if t.Verdict != judge.NoVerdict {
		p.addText(FieldVerdict, t.Verdict.String())
		p.addWhole(FieldVerdictCode, int64(t.Verdict))
	}
}

// Zone makes the point of a query for a zone.
func (p *Point) Zone(l Labels, z *judge.JudgedZone) *Point {
	p.outcome(MeasurementZone, l, z.Observation)
	p.addTag(TagZone, z.Zone)
	if z.Lag != judge.UnknownLag {
		p.addFloat(FieldSerialLagS, z.Lag.Seconds())
	}
	if r := z.Reply; r != nil {
		p.addWhole(FieldAA, truth(r.Authoritative))
		if r.SOA {
			p.addWhole(FieldSerial, int64(r.Serial))
			p.addNew(FieldRefreshS, int64(r.Refresh))
		}
	}
	p.addName(&z.Name)
	return p
}

// Serial makes the point of a serial that a target has come to have, or misses.
func (p *Point) Serial(l Labels, z *judge.JudgedZone, u judge.Update) *Point {
	p.begin(MeasurementSerial, u.At).about(l)
	p.addTag(TagResult, z.Result.String())
	if z.Reply != nil {
		p.addTag(TagRcode, wire.RcodeText(z.Reply.Rcode))
	}
	p.addTag(TagZone, z.Zone)
	p.addWhole(FieldSerial, int64(u.Serial))
	if u.Latency != judge.UnknownLag && !p.hasTag(FieldLatencyS) {
		p.addFloat(FieldLatencyS, u.Latency.Seconds())
	}
	if u.Missing {
		p.addNew(FieldMissing, 1)
	}
	p.addName(&z.Name)
	return p
}

// Change makes the point of a target's change.
func (p *Point) Change(l Labels, c judge.Change) *Point {
	p.begin(MeasurementChange, c.At).about(l)
	p.addPeriod(&c.From, FieldFrom, FieldFromInstance)
	p.addPeriod(&c.To, FieldTo, FieldToInstance)
	// A clock that was set back in between must not make a time negative.
	p.addFloat(FieldHeldS, max(0, c.From.Last.Sub(c.From.First).Seconds()))
	p.addWhole(FieldChanges, int64(c.Changes))
	return p
}

func (p *Point) addPeriod(period *judge.Period, place, instance string) {
	if period.Split {
		p.addText(place, SiteSplit)
		return
	}
	p.addText(place, period.Place)
	p.addText(instance, period.Instance)
}

// Cloud makes the point of a cloud in the round that began at a time.
func (p *Point) Cloud(
	tags []telegraf.Tag, c *judge.Cloud, s *judge.Summary, began time.Time,
) *Point {
	p.begin(MeasurementCloud, began.Round(0))
	p.tags = append(p.tags, tags...)
	p.addWhole(FieldIPv4Asked, s.Asked[observation.IPv4])
	p.addWhole(FieldIPv6Asked, s.Asked[observation.IPv6])
	p.addWhole(FieldIPv4Answered, s.Answered[observation.IPv4])
	p.addWhole(FieldIPv6Answered, s.Answered[observation.IPv6])
	if c.Site != nil {
		p.addWhole(FieldSites, int64(len(s.Sites)))
	}
	if n := len(c.Locations.Announced); n > 0 {
		p.addNew(FieldSitesAnnounced, int64(n))
	}
	p.addWhole(FieldInstances, int64(len(s.Instances)))
	if agree, known := s.FamiliesAgree(); known {
		p.addWhole(FieldFamiliesAgree, truth(agree))
	}
	if s.Min > 0 {
		p.addFloat(FieldMinMS, milliseconds(s.Min))
		p.addFloat(FieldMaxMS, milliseconds(s.Max))
	}
	return p
}

// Self is what a round says of the plugin itself.
type Self struct {
	Config            string        // the file; empty: none
	Targets, Answered int64         // targets that were asked, and those that answered
	Took              time.Duration // the whole round
	Coalesced         int64         // requests for a round that had none of their own, since the last point
	Discarded         int64         // datagrams, of zone queries too
	Unstamped         int64         // replies, where Stamps
	Stamps            bool          // the kernel stamps packets here
	Overflow          int64         // queries whose instance is judge.Overflow
	Interval          time.Duration // between the last two requests for a round; zero: not known
	Vantage           judge.Vantage
	Version           string
	ByRoute           bool                            // the host's routes have decided which families are asked
	Families          [len(observation.Families)]bool // where ByRoute: that are asked
	Tracing           bool                            // paths are traced beside rounds
	Untraced          int64                           // left out since the last point
}

// Self makes the point of the round that began at a time.
func (p *Point) Self(s *Self, began time.Time) *Point {
	p.begin(MeasurementInternal, began.Round(0))
	if s.Config != "" {
		p.addTag(TagConfig, observation.Printable(s.Config, observation.FieldSize))
	}
	p.addWhole(FieldTargets, s.Targets)
	p.addWhole(FieldTargetsAnswered, s.Answered)
	p.addFloat(FieldRoundMS, milliseconds(s.Took))
	p.addWhole(FieldRoundsCoalesced, s.Coalesced)
	p.addWhole(FieldDiscarded, s.Discarded)
	if s.Stamps {
		p.addWhole(FieldStampsMissing, s.Unstamped)
	}
	p.addWhole(FieldOverMaxInstances, s.Overflow)
	if s.Interval > 0 {
		p.addFloat(FieldIntervalS, s.Interval.Seconds())
	}
	if s.Vantage.Known {
		p.addFloat(FieldLatitude, s.Vantage.Latitude)
		p.addFloat(FieldLongitude, s.Vantage.Longitude)
	}
	p.addText(FieldVersion, s.Version)
	if s.ByRoute {
		p.addWhole(FieldIPv4Asked, truth(s.Families[observation.IPv4]))
		p.addWhole(FieldIPv6Asked, truth(s.Families[observation.IPv6]))
	}
	if s.Tracing {
		p.addWhole(FieldTracesSkipped, s.Untraced)
	}
	return p
}

// addNew adds a field that is new since 0.1.0 to a point that has its tags, unless a tag of the
// cloud's has its name.
func (p *Point) addNew(key string, v int64) {
	if !p.hasTag(key) {
		p.addWhole(key, v)
	}
}

func (p *Point) hasTag(key string) bool {
	return slices.ContainsFunc(p.tags, func(t telegraf.Tag) bool { return t.Key == key })
}

// truth is an integer, since InfluxQL cannot average booleans.
func truth(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
