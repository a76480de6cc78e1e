//go:build linux

package dns_anycast

import (
	"net/netip"
	"runtime/debug"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/leaktest"
)

const (
	sizeTargets = 1000
	sizeSockets = 40 // each is 25 of the targets: what they get at once fits the receive buffer
)

// crowd is a thousand servers at a few sockets. Those that alive is true for answer.
func crowd(t *testing.T, alive func(i int) bool) (servers []string) {
	t.Helper()
	for k := range sizeSockets {
		port := dnstest.Anywhere(t, func(q *dnstest.Query) {
			if to := q.At.Addr().As4(); alive(int(to[2])<<8 | int(to[3])) {
				names(q)
			}
		})
		for i := k; i < sizeTargets; i += sizeSockets {
			servers = append(servers, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 1, byte(i >> 8), byte(i)}), port).String())
		}
	}
	return servers
}

func newCrowdAsking(t *testing.T, timeout time.Duration, alive func(i int) bool) *DNSAnycast {
	t.Helper()
	return newAsking(t, crowd(t, alive), func(d *DNSAnycast) { d.Transports, d.Timeout = []string{"udp"}, Duration(timeout) })
}

// timedRound returns how many points say what, and how long the round took.
func timedRound(t *testing.T, d *DNSAnycast) (results map[string]int, took time.Duration) {
	t.Helper()
	points, took := timedPoints(t, d)
	results = map[string]int{}
	for _, m := range points {
		results[m.Tags()["result"]]++
	}
	return results, took
}

func everyone(int) bool     { return true }
func nobodyIs(int) bool     { return false }
func everyOther(i int) bool { return i%2 == 0 }

// TestThousandTargets is not parallel: it measures.
func TestThousandTargets(t *testing.T) {
	for _, c := range []struct {
		name    string
		timeout time.Duration
		alive   func(int) bool
		want    map[string]int
	}{
		{"all answer", 2 * time.Second, everyone, map[string]int{"success": sizeTargets}},
		{"all are silent", time.Second, nobodyIs, map[string]int{"timeout": sizeTargets}},
		{"half are dead", 2 * time.Second, everyOther, map[string]int{"success": sizeTargets / 2, "timeout": sizeTargets / 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			results, took := timedRound(t, newCrowdAsking(t, c.timeout, c.alive))
			if len(results) != len(c.want) || results["success"] != c.want["success"] || results["timeout"] != c.want["timeout"] {
				t.Errorf("got %v, want %v", results, c.want)
			}
			if c.want["timeout"] == 0 && took >= c.timeout || c.want["timeout"] > 0 && (took < c.timeout || took > c.timeout+500*time.Millisecond) {
				t.Errorf("took %v, the timeout is %v", took, c.timeout)
			}
		})
	}
}

// TestRoundsLeakNothing: after twenty rounds, goroutines and descriptors are as many as after the first, and behind the end
// as before that.
func TestRoundsLeakNothing(t *testing.T) {
	const rounds = 20
	const refused = "127.0.0.1:1"
	hangs, answers := serve(t, "127.0.0.1", dnstest.Silent), serve(t, "127.0.0.1", names)
	small := newAsking(t, []string{refused, hangs.At(), answers.At()}, func(d *DNSAnycast) { d.Timeout = Duration(50 * time.Millisecond) })
	big := newCrowdAsking(t, 50*time.Millisecond, everyOther)
	begun := leaktest.Count()
	for _, d := range []*DNSAnycast{small, big} {
		d.Round(t.Context(), func(telegraf.Metric) {})
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the collector closes what nobody did
	before := leaktest.Count()
	for range rounds {
		for _, d := range []*DNSAnycast{small, big} {
			d.Round(t.Context(), func(telegraf.Metric) {})
		}
	}
	before.Check(t)
	small.Close(t.Context())
	big.Close(t.Context())
	begun.Check(t)
}
