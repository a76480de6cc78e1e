//go:build linux

package dns_anycast

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

func TestDefaultSpread(t *testing.T) {
	d := New()
	for targets, want := range map[int]time.Duration{
		1: 10100 * time.Microsecond, 26: 12600 * time.Microsecond, 1000: 110 * time.Millisecond, 9900: time.Second, 10000: time.Second,
	} {
		if got := d.spread(targets); got != want {
			t.Errorf("%d targets: %v, want %v", targets, got, want)
		}
	}
	none := Duration(0)
	if d.Spread = &none; d.spread(10000) != 0 {
		t.Errorf("0s is not off")
	}
}

func TestTogether(t *testing.T) {
	for _, c := range []struct {
		targets int
		over    time.Duration
		want    int
	}{
		{30, 0, 32},
		{30, 3 * time.Second, 1},
		{100, time.Second, 1},
		{101, time.Second, 2},
		{1000, time.Second, 10},
		{26, 12600 * time.Microsecond, 21},
		{1000, 110 * time.Millisecond, 32},
		{10000, time.Second, 32},
		{10000, time.Minute, 2},
		{0, time.Second, 1},
	} {
		if got := together(c.targets, c.over); got != c.want {
			t.Errorf("%d targets over %v: %d at a moment, want %d", c.targets, c.over, got, c.want)
		}
	}
}

// arrivals notes when each of several servers was asked.
type arrivals struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (a *arrivals) servers(t *testing.T, n int) (all []string) {
	t.Helper()
	for range n {
		var l *liar
		l = serve(t, "127.0.0.1", func(q incoming) {
			a.mu.Lock()
			a.at[l.at] = time.Now()
			a.mu.Unlock()
			names(q)
		})
		all = append(all, l.at)
	}
	return all
}

// round returns the servers in the order in which they were asked, and how long from the first to the last.
func (a *arrivals) round(t *testing.T, d *DNSAnycast) (order []string, took time.Duration) {
	t.Helper()
	a.mu.Lock()
	a.at = map[string]time.Time{}
	a.mu.Unlock()
	roundOf(t, d)
	a.mu.Lock()
	defer a.mu.Unlock()
	for s := range a.at {
		order = append(order, s)
	}
	slices.SortFunc(order, func(x, y string) int { return a.at[x].Compare(a.at[y]) })
	return order, a.at[order[len(order)-1]].Sub(a.at[order[0]])
}

// TestSpread: the queries of a round start over the time, evenly, each time in the same order, which is not that of the
// configuration.
func TestSpread(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) { testSpread(t, transport) })
	}
}

func testSpread(t *testing.T, transport string) {
	var a arrivals
	servers := a.servers(t, 8)
	d := newAsking(t, servers, func(d *DNSAnycast) {
		s := Duration(400 * time.Millisecond)
		d.Transports, d.Spread = []string{transport}, &s
	})
	first, took := a.round(t, d)
	if want := 350 * time.Millisecond; took < want-30*time.Millisecond || took > want+100*time.Millisecond {
		t.Errorf("the first and the last query of eight were %v apart, want %v", took, want)
	}
	even := 0
	for i := 1; i < len(first); i++ {
		if gap := a.at[first[i]].Sub(a.at[first[i-1]]); gap > 30*time.Millisecond && gap < 70*time.Millisecond {
			even++
		}
	}
	if even < 4 { // a busy machine delays some
		t.Errorf("%d of 7 queries came 50 ms after the one before", even)
	}
	if again, _ := a.round(t, d); !slices.Equal(first, again) {
		t.Errorf("two rounds asked in two orders:\n%v\n%v", first, again)
	}
	none := Duration(0)
	if d.Spread = &none; len(first) != len(servers) || slices.Equal(first, servers) {
		t.Errorf("asked in the order %v of the configuration", first)
	}
	if _, took := a.round(t, d); took > 100*time.Millisecond {
		t.Errorf("without a spread the queries came over %v", took)
	}
}

// TestTurn: each host has an order of its own, whatever the number of targets.
func TestTurn(t *testing.T) {
	var servers []string
	for i := range 100 {
		servers = append(servers, fmt.Sprintf("192.0.2.%d", i+1))
	}
	d := newAsking(t, servers, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	var orders [2][]string
	for i, host := range []string{"vantage-1", "vantage-2"} {
		var targets []*target
		for _, s := range d.servers {
			s.targets[0].turn = s.targets[0].turnAt(host)
			targets = append(targets, s.targets[0])
		}
		for _, t := range byTurn(targets) {
			orders[i] = append(orders[i], t.server.text)
		}
	}
	same := 0
	for i := range servers {
		if orders[0][i] == orders[1][i] {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 100 targets have the same turn on two hosts", same)
	}
}

// TestQuickPasses: a query that leaves late keeps its distance from the next all the same.
func TestQuickPasses(t *testing.T) {
	t.Parallel()
	var sent []time.Time
	u := unit{pace: quick, run: func(exchange.Limits) {
		if len(sent) == 0 {
			time.Sleep(4 * quickSpacing)
		}
		sent = append(sent, time.Now())
	}}
	r := &round{d: newAsking(t, []string{"192.0.2.1"}, func(*DNSAnycast) {}), ctx: t.Context()}
	r.passes(u, 3, exchange.Limits{Timeout: time.Second, End: time.Now().Add(time.Second)})
	r.wg.Wait()
	if len(sent) != 3 {
		t.Fatalf("%d passes, want 3", len(sent))
	}
	for i := 1; i < len(sent); i++ {
		if gap := sent[i].Sub(sent[i-1]); gap < quickSpacing || gap > passSpacing/2 {
			t.Errorf("pass %d began %v after the query of the one before, want %v", i+1, gap, quickSpacing)
		}
	}
}

// tcpCrowd is a thousand servers on one socket. Those that hang keep their connections and say nothing.
func tcpCrowd(t *testing.T, hangs func(i int) bool) (servers []string) {
	t.Helper()
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	server := &liar{queries: map[string]*atomic.Int32{"tcp": {}}, handle: names}
	port := l.Addr().(*net.TCPAddr).Port
	number := map[string]int{}
	for i := range sizeTargets {
		at := fmt.Sprintf("127.2.%d.%d:%d", i>>8, i&255, port)
		number[at] = i
		servers = append(servers, at)
	}
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			if hangs(number[c.LocalAddr().String()]) {
				t.Cleanup(func() { c.Close() })
				continue
			}
			go func() { defer c.Close(); server.stream(c) }()
		}
	}()
	return servers
}

// TestThousandStreams: what finds no room waits, and that is in no measured time: whoever answers is a success, also long
// after the timeout of the first has passed.
func TestThousandStreams(t *testing.T) {
	const room = 200
	for _, c := range []struct {
		name    string
		timeout time.Duration
		hangs   func(int) bool
		want    string
		lines   int // how often the room is filled by those that hang
	}{
		{"all answer", 2 * time.Second, nobodyIs, "map[success:1000]", 0},
		{"all hang", 400 * time.Millisecond, everyone, "map[timeout:1000]", 5},
		{"half hang", time.Second, everyOther, "map[success:500 timeout:500]", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newAsking(t, tcpCrowd(t, c.hangs), func(d *DNSAnycast) {
				d.Transports, d.Timeout = []string{"tcp"}, Duration(c.timeout)
			})
			d.sockets = make(chan struct{}, room)
			results, began := map[string]int{}, time.Now()
			d.Round(t.Context(), queriesTo(func(m telegraf.Metric) { results[m.Tags()["result"]]++ }))
			took := time.Since(began)
			if fmt.Sprint(results) != c.want {
				t.Errorf("got %v, want %s", results, c.want)
			}
			if least := time.Duration(c.lines) * c.timeout; took < least || took > least+3*c.timeout {
				t.Errorf("took %v, want at least %v and not much more", took, least)
			}
		})
	}
}

// TestCutShortInLine: what waits for room when the round is cut short has no point, and the round ends at once.
func TestCutShortInLine(t *testing.T) {
	hangs := serve(t, "127.0.0.1", mute)
	answers := serve(t, "127.0.0.1", names)
	d := newAsking(t, []string{hangs.at, answers.at}, func(d *DNSAnycast) { d.Timeout = Duration(10 * time.Second) })
	d.sockets = make(chan struct{}, 1)
	d.sockets <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	d.Round(ctx, func(m telegraf.Metric) { t.Errorf("got %v", m) })
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
}

// TestSpreadRefused: out of range.
func TestSpreadRefused(t *testing.T) {
	for _, bad := range []time.Duration{-1, time.Minute + 1} {
		d, s := New(), Duration(bad)
		d.Spread = &s
		if err := d.CheckOptions(); err == nil || !strings.HasPrefix(err.Error(), "spread: ") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// TestRoundsKeepApart: what the next round sends has another time stamp in milliseconds, however soon it is asked for.
func TestRoundsKeepApart(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", names)
	none := Duration(0)
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Transports, d.Spread = []string{"udp"}, &none })
	var points []telegraf.Metric
	for range 20 {
		points = append(points, roundOf(t, d)[measurement]...)
	}
	if gaps := gapsOf(points); len(gaps) != 19 || slices.Min(gaps) < quickSpacing {
		t.Errorf("queries left %v apart, want 19 times %v or more", gaps, quickSpacing)
	}
}

// TestOneAddressTwice: where two clouds share an address, each target's junk is its own.
func TestOneAddressTwice(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q incoming) {
		wrong := replyTo(q.query).txt("junk.example").bytes()
		wrong[0] ^= 0xff
		q.reply(wrong)
		names(q)
	})
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) {
		d.Transports = []string{"udp"}
		for i := range 7 {
			c := d.Clouds[0]
			c.Name = fmt.Sprint("c", i)
			d.Clouds = append(d.Clouds, c)
		}
	})
	points := roundOf(t, d)[measurement]
	for _, m := range points {
		if n, _ := m.GetField("discarded"); n != int64(1) {
			t.Errorf("%v: %v discarded, want 1", m.Tags()["cloud"], n)
		}
	}
	if len(points) != 8 {
		t.Errorf("%d points, want 8", len(points))
	}
}

// TestSpreadReferences: they have moments of their own, too.
func TestSpreadReferences(t *testing.T) {
	var a arrivals
	s := serve(t, "127.0.0.1", names)
	references := a.servers(t, 8)
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) {
		spread := Duration(400 * time.Millisecond)
		d.Transports, d.Spread = []string{"udp"}, &spread
		d.Clouds[0].Zones, d.Clouds[0].Reference = Zones{"example.net"}, references
	})
	order, took := a.round(t, d)
	if want := 350 * time.Millisecond; len(order) != 8 || took < want-30*time.Millisecond || took > want+100*time.Millisecond {
		t.Errorf("the first and the last of %d references were asked %v apart, want 8, %v", len(order), took, want)
	}
}
