//go:build unix

package dns_anycast

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// gapsOf are the times between the queries of points.
func gapsOf(points []telegraf.Metric) (all []time.Duration) {
	for i := 1; i < len(points); i++ {
		all = append(all, points[i].Time().Sub(points[i-1].Time()))
	}
	return all
}

// TestQueries: each query has a point and a source port of its own; 350 ms apart, until a cookie is known.
func TestQueries(t *testing.T) { // alone: it measures gaps
	var n notes
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		n.take(q)
		q.Reply(dnstest.ReplyTo(q).TXT("lhr1.example").ServerCookie("serverA1").Bytes())
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Transports, d.Queries = []string{"udp"}, 3 })
	for _, c := range []struct {
		name     string
		min, max time.Duration
	}{
		{"cookie unknown", time.Second / 3, 450 * time.Millisecond}, // no more than three a second
		{"cookie known", 5 * time.Millisecond, 100 * time.Millisecond},
	} {
		points := roundOf(t, d)[point.MeasurementQuery]
		if len(points) != 3 || slices.ContainsFunc(points, func(m telegraf.Metric) bool { return m.Tags()["result"] != "success" }) {
			t.Errorf("%s: got %v, want three successes", c.name, points)
		}
		distinct := map[time.Time]bool{}
		for _, m := range points {
			distinct[m.Time().Round(time.Millisecond)] = true
		}
		if len(distinct) != len(points) {
			t.Errorf("%s: %d points have %d time stamps in milliseconds", c.name, len(points), len(distinct))
		}
		gaps := gapsOf(points)
		for _, gap := range gaps {
			if gap < c.min || gap > c.max {
				t.Errorf("%s: the queries left %v apart, want from %v to %v", c.name, gaps, c.min, c.max)
			}
		}
	}
	var ports []uint16
	for _, q := range n.of("udp") {
		ports = append(ports, q.From.Port())
	}
	if slices.Sort(ports); len(slices.Compact(ports)) != 6 {
		t.Errorf("six queries came from the ports %v", ports)
	}
}

// TestQueriesTCP: each query is a connection of its own.
func TestQueriesTCP(t *testing.T) {
	t.Parallel()
	var n notes
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) { n.take(q); names(q) })
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Transports, d.Queries = []string{"tcp"}, 2 })
	if points := roundOf(t, d)[point.MeasurementQuery]; len(points) != 2 {
		t.Errorf("%d points, want 2", len(points))
	}
	if q := n.of("tcp"); len(q) != 2 || q[0].From == q[1].From {
		t.Errorf("got %v, want two queries from two ports", q)
	}
}

// TestQueriesOfSilentTargets: a pass does not wait for what the one before lost.
func TestQueriesOfSilentTargets(t *testing.T) {
	t.Parallel()
	p := play(t, "127.0.0.1", "")
	d := watching(t, func(d *DNSAnycast) { d.Queries, d.Timeout = 3, Duration(time.Second) }, p)
	began := time.Now()
	round := roundOf(t, d)
	if took, want := time.Since(began), time.Second+2*350*time.Millisecond; took < want || took > want+500*time.Millisecond {
		t.Errorf("the round took %v, want %v and up to 500 ms more", took, want)
	}
	if len(round[point.MeasurementQuery]) != 3 {
		t.Errorf("%d points, want 3", len(round[point.MeasurementQuery]))
	}
	if got, want := fieldsOf(round[point.MeasurementCloud][0]), "instances=0 ipv4_answered=0 ipv4_asked=1 ipv6_answered=0 ipv6_asked=0 sites=0"; got != want {
		t.Errorf("one target was asked three times:\n got %s\nwant %s", got, want)
	}
}

// TestQueriesInVain: rounds count, however many queries they have.
func TestQueriesInVain(t *testing.T) {
	t.Parallel()
	for _, queries := range []int{1, 3} {
		t.Run(fmt.Sprint(queries), func(t *testing.T) {
			t.Parallel()
			var cookies atomic.Int32
			s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
				if binary.BigEndian.Uint16(q.Data[4:]) == 0 { // QDCOUNT
					cookies.Add(1)
				}
			})
			d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) {
				d.Transports, d.Queries, d.Timeout = []string{"udp"}, queries, Duration(50*time.Millisecond)
			})
			for i, want := range []int32{0, 0, 0, 1, 1} {
				if roundOf(t, d); cookies.Load() != want {
					t.Errorf("after round %d: asked %d times for a cookie alone, want %d", i+1, cookies.Load(), want)
				}
			}
		})
	}
}

// TestQueriesCutShort: what is in is told, and no further query leaves.
func TestQueriesCutShort(t *testing.T) { // alone: it measures
	p := play(t, "127.0.0.1", "lhr1.example")
	d := watching(t, func(d *DNSAnycast) { d.Queries = 10 }, p)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	began, count := time.Now(), 0
	d.Round(ctx, func(telegraf.Metric) { count++ })
	if took := time.Since(began); count != 2 || took > 700*time.Millisecond {
		t.Errorf("%d points in %v, want 2 in 500 ms", count, took)
	}
}

// TestQueriesAreJudgedInOrder: ten answers of one round, from two sites in turn, make the change that ten rounds would.
func TestQueriesAreJudgedInOrder(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		name := []string{"lhr1.example", "arn1.example"}[q.N%2]
		q.Reply(dnstest.ReplyTo(q).TXT(name).ServerCookie("serverA1").Bytes())
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Transports, d.Queries = []string{"udp"}, 2 })
	roundOf(t, d) // for the cookie
	d.monitor.queries, d.monitor.prober.Queries = 10, 10
	round := roundOf(t, d)
	if changes := round[point.MeasurementChange]; len(changes) != 1 || fieldsOf(changes[0]) != "changes=1 from=LHR from_instance=lhr1.example held_s to=split" {
		t.Errorf("got %v, want one split", changes)
	}
}

// TestLateQueries: those that leave when twice the timeout is over have all of their time. A target that answered once
// has answered.
func TestLateQueries(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		if q.N != 1 {
			names(q)
		}
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) {
		d.Transports, d.Queries, d.Timeout = []string{"udp"}, 4, Duration(200*time.Millisecond)
	})
	results := map[string]int{}
	round := roundOf(t, d)
	for _, m := range round[point.MeasurementQuery] {
		results[m.Tags()["result"]]++
	}
	if results["success"] != 3 || results["timeout"] != 1 {
		t.Errorf("results %v, want three successes and a timeout", results)
	}
	first := play(t, "127.0.0.1", "lhr1.example")
	d = watching(t, func(d *DNSAnycast) { d.Queries = 2 }, first)
	time.AfterFunc(200*time.Millisecond, func() { first.name.Store("") })
	if n, _ := roundOf(t, d)[point.MeasurementCloud][0].GetField("ipv4_answered"); n != int64(1) {
		t.Errorf("%v targets have answered, want 1", n)
	}
}
