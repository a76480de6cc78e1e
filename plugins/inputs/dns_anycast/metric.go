package dns_anycast

import (
	"slices"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

const (
	measurement       = "dns_anycast"        // one point a query
	changeMeasurement = "dns_anycast_change" // one a move
	cloudMeasurement  = "dns_anycast_cloud"  // one a cloud and round
	soaMeasurement    = "dns_anycast_soa"    // one a query for a zone

	internalMeasurement = "dns_anycast_internal" // one a round, about the plugin itself
)

// What a point may hold. README.md says what each means, and a test compares.
var (
	tagNames = []string{
		"server", "address", "cloud", "family", "transport", "instance", "site", "identity_source", "result", "rcode",
	}
	fieldNames = []string{
		"query_time_ms", "connect_time_ms", "result_code", "answered", "rcode_value", "hostname", "nsid", "discarded",
		"time_source", "expected", "latitude", "longitude", "distance_km", "floor_ms", "usual_ms", "verdict", "verdict_code",
		"error",
	}
	changeFieldNames = []string{"from", "to", "from_instance", "to_instance", "held_s", "changes"}
	cloudFieldNames  = []string{
		"ipv4_asked", "ipv6_asked", "ipv4_answered", "ipv6_answered", "sites", "sites_announced", "instances",
		"families_agree", "min_ms", "max_ms",
	}
	internalTagNames   = []string{"config"}
	internalFieldNames = []string{
		"targets", "targets_answered", "round_ms", "rounds_coalesced", "discarded", "stamps_missing", "over_max_instances",
		"interval_s", "latitude", "longitude", "version",
	}
	soaTagNames   = append(slices.Clone(tagNames), "zone")
	soaFieldNames = []string{
		"query_time_ms", "connect_time_ms", "result_code", "answered", "rcode_value", "serial", "refresh_s", "aa", "nsid",
		"serial_lag_s", "error",
	}

	// newFieldNames are new since 0.1.0. A tag of a cloud may have such a name, so that a file that was accepted stays so:
	// a point with the tag is without the field.
	newFieldNames = []string{"interval_s", "version", "refresh_s", "sites_announced"}
)

// reserved reports whether a cloud's own tag may not have this name: a tag or field of the plugin's, Telegraf's
// vantage point, or what InfluxDB keeps for itself.
func reserved(key string) bool {
	if slices.Contains(newFieldNames, key) {
		return false
	}
	for _, names := range [][]string{tagNames, fieldNames, changeFieldNames, cloudFieldNames, soaTagNames, soaFieldNames, internalTagNames, internalFieldNames} {
		if slices.Contains(names, key) {
			return true
		}
	}
	return slices.Contains([]string{"host", "time", "_field", "_measurement"}, key)
}

// addNew adds one of newFieldNames to a point that has its tags.
func (p *point) addNew(key string, v int64) {
	if !slices.ContainsFunc(p.tags, func(t telegraf.Tag) bool { return t.Key == key }) {
		p.addWhole(key, v)
	}
}

// about gives a point the tags of a target. A target without an address is of a
// name that has none, or of a family of it whose addresses are not known.
func (p *point) about(t *target) {
	c := t.server.cloud
	p.tags = append(p.tags, c.tags...)
	p.addTag("server", t.server.text)
	p.addTag("transport", t.transport())
	if t.addr.IsValid() {
		p.addTag("address", t.address)
		p.addTag("family", family(t.addr.Addr()))
	} else if t.family != "" {
		p.addTag("family", t.family)
	}
}

// query makes the point of a conversation that has ended.
func (s *seen) query(m *point) *point {
	o, r := s.probe.outcome(), s.result
	m.begin(measurement, s.sent).about(s.target)
	m.addTag("result", r.String())
	m.addWhole("result_code", int64(r))
	if a, known := r.answered(); known {
		m.addWhole("answered", a)
	}
	if !s.target.tcp && r != unresolved {
		m.addWhole("discarded", int64(s.probe.discarded))
	}
	m.addConnect(o.Connect)
	if s.cause != "" {
		m.addText("error", s.cause)
	}
	if told := s.probe.told; told != nil {
		told.addTo(m)
		s.addIdentity(m)
		if expect := s.target.server.cloud.expect; expect != nil && r != truncated {
			m.addWhole("expected", truth(s.who.name != "" && matchesWhole(expect, s.who.name)))
		}
	}
	s.judged.addTo(m)
	return m
}

// addConnect says how long connecting took, where a connection was made.
func (p *point) addConnect(took time.Duration) {
	if took > 0 {
		p.addFloat("connect_time_ms", milliseconds(took))
	}
}

func (r *reply) addTo(m *point) {
	m.addTag("rcode", wire.RcodeText(r.Rcode))
	m.addWhole("rcode_value", int64(r.Rcode))
	m.addFloat("query_time_ms", milliseconds(r.RTT))
	if r.Kernel {
		m.addText("time_source", "kernel")
	} else {
		m.addText("time_source", "user")
	}
	if nsid := printable(r.NSID, fieldSize); nsid != "" {
		m.addText("nsid", nsid)
	}
}

// addIdentity says who answered. A name beyond max_instances is the instance "other" of no site, though hostname
// still tells it.
func (s *seen) addIdentity(m *point) {
	if s.instance != "" {
		m.addText("hostname", s.who.hostname)
		s.who.addTo(m, s.instance)
	}
}

// instance is the tag: a name as long as there is room, then "other"; empty where nobody is named.
func (d *DNSAnycast) instance(c *cloud, w who, now time.Time) string {
	if w.name == "" {
		return ""
	}
	instance := printable(w.name, tagSize)
	ok, firstRefusal := c.instances.admit(instance, now)
	if firstRefusal {
		d.warnf("cloud %q: more than max_instances = %d names: further ones are tagged instance=%s", c.name, d.MaxInstances, other)
	}
	if !ok {
		return other
	}
	return instance
}

func (w who) addTo(m *point, instance string) {
	m.addTag("identity_source", w.source)
	m.addTag("instance", instance)
	if w.site != "" && instance != other {
		m.addTag("site", w.site)
	}
}

// addTo says whether the answer was far or slow, with the figures beside it.
func (j *judgedTime) addTo(m *point) {
	if j.place.Code != "" {
		m.addFloat("latitude", j.place.Latitude)
		m.addFloat("longitude", j.place.Longitude)
	}
	if j.way.known {
		m.addFloat("distance_km", j.way.distance)
		m.addFloat("floor_ms", j.way.floor())
	}
	if j.usual > 0 {
		m.addFloat("usual_ms", j.usual)
	}
	if j.verdict != verdictNone {
		m.addText("verdict", j.verdict.String())
		m.addWhole("verdict_code", int64(j.verdict))
	}
}

// zoneQuery makes the point of a query for a zone. A lag below zero is none.
func (p *probe) zoneQuery(m *point, n naming, lag time.Duration) *point {
	o := p.outcome()
	r, cause := p.result()
	m.begin(soaMeasurement, o.Sent).about(p.target)
	m.addTag("zone", p.zone)
	m.addTag("result", r.String())
	m.addWhole("result_code", int64(r))
	if a, known := r.answered(); known {
		m.addWhole("answered", a)
	}
	m.addConnect(o.Connect)
	if cause != "" {
		m.addText("error", cause)
	}
	if lag >= 0 {
		m.addFloat("serial_lag_s", lag.Seconds())
	}
	if p.told != nil {
		p.told.addZoneTo(m)
	}
	if n.instance != "" {
		n.who.addTo(m, n.instance)
	}
	return m
}

func (r *reply) addZoneTo(m *point) {
	m.addTag("rcode", wire.RcodeText(r.Rcode))
	m.addWhole("rcode_value", int64(r.Rcode))
	m.addFloat("query_time_ms", milliseconds(r.RTT))
	m.addWhole("aa", truth(r.Authoritative))
	if r.SOA {
		m.addWhole("serial", int64(r.Serial))
		m.addNew("refresh_s", int64(r.Refresh))
	}
	if nsid := printable(r.NSID, fieldSize); nsid != "" {
		m.addText("nsid", nsid)
	}
}

// change makes the point of a target's move.
func (v move) change(m *point, t *target) *point {
	m.begin(changeMeasurement, v.at).about(t)
	v.from.addTo(m, "from", "from_instance")
	v.to.addTo(m, "to", "to_instance")
	// A clock that was set back in between must not make a time negative.
	m.addFloat("held_s", max(0, v.from.Last.Sub(v.from.First).Seconds()))
	m.addWhole("changes", int64(v.changes))
	return m
}

func (s stay) addTo(m *point, place, instance string) {
	if s.Split {
		m.addText(place, "split")
		return
	}
	m.addText(place, s.Place)
	m.addText(instance, s.Instance)
}

// sum makes the point of the cloud in the round that began at a time.
func (c *cloud) sum(m *point, began time.Time) *point {
	m.begin(cloudMeasurement, began.Round(0))
	m.tags = append(m.tags, c.tags...)
	y := &c.tally
	for i, family := range []string{"ipv4", "ipv6"} {
		m.addWhole(family+"_asked", y.asked[i])
		m.addWhole(family+"_answered", y.answered[i])
	}
	if c.site != nil {
		m.addWhole("sites", int64(len(y.sites)))
	}
	if n := c.locations.announced; n > 0 {
		m.addNew("sites_announced", int64(n))
	}
	m.addWhole("instances", int64(len(y.instances)))
	if agree, known := y.familiesAgree(); known {
		m.addWhole("families_agree", truth(agree))
	}
	if y.min > 0 {
		m.addFloat("min_ms", milliseconds(y.min))
		m.addFloat("max_ms", milliseconds(y.max))
	}
	return m
}

// truth is an integer, since InfluxQL cannot average booleans.
func truth(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
