//go:build unix

package dns_anycast

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// What all points about zone.example say of a server, but for the times and where it was asked. WHO, SITE and NSID
// stand for what the server calls itself, CONNECT for the time to connect; a lag that is late is as long as the newest
// serial has been known.
const (
	served   = "WHOrcode=NOERROR,result=success,SITEzone=zone.example aa=1 answered=1 CONNECTNSIDquery_time_ms rcode_value=0 refresh_s=1 result_code=0 serial=%d serial_lag_s=%s"
	lapsed   = "WHOrcode=SERVFAIL,result=rcode_error,SITEzone=zone.example aa=0 answered=1 CONNECTNSIDquery_time_ms rcode_value=2 result_code=3"
	refusing = "WHOrcode=REFUSED,result=rcode_error,SITEzone=zone.example aa=0 answered=1 CONNECTNSIDquery_time_ms rcode_value=5 result_code=3"
	referred = "WHOrcode=NOERROR,result=not_authoritative,SITEzone=zone.example aa=0 answered=1 CONNECTNSIDquery_time_ms rcode_value=0 result_code=9"
	cached   = "WHOrcode=NOERROR,result=not_authoritative,SITEzone=zone.example aa=0 answered=1 CONNECTNSIDquery_time_ms rcode_value=0 refresh_s=1 result_code=9 serial=%d"
)

// dead is what is said of a server that has ended.
func dead() string {
	if timeSource() == "user" { // nor does the system hand out ICMP
		return "result=timeout,zone=zone.example answered=0 result_code=1"
	}
	return "result=unreachable,zone=zone.example answered=0 error=port unreachable from ADDRESS result_code=2"
}

// inStep is what a server says that has the newest serial.
func inStep(serial uint32) string { return fmt.Sprintf(served, serial, "0") }

// behind is what a server says that has an older one.
func behind(serial uint32) string { return fmt.Sprintf(served, serial, "late") }

// zoneWatch asks secondaries as a cloud and their primary as its reference.
type zoneWatch struct {
	*DNSAnycast
	reference *authority
	first     map[uint32]time.Time // when a serial was first answered
	newest    uint32               // of which serial a lag tells
	log       journal
}

func newZoneWatch(t *testing.T, reference *authority, secondaries ...*authority) *zoneWatch {
	t.Helper()
	w := &zoneWatch{reference: reference, first: map[uint32]time.Time{}}
	var servers []string
	for _, s := range secondaries {
		servers = append(servers, s.servers...)
	}
	w.DNSAnycast = newAsking(t, servers, func(d *DNSAnycast) {
		d.Log, d.Clouds[0].Zones = &w.log, Zones{"zone.example"}
		if reference != nil {
			d.Clouds[0].Reference = reference.servers
		}
	})
	return w
}

// awaits asks until all points of a round are as told. None of it is worth a warning.
func (w *zoneWatch) awaits(t *testing.T, want map[*authority]string) {
	t.Helper()
	for deadline := time.Now().Add(12 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		wrong := w.ask(t, want)
		if len(w.log.lines) > 0 {
			t.Fatalf("said %q", w.log.lines)
		}
		if len(wrong) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(strings.Join(wrong, "\n"))
		}
	}
}

// ask returns what is wrong in one round: points about the zone that are not as told, a lag that is off by more than a
// hundredth of a second, an identity query that is no success (NSD resets connections when it takes in a zone).
func (w *zoneWatch) ask(t *testing.T, want map[*authority]string) (wrong []string) {
	t.Helper()
	from := time.Now()
	round := roundOf(t, w.DNSAnycast)
	for _, m := range round[point.MeasurementQuery] {
		if m.Tags()["result"] != "success" {
			wrong = append(wrong, fmt.Sprintf("an identity query: %v", m))
		}
	}
	for _, m := range round[point.MeasurementZone] {
		if at := m.Time(); at.Before(from) || at.After(time.Now()) {
			t.Fatalf("not of its round, which began at %v: %v", from, m)
		}
	}
	w.sees(round[point.MeasurementZone])
	return append(wrong, w.compare(round[point.MeasurementZone], want)...)
}

func (w *zoneWatch) sees(points []telegraf.Metric) {
	for _, m := range points {
		serial, ok := m.GetField("serial")
		if !ok || m.Tags()["result"] != "success" {
			continue
		}
		n := uint32(serial.(int64))
		if at, known := w.first[n]; !known || m.Time().Before(at) {
			w.first[n] = m.Time()
		}
	}
}

// compare returns what is not as told: a point for each address and transport.
func (w *zoneWatch) compare(points []telegraf.Metric, want map[*authority]string) (wrong []string) {
	got := map[string]string{}
	for _, m := range points {
		got[m.Tags()["server"]+" "+m.Tags()["transport"]] += w.textOf(m)
	}
	for a, pattern := range want {
		transports := w.Transports
		if a == w.reference {
			transports = transports[:1]
		}
		for _, server := range a.servers {
			for _, transport := range transports {
				key := server + " " + transport
				if want := a.says(server, transport, pattern, a == w.reference); got[key] != want {
					wrong = append(wrong, fmt.Sprintf("%s at %s:\n got %s\nwant %s", a.kind.Name, key, got[key], want))
				}
				delete(got, key)
			}
		}
	}
	for key, text := range got {
		wrong = append(wrong, fmt.Sprintf("a point that nobody expects at %s: %s", key, text))
	}
	return wrong
}

// textOf writes a point with the word late for a lag that is the time since the first sight of the newest serial.
func (w *zoneWatch) textOf(m telegraf.Metric) string {
	tags := m.Tags()
	text := fmt.Sprintf("%s,%s,%s,%s", tags["address"], tags["family"], tags["operator"], textOf(m))
	lag, _ := m.GetField("serial_lag_s")
	s, ok := lag.(float64)
	since, known := w.first[w.newest]
	if !ok || s == 0 || !known {
		return text
	}
	if off := m.Time().Sub(since).Seconds() - s; off < -0.01 || off > 0.01 {
		return fmt.Sprintf("%s, which is %.3f s off", text, off)
	}
	return strings.Replace(text, fmt.Sprintf("serial_lag_s=%v", s), "serial_lag_s=late", 1)
}

// says is the text of a point about the server.
func (a *authority) says(server, transport, pattern string, reference bool) string {
	address := netip.MustParseAddrPort(server).Addr()
	who, site, operator, cloud, connect := a.kind.who, a.kind.site, "x", "c", ""
	if reference {
		who, site, operator, cloud = a.kind.hidden, "", "", "reference"
	}
	if transport == "tcp" {
		connect = "connect_time_ms "
	}
	text := strings.NewReplacer("CONNECT", connect, "WHO", who, "SITE", site, "NSID", a.kind.nsid, "ADDRESS", address.String()).Replace(pattern)
	return fmt.Sprintf("%s,%s,%s,cloud=%s,%s", address, observation.FamilyOf(address), operator, cloud, text)
}
