//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// note is a query that a server got, and the port it came from.
type note struct {
	query []byte
	port  int
}

// notes are the queries that a server got over each transport, in order.
type notes struct {
	mu    sync.Mutex
	taken map[string][]note
}

func (n *notes) take(q incoming) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.taken == nil {
		n.taken = map[string][]note{}
	}
	port := netip.MustParseAddrPort(q.from.String()).Port()
	n.taken[q.from.Network()] = append(n.taken[q.from.Network()], note{q.query, int(port)})
}

func (n *notes) of(transport string) []note {
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
	s := serve(t, "127.0.0.1", func(q incoming) {
		n.take(q)
		d := replyTo(q.query).txt("lhr1.example")
		switch give := gives[q.n]; give {
		case "":
		case "wrong": // one that is not for us must not be remembered
			q.reply(replyTo(q.query).option(cookieOption, "87654321"+"serverX3").bytes())
			if q.stray == nil {
				return
			}
		default:
			d.option(cookieOption, cookieOf(q.query)[:8]+give)
		}
		q.reply(d.bytes())
	})
	d := newAsking(t, []string{s.at}, func(*DNSAnycast) {})
	for range gives {
		pointsOf(t, d)
	}
	var clients []string
	for _, transport := range d.Transports {
		for i, want := range wants {
			cookie := cookieOf(n.of(transport)[i].query)
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
	s := serve(t, "127.0.0.1", func(q incoming) {
		n.take(q)
		d := replyTo(q.query).option(cookieOption, cookieOf(q.query)[:8]+"serverA1")
		if len(cookieOf(q.query)) == 8 {
			q.reply(d.rcode(23).bytes())
		} else {
			q.reply(d.txt("lhr1.example").bytes())
		}
	})
	d := newAsking(t, []string{s.at}, func(*DNSAnycast) {})
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
	s := serve(t, "127.0.0.1", func(q incoming) {
		n.take(q)
		d := replyTo(q.query)
		if d.opt {
			d.opt = false
			q.reply(d.rcode(1).bytes())
		} else {
			q.reply(d.txt("lhr1.example").bytes())
		}
	})
	d := newAsking(t, []string{s.at}, func(*DNSAnycast) {})
	for range rounds {
		pointsOf(t, d)
	}
	for _, transport := range d.Transports {
		var ids []uint16
		var ports []int
		for _, q := range n.of(transport) {
			ids = append(ids, binary.BigEndian.Uint16(q.query))
			ports = append(ports, q.port)
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
	s := serve(t, "127.0.0.1", func(q incoming) {
		n.take(q)
		d := replyTo(q.query).txt("lhr1.example").option(cookieOption, "12345678serverA1")
		d.opt = true
		q.reply(d.bytes())
	})
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.EDNS = false })
	for range 2 {
		for key, m := range pointsOf(t, d) {
			checkPoint(t, m, key, d.Timeout, named)
		}
	}
	for _, transport := range d.Transports {
		for _, q := range n.of(transport) {
			want := "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x08hostname\x04bind\x00\x00\x10\x00\x03"
			if string(q.query[2:]) != want {
				t.Errorf("%s: %q", transport, q.query)
			}
		}
	}
}

// TestRoundEnds: four slow queries would take 2.8 timeouts, and a target has two.
func TestRoundEnds(t *testing.T) {
	t.Parallel()
	const timeout = time.Second
	slowly := func(rcode int) func(incoming) {
		return func(q incoming) {
			time.AfterFunc(timeout*6/10, func() { q.reply(replyTo(q.query).rcode(rcode).bytes()) })
		}
	}
	s := serve(t, "127.0.0.1", inTurn(slowly(23), slowly(5), slowly(23), mute))
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Timeout = Duration(timeout) })
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
		s := serve(t, "127.0.0.1", func(q incoming) { n.take(q); q.reply(replyTo(q.query).rcode(5).bytes()) })
		d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.IdentityNames, d.Clouds[0].IdentityNames = c.plugin, c.ours })
		for key, m := range pointsOf(t, d) {
			checkPoint(t, m, key, d.Timeout, failed("REFUSED"))
			var asked []string
			for _, q := range n.of(key.transport) {
				asked = append(asked, asksFor(q.query))
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
		return pointsOf(t, newAsking(t, []string{closed, s.at}, func(d *DNSAnycast) { d.Timeout, d.SourceIPv4 = hostileTimeout/4, source }))
	}
	refusal := judgement{result: "unreachable", err: "port unreachable from 127.0.0.1"}
	if timeSource() == "user" { // nor does the system hand out ICMP
		refusal = silent
	}
	for key, m := range ask("") {
		switch {
		case key.server == s.at:
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
	s := serve(t, "127.0.0.1", func(q incoming) { q.reply(replyTo(q.query).txt(current.Load().(string)).bytes()) })
	log := &journal{}
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.MaxInstances, d.Transports, d.Log = 2, []string{"udp"}, log })
	key := questionTo{s.at, "udp"}
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
	a := serve(t, "127.0.0.1", says(func(d *draft) { d.txt("lhr1.example") }))
	b := serve(t, "127.0.0.1", says(func(d *draft) { d.txt("fra1.example") }))
	d := newAsking(t, []string{a.at}, func(d *DNSAnycast) {
		d.MaxInstances, d.Transports = 1, []string{"udp"}
		d.Clouds = append(d.Clouds, Cloud{Name: "d", Servers: []string{b.at}})
	})
	points := pointsOf(t, d)
	for s, want := range map[string]string{a.at: "lhr1.example", b.at: "fra1.example"} {
		if got := points[questionTo{s, "udp"}].Tags()["instance"]; got != want {
			t.Errorf("instance %s, want %s", got, want)
		}
	}
}
