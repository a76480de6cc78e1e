package dns_anycast

import (
	"net/netip"
	"slices"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

const (
	measurement       = "dns_anycast"        // one point a query
	changeMeasurement = "dns_anycast_change" // one a move
	cloudMeasurement  = "dns_anycast_cloud"  // one a cloud and round
	soaMeasurement    = "dns_anycast_soa"    // one a query for a zone
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
		"ipv4_asked", "ipv6_asked", "ipv4_answered", "ipv6_answered", "sites", "instances", "families_agree", "min_ms",
		"max_ms",
	}
	soaTagNames   = append(slices.Clone(tagNames), "zone")
	soaFieldNames = []string{
		"query_time_ms", "result_code", "answered", "rcode_value", "serial", "aa", "nsid", "serial_lag_s", "error",
	}
)

// reserved reports whether a cloud's own tag may not have this name: a tag or field of the plugin's, Telegraf's
// vantage point, or what InfluxDB keeps for itself.
func reserved(key string) bool {
	for _, names := range [][]string{tagNames, fieldNames, changeFieldNames, cloudFieldNames, soaTagNames, soaFieldNames} {
		if slices.Contains(names, key) {
			return true
		}
	}
	return slices.Contains([]string{"host", "time", "_field", "_measurement"}, key)
}

// basePoint holds the tags of a target that never change. The address is invalid where a name has none.
func basePoint(s *server, a netip.Addr, transport string) telegraf.Metric {
	m := metric.New(measurement, s.cloud.tags, nil, time.Time{})
	m.AddTag("server", s.text)
	m.AddTag("transport", transport)
	if s.cloud.name != "" {
		m.AddTag("cloud", s.cloud.name)
	}
	if a.IsValid() {
		m.AddTag("address", a.String())
		m.AddTag("family", family(a))
	}
	return m
}

// metric makes the point of a conversation that has ended. now is when the round began.
func (d *DNSAnycast) metric(p *probe, w who, now time.Time) telegraf.Metric {
	o := p.outcome()
	r, cause := p.result()
	m := metric.FromMetric(p.target.point)
	m.SetTime(o.Sent)
	m.AddTag("result", r.String())
	m.AddField("result_code", int64(r))
	if a, known := r.answered(); known {
		m.AddField("answered", a)
	}
	if !p.target.tcp && r != unresolved {
		m.AddField("discarded", int64(p.discarded))
	}
	if o.Connect > 0 {
		m.AddField("connect_time_ms", milliseconds(o.Connect))
	}
	if cause != "" {
		m.AddField("error", cause)
	}
	if p.told != nil {
		addReply(m, p.told)
		d.addIdentity(m, p.target.server.cloud, w, now)
		if expect := p.target.server.cloud.expect; expect != nil && r != truncated {
			m.AddField("expected", truth(w.name != "" && matchesWhole(expect, w.name)))
		}
	}
	return m
}

func addReply(m telegraf.Metric, r *reply) {
	m.AddTag("rcode", wire.RcodeText(r.Rcode))
	m.AddField("rcode_value", int64(r.Rcode))
	m.AddField("query_time_ms", milliseconds(r.RTT))
	if r.Kernel {
		m.AddField("time_source", "kernel")
	} else {
		m.AddField("time_source", "user")
	}
	if nsid := printable(r.NSID, fieldSize); nsid != "" {
		m.AddField("nsid", nsid)
	}
}

// addIdentity says who answered. A name beyond max_instances is the instance "other" of no site, though hostname
// still tells it.
func (d *DNSAnycast) addIdentity(m telegraf.Metric, c *cloud, w who, now time.Time) {
	if instance := d.instance(c, w, now); instance != "" {
		m.AddField("hostname", w.hostname)
		w.addTo(m, instance)
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

func (w who) addTo(m telegraf.Metric, instance string) {
	m.AddTag("identity_source", w.source)
	m.AddTag("instance", instance)
	if w.site != "" && instance != other {
		m.AddTag("site", w.site)
	}
}

// addVerdict says whether the answer was far or slow, with the figures beside it.
func addVerdict(m telegraf.Metric, j judgedTime) {
	if j.place.Code != "" {
		m.AddField("latitude", j.place.Latitude)
		m.AddField("longitude", j.place.Longitude)
	}
	if j.way.known {
		m.AddField("distance_km", j.way.distance)
		m.AddField("floor_ms", j.way.floor())
	}
	if j.usual > 0 {
		m.AddField("usual_ms", j.usual)
	}
	if j.verdict != verdictNone {
		m.AddField("verdict", j.verdict.String())
		m.AddField("verdict_code", int64(j.verdict))
	}
}

// zoneMetric makes the point of a query for a zone. A lag below zero is none.
func (p *probe) zoneMetric(n naming, lag time.Duration) telegraf.Metric {
	r, cause := p.result()
	m := metric.New(soaMeasurement, p.target.point.Tags(), nil, p.outcome().Sent)
	m.AddTag("zone", p.zone)
	m.AddTag("result", r.String())
	m.AddField("result_code", int64(r))
	if a, known := r.answered(); known {
		m.AddField("answered", a)
	}
	if cause != "" {
		m.AddField("error", cause)
	}
	if lag >= 0 {
		m.AddField("serial_lag_s", lag.Seconds())
	}
	if p.told != nil {
		addZoneReply(m, p.told)
	}
	if n.instance != "" {
		n.who.addTo(m, n.instance)
	}
	return m
}

func addZoneReply(m telegraf.Metric, r *reply) {
	m.AddTag("rcode", wire.RcodeText(r.Rcode))
	m.AddField("rcode_value", int64(r.Rcode))
	m.AddField("query_time_ms", milliseconds(r.RTT))
	m.AddField("aa", truth(r.Authoritative))
	if r.SOA {
		m.AddField("serial", int64(r.Serial))
	}
	if nsid := printable(r.NSID, fieldSize); nsid != "" {
		m.AddField("nsid", nsid)
	}
}

// metric makes the point of a move.
func (v move) metric(t *target) telegraf.Metric {
	m := metric.New(changeMeasurement, t.point.Tags(), nil, v.at)
	v.from.addTo(m, "from")
	v.to.addTo(m, "to")
	// A clock that was set back in between must not make a time negative.
	m.AddField("held_s", max(0, v.from.Last.Sub(v.from.First).Seconds()))
	m.AddField("changes", int64(v.changes))
	return m
}

func (s stay) addTo(m telegraf.Metric, side string) {
	if s.Split {
		m.AddField(side, "split")
		return
	}
	m.AddField(side, s.Place)
	m.AddField(side+"_instance", s.Instance)
}

// metric makes the point of a cloud in the round that began at a time.
func (y *tally) metric(c *cloud, began time.Time) telegraf.Metric {
	m := metric.New(cloudMeasurement, c.tags, nil, began.Round(0))
	m.AddTag("cloud", c.name)
	for i, family := range []string{"ipv4", "ipv6"} {
		asked, answered := y.count(i)
		m.AddField(family+"_asked", asked)
		m.AddField(family+"_answered", answered)
	}
	if c.site != nil {
		m.AddField("sites", int64(len(y.sites)))
	}
	m.AddField("instances", int64(len(y.instances)))
	if agree, known := y.familiesAgree(); known {
		m.AddField("families_agree", truth(agree))
	}
	if y.min > 0 {
		m.AddField("min_ms", milliseconds(y.min))
		m.AddField("max_ms", milliseconds(y.max))
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
