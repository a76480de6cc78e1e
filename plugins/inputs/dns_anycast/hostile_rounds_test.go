//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// notes are the queries that a server got over each transport, in order.
type notes struct {
	mu    sync.Mutex
	taken map[string][]*dnstest.Query
}

func (n *notes) take(q *dnstest.Query) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.taken == nil {
		n.taken = map[string][]*dnstest.Query{}
	}
	n.taken[q.Transport()] = append(n.taken[q.Transport()], q)
}

func (n *notes) of(transport string) []*dnstest.Query {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.taken[transport]
}

// TestCookies: what the server gives is shown to it in the next round, until it gives another.
func TestCookies(t *testing.T) {
	t.Parallel()
	var n notes
	gives := []string{"serverA1", "", "serverB2-of-32-bytes-------------", "wrong", "", ""}
	gives[2] = gives[2][:32]
	wants := []string{"", "serverA1", "serverA1", gives[2], gives[2], gives[2]}
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		n.take(q)
		d := dnstest.ReplyTo(q).TXT("lhr1.example")
		switch give := gives[q.N]; give {
		case "":
		case "wrong": // one that is not for us must not be remembered
			q.Reply(dnstest.ReplyTo(q).Option(dnstest.Cookie, "87654321"+"serverX3").Bytes())
			if q.TCP != nil {
				return
			}
		default:
			d.Option(dnstest.Cookie, q.Cookie()[:8]+give)
		}
		q.Reply(d.Bytes())
	})
	d := newAsking(t, []string{s.At()}, func(*DNSAnycast) {})
	for range gives {
		pointsOf(t, d)
	}
	var clients []string
	for _, transport := range d.Transports {
		for i, want := range wants {
			cookie := n.of(transport)[i].Cookie()
			if clients = append(clients, cookie[:8]); cookie[8:] != want {
				t.Errorf("%s, round %d: the query shows %q, want %q", transport, i, cookie[8:], want)
			}
		}
	}
	if slices.Sort(clients); len(slices.Compact(clients)) != 2 {
		t.Errorf("%d client cookies for two targets", len(slices.Compact(clients)))
	}
}

// TestBadCookie: the query that follows a BADCOOKIE shows the cookie that came with it.
func TestBadCookie(t *testing.T) {
	t.Parallel()
	var n notes
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		n.take(q)
		d := dnstest.ReplyTo(q).ServerCookie("serverA1")
		if len(q.Cookie()) == 8 {
			q.Reply(d.Rcode(23).Bytes())
		} else {
			q.Reply(d.TXT("lhr1.example").Bytes())
		}
	})
	d := newAsking(t, []string{s.At()}, func(*DNSAnycast) {})
	for round := range 2 {
		for key, m := range pointsOf(t, d) {
			checkPoint(t, m, key, d.Timeout, named)
			if got := len(n.of(key.transport)); got != 2+round {
				t.Errorf("%s: %d queries after round %d", key.transport, got, round)
			}
		}
	}
}

// TestFresh: a round reuses neither ID nor source port.
func TestFresh(t *testing.T) {
	t.Parallel()
	const rounds = 6
	var n notes
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		n.take(q)
		says("lhr1.example", dnstest.NoEDNS)(q)
	})
	d := newAsking(t, []string{s.At()}, func(*DNSAnycast) {})
	for range rounds {
		pointsOf(t, d)
	}
	for _, transport := range d.Transports {
		var ids, ports []uint16
		for _, q := range n.of(transport) {
			ids = append(ids, binary.BigEndian.Uint16(q.Data))
			ports = append(ports, q.From.Port())
		}
		if slices.Sort(ids); len(slices.Compact(ids)) < rounds-1 { // two may meet by chance
			t.Errorf("%s: IDs %v", transport, ids)
		}
		if got := slices.Compact(ports); len(got) != rounds {
			t.Errorf("%s: %d rounds from ports %v", transport, rounds, got)
		}
	}
}

// TestBareQuery: edns = false sends a header and a question, and looks at no cookie.
func TestBareQuery(t *testing.T) {
	t.Parallel()
	var n notes
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		n.take(q)
		d := dnstest.ReplyTo(q).TXT("lhr1.example").Option(dnstest.Cookie, "12345678serverA1")
		d.OPT = true
		q.Reply(d.Bytes())
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.EDNS = false })
	for range 2 {
		for key, m := range pointsOf(t, d) {
			checkPoint(t, m, key, d.Timeout, named)
		}
	}
	for _, transport := range d.Transports {
		for _, q := range n.of(transport) {
			want := "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x08hostname\x04bind\x00\x00\x10\x00\x03"
			if string(q.Data[2:]) != want {
				t.Errorf("%s: %q", transport, q.Data)
			}
		}
	}
}

// TestRoundEnds: four slow queries would take 2.8 timeouts, and a target has two.
func TestRoundEnds(t *testing.T) {
	t.Parallel()
	const timeout = time.Second
	slowly := func(rcode int) dnstest.Handler {
		return dnstest.After(timeout*6/10, dnstest.Rcode(rcode))
	}
	s := serve(t, "127.0.0.1", dnstest.InTurn(slowly(23), slowly(5), slowly(23), dnstest.Silent))
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Timeout = Duration(timeout) })
	points, took := timedPoints(t, d)
	for key, m := range points {
		checkPoint(t, m, key, d.Timeout, failed("REFUSED"))
	}
	if took < 2*timeout { // and no more than half a second later, as for every round
		t.Errorf("took %v: what it had was not used", took)
	}
}

// TestIdentityNames: either name or both, in the order written, and a cloud may have its own.
func TestIdentityNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		plugin, ours []string
		want         string
	}{
		{"default", New().IdentityNames, nil, "hostname.bind id.server"},
		{"one", []string{"hostname.bind"}, nil, "hostname.bind"},
		{"the other", []string{"id.server"}, nil, "id.server"},
		{"the other order", []string{"id.server", "hostname.bind"}, nil, "id.server hostname.bind"},
		{"the cloud's", []string{"hostname.bind"}, []string{"id.server"}, "id.server"},
		{"the cloud's order", New().IdentityNames, []string{"id.server", "hostname.bind"}, "id.server hostname.bind"},
	} {
		var n notes
		s := serve(t, "127.0.0.1", func(q *dnstest.Query) { n.take(q); dnstest.Rcode(dnstest.Refused)(q) })
		d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.IdentityNames, d.Clouds[0].IdentityNames = c.plugin, c.ours })
		for key, m := range pointsOf(t, d) {
			checkPoint(t, m, key, d.Timeout, failed("REFUSED"))
			var asked []string
			for _, q := range n.of(key.transport) {
				asked = append(asked, q.Name())
			}
			if got := strings.Join(asked, " "); got != c.want {
				t.Errorf("%s, %s: asked for %s, want %s", c.name, key.transport, got, c.want)
			}
		}
	}
}

// TestNobodyThere: a closed port, and an address of ours that is not ours. Both cost their mate nothing.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", names)
	const closed = "127.0.0.1:1" // nobody opens it while the test runs
	ask := func(source string) map[questionTo]telegraf.Metric {
		return pointsOf(t, newAsking(t, []string{closed, s.At()}, func(d *DNSAnycast) { d.Timeout, d.SourceIPv4 = hostileTimeout/4, source }))
	}
	refusal := judgement{result: "unreachable", err: "port unreachable from 127.0.0.1"}
	if timeSource() == "user" { // nor does the system hand out ICMP
		refusal = silent
	}
	for key, m := range ask("") {
		switch {
		case key.server == s.At():
			checkPoint(t, m, key, hostileTimeout, named)
		case key.transport == "udp":
			checkPoint(t, m, key, hostileTimeout, refusal)
		default:
			checkUnasked(t, m, key, "unreachable", "connection refused")
		}
	}
	for key, m := range ask("203.0.113.1") {
		checkUnasked(t, m, key, "local", "source address 203.0.113.1 is not on this host")
	}
}

// checkUnasked looks at points that have no times at all.
func checkUnasked(t *testing.T, m telegraf.Metric, key questionTo, result, cause string) {
	t.Helper()
	want := verdictFields(key, judgement{result: result, err: cause})
	if result == "local" {
		delete(want, "answered")
	}
	if got := m.Tags()["result"]; got != result || len(want) != len(m.Fields()) {
		t.Errorf("%v: %s %v, want %v", key, got, m.Fields(), want)
	}
	for k, v := range want {
		if m.Fields()[k] != v {
			t.Errorf("%v: %s is %v, want %v", key, k, m.Fields()[k], v)
		}
	}
}

// TestMaxInstances: whoever answers chooses the names, and each new one makes a series.
func TestMaxInstances(t *testing.T) {
	t.Parallel()
	var current atomic.Value
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) { says(current.Load().(string))(q) })
	log := &journal{}
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.MaxInstances, d.Transports, d.Log = 2, []string{"udp"}, log })
	key := questionTo{s.At(), "udp"}
	beyond := judgement{result: "success", rcode: "NOERROR", source: byHostname, instance: judge.Overflow}
	as := func(name string) judgement {
		return judgement{result: "success", rcode: "NOERROR", source: byHostname, instance: name + "1.example", site: strings.ToUpper(name)}
	}
	for i, c := range []struct {
		name string
		want judgement
		log  int // lines so far
	}{
		{"lhr", as("lhr"), 0},
		{"fra", as("fra"), 0},
		{"lhr", as("lhr"), 0},
		{"sin", beyond, 1},
		{"gru", beyond, 1},
		{"fra", as("fra"), 1},
		{"sin", beyond, 1},
	} {
		current.Store(c.name + "1.example")
		if c.want.instance == judge.Overflow {
			c.want.hostname = c.name + "1.example"
		}
		checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, c.want)
		if len(log.lines) != c.log {
			t.Errorf("round %d, %s: %q", i, c.name, log.lines)
		}
	}
	if want := `W! cloud "c": more than max_instances = 2 names: further ones are tagged instance=other`; log.lines[0] != want {
		t.Errorf("%q", log.lines)
	}
}

// TestMaxInstancesOfEachCloud: clouds share no places.
func TestMaxInstancesOfEachCloud(t *testing.T) {
	t.Parallel()
	a := serve(t, "127.0.0.1", dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr1.example") }))
	b := serve(t, "127.0.0.1", dnstest.Says(func(d *dnstest.Draft) { d.TXT("fra1.example") }))
	d := newAsking(t, []string{a.At()}, func(d *DNSAnycast) {
		d.MaxInstances, d.Transports = 1, []string{"udp"}
		d.Clouds = append(d.Clouds, Cloud{Name: "d", Servers: []string{b.At()}})
	})
	points := pointsOf(t, d)
	for s, want := range map[string]string{a.At(): "lhr1.example", b.At(): "fra1.example"} {
		if got := points[questionTo{s, "udp"}].Tags()["instance"]; got != want {
			t.Errorf("instance %s, want %s", got, want)
		}
	}
}
