package dns_anycast

import (
	"net/netip"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/inputs"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// TestRegistered: compiled into Telegraf, the plugin is found by its name and has its defaults.
func TestRegistered(t *testing.T) {
	create := inputs.Inputs["dns_anycast"]
	if create == nil {
		t.Fatal("inputs.Add was not called")
	}
	d, ok := create().(*DNSAnycast)
	if !ok || time.Duration(d.Timeout) != 2*time.Second || !d.EDNS {
		t.Errorf("got %+v", d)
	}
	var _ telegraf.Initializer = d
}

// collector is a telegraf.Accumulator of which Gather needs one method.
type collector struct {
	telegraf.Accumulator
	points []telegraf.Metric
}

func (c *collector) AddMetric(m telegraf.Metric) { c.points = append(c.points, m) }

// TestGather runs the plugin as Telegraf does, against nobody.
func TestGather(t *testing.T) {
	d := New()
	d.Timeout = Duration(50 * time.Millisecond)
	d.Clouds = []Cloud{{Name: "c", Servers: []string{dnstest.Serve(t, dnstest.Silent, nil, "127.0.0.1:0").At()}}}
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	var acc collector
	if err := d.Gather(&acc); err != nil {
		t.Fatal(err)
	}
	if len(acc.points) != 3 || acc.points[0].Tags()["result"] != "timeout" || acc.points[1].Name() != point.MeasurementInternal ||
		acc.points[2].Name() != point.MeasurementCloud {
		t.Errorf("got %v", acc.points)
	}
	interval := func() any {
		v, _ := acc.points[len(acc.points)-2].GetField("interval_s")
		return v
	}
	if v := interval(); v != nil {
		t.Errorf("gathered once, interval %v", v)
	}
	before := time.Now()
	time.Sleep(100 * time.Millisecond)
	d.Gather(&acc)
	if s, _ := interval().(float64); s < 0.1 || s > time.Since(before).Seconds()+0.1 {
		t.Errorf("gathered twice, interval %v s", s)
	}
}

// What a point says of where a name comes from.
const (
	byHostname = "hostname.bind"
	byID       = "id.server"
	byNSID     = "nsid"
)

// observed is the reply of the server of a number to a query over UDP.
func observed(server int32, reply observation.Reply) *observation.Observation {
	o := &observation.Observation{
		Server: server, Target: server, Addr: netip.MustParseAddrPort("192.0.2.1:53"), Reply: &reply,
	}
	o.Result, o.Cause = reply.Result()
	return o
}

// queriesTo lets pass what a round says of its queries, without what it says of changes and clouds.
func queriesTo(emit func(telegraf.Metric)) func(telegraf.Metric) {
	return func(m telegraf.Metric) {
		if m.Name() == point.MeasurementQuery {
			emit(m)
		}
	}
}
