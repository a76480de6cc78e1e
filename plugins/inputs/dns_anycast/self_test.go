//go:build unix

package dns_anycast

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// internals returns the one point of a round about the plugin itself.
func internals(t *testing.T, d *DNSAnycast) telegraf.Metric {
	t.Helper()
	all := roundOf(t, d)[point.MeasurementInternal]
	if len(all) != 1 {
		t.Fatalf("got %v, want one point", all)
	}
	return all[0]
}

// stamped is the field where the kernel stamps, whatever it holds.
func stamped(n string) string {
	if !exchange.KernelStamps {
		return ""
	}
	return " stamps_missing=" + n
}

// noAddress is a resolver that knows no name.
func noAddress(context.Context, string, string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
}

// TestInternal: a round of a server that answers, one that is silent, one that sends junk as well, and a name without an
// address.
func TestInternal(t *testing.T) { // alone: it measures
	good, silent := play(t, "127.0.0.1", "lhr1.example"), play(t, "127.0.0.1", "")
	junk := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		q.Reply([]byte("no message"))
		q.Reply([]byte("no message"))
		names(q)
	})
	d := newAsking(t, []string{good.At(), silent.At(), junk.At(), "ns.example"}, func(d *DNSAnycast) {
		d.Transports, d.Timeout, d.MaxInstances, d.Internal = []string{"udp"}, Duration(200*time.Millisecond), 1, true
		d.lookup = noAddress
		d.ConfigFile = "/etc/plugin.conf"
	})
	d.CountSkipped()
	d.CountSkipped()
	before := time.Now().Round(0)
	m := internals(t, d)
	if got, want := fieldsOf(m), "discarded=2 over_max_instances=0 round_ms rounds_coalesced=2"+stamped("0")+" targets=4 targets_answered=2 version="+Version; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if took, _ := m.GetField("round_ms"); took.(float64) < 200 || took.(float64) > 700 {
		t.Errorf("the round took %v ms, want the timeout", took)
	}
	if after := m.Time().Sub(before); after < 0 || after > 100*time.Millisecond || m.Tags()["config"] != "/etc/plugin.conf" || len(m.Tags()) != 1 {
		t.Errorf("%v after the round's start, tags %v", after, m.Tags())
	}
	good.name.Store("lhr2.example") // beside lhr1, of whom there is one more
	if got, want := fieldsOf(internals(t, d)), "over_max_instances=1 round_ms rounds_coalesced=0"; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestInternalOfZones: what is discarded of their queries counts, their targets do not count twice.
func TestInternalOfZones(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		q.Reply([]byte("no message"))
		names(q)
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) {
		d.Transports, d.Internal, d.Queries = []string{"udp"}, true, 2
		d.Clouds[0].Zones = Zones{"example.net"}
	})
	if got, want := fieldsOf(internals(t, d)), "discarded=3 over_max_instances=0 round_ms rounds_coalesced=0"+stamped("0")+" targets=1 targets_answered=1 version="+Version; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestInternalOfPlace: where the vantage point is, whatever its answers say of places.
func TestInternalOfPlace(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"": "over_max_instances=0 round_ms", "LHR": "latitude=51.47 longitude=-0.454 over", "0, 0": "latitude=0 longitude=0 over",
		"-33.9461,151.1772": "latitude=-33.9461 longitude=151.1772 over",
	} {
		d := newAsking(t, []string{play(t, "127.0.0.1", "lhr1.example").At()}, func(d *DNSAnycast) {
			d.Transports, d.Internal, d.Location = []string{"udp"}, true, location
		})
		got := fieldsOf(internals(t, d))
		if !strings.Contains(got, "discarded=0 "+want) {
			t.Errorf("location %q: got %s", location, got)
		}
	}
}

// TestNoInternal: half a round says nothing, and nothing is lost of what the next one says.
func TestNoInternal(t *testing.T) {
	t.Parallel()
	silent := play(t, "127.0.0.1", "")
	d := newAsking(t, []string{silent.At()}, func(d *DNSAnycast) {
		d.Transports, d.Timeout, d.Internal = []string{"udp"}, Duration(200*time.Millisecond), true
	})
	d.CountSkipped()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	d.Round(ctx, func(m telegraf.Metric) { t.Errorf("got %v of a round that was cut short", m) })
	if n, _ := internals(t, d).GetField("rounds_coalesced"); n != int64(1) {
		t.Errorf("%v rounds coalesced, want 1", n)
	}
	d.monitor.internal = false
	if all := roundOf(t, d)[point.MeasurementInternal]; len(all) > 0 {
		t.Errorf("got %v", all)
	}
}

// TestInternalConfig: whatever the file is called, its name is one tag of one line.
func TestInternalConfig(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"x\ny.conf": "x%0Ay.conf", `C:\plugin.conf`: "C:%5Cplugin.conf", `a\`: "a%5C", "a b,c=d": `a\ b\,c\=d`, "\xff": "0xff",
	} {
		d := newAsking(t, []string{play(t, "127.0.0.1", "lhr1.example").At()}, func(d *DNSAnycast) {
			d.Transports, d.Internal, d.ConfigFile = []string{"udp"}, true, file
		})
		var got []string
		d.RoundLines(t.Context(), func(line []byte) {
			if strings.HasPrefix(string(line), point.MeasurementInternal) {
				got = append(got, string(line))
			}
		})
		if len(got) != 1 || strings.Count(got[0], "\n") != 1 || !strings.HasPrefix(got[0], point.MeasurementInternal+",config="+want+" discarded=0i,") {
			t.Errorf("%q: got %q", file, got)
		}
	}
}
