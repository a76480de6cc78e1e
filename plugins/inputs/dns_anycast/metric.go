package dns_anycast

import (
	"net/netip"
	"slices"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

const measurement = "dns_anycast"

// What a point may hold. README.md says what each means, and a test compares.
var (
	tagNames = []string{
		"server", "address", "cloud", "family", "transport", "instance", "site", "identity_source", "result", "rcode",
	}
	fieldNames = []string{
		"query_time_ms", "connect_time_ms", "result_code", "answered", "rcode_value", "hostname", "nsid", "discarded",
		"time_source", "error",
	}
)

// reserved reports whether a cloud's own tag may not have this name: a tag or field of the plugin's, Telegraf's
// vantage point, or what InfluxDB keeps for itself.
func reserved(key string) bool {
	return slices.Contains(tagNames, key) || slices.Contains(fieldNames, key) ||
		slices.Contains([]string{"host", "time", "_field", "_measurement"}, key)
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
func (d *DNSAnycast) metric(p *probe, now time.Time) telegraf.Metric {
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
		d.addIdentity(m, p, now)
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
func (d *DNSAnycast) addIdentity(m telegraf.Metric, p *probe, now time.Time) {
	name, source := p.told.identity()
	if name == "" {
		return
	}
	c := p.target.server.cloud
	instance := printable(name, tagSize)
	m.AddTag("identity_source", source)
	m.AddField("hostname", printable(name, fieldSize))
	ok, firstRefusal := c.instances.admit(instance, now)
	if firstRefusal {
		d.warnf("cloud %q: more than max_instances = %d names: further ones are tagged instance=%s", c.name, d.MaxInstances, other)
	}
	if !ok {
		m.AddTag("instance", other)
		return
	}
	m.AddTag("instance", instance)
	if site := siteOf(c.site, name); site != "" {
		m.AddTag("site", site)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
