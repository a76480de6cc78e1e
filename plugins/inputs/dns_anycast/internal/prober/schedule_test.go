//go:build linux

package prober

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

func TestDefaultSpread(t *testing.T) {
	o := &Options{Spread: -1}
	for targets, want := range map[int]time.Duration{
		1: 10100 * time.Microsecond, 26: 12600 * time.Microsecond, 1000: 110 * time.Millisecond, 9900: time.Second, 10000: time.Second,
	} {
		if got := o.spread(targets); got != want {
			t.Errorf("%d targets: %v, want %v", targets, got, want)
		}
	}
	if o.Spread = 0; o.spread(10000) != 0 {
		t.Errorf("0 is not off")
	}
}

func TestBatchSize(t *testing.T) {
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
		if got := batchSize(c.targets, c.over); got != c.want {
			t.Errorf("%d targets over %v: %d at a moment, want %d", c.targets, c.over, got, c.want)
		}
	}
}

// arrivals notes when each of several servers was asked.
type arrivals struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (a *arrivals) servers(t *testing.T, n int) (all []*Server) {
	t.Helper()
	for range n {
		note := func(q *dnstest.Query) {
			a.mu.Lock()
			a.at[q.At.String()] = time.Now()
			a.mu.Unlock()
			named(q)
		}
		all = append(all, server(serve(t, note).At()))
	}
	return all
}

// round returns the servers in the order in which they were asked, and how long from the first to
// the last.
func (a *arrivals) round(t *testing.T, p *Prober) (order []string, took time.Duration) {
	t.Helper()
	a.mu.Lock()
	a.at = map[string]time.Time{}
	a.mu.Unlock()
	ask(t, p)
	a.mu.Lock()
	defer a.mu.Unlock()
	for s := range a.at {
		order = append(order, s)
	}
	slices.SortFunc(order, func(x, y string) int { return a.at[x].Compare(a.at[y]) })
	return order, a.at[order[len(order)-1]].Sub(a.at[order[0]])
}

// TestSpread: the queries of a round start over the time, evenly, each time in the same order,
// which is not that of the configuration.
func TestSpread(t *testing.T) {
	for _, transport := range []observation.Transport{observation.UDP, observation.TCP} {
		t.Run(transport.String(), func(t *testing.T) { testSpread(t, transport) })
	}
}

func testSpread(t *testing.T, transport observation.Transport) {
	var a arrivals
	servers := a.servers(t, 8)
	var configured []string
	for _, s := range servers {
		s.Transports = []observation.Transport{transport}
		configured = append(configured, s.Key)
	}
	p, _ := newTestProber(t, func(p *Prober) { p.Spread = 400 * time.Millisecond }, servers...)
	first, took := a.round(t, p)
	if want := 350 * time.Millisecond; took < want-30*time.Millisecond || took > want+100*time.Millisecond {
		t.Errorf("the first and the last query of eight were %v apart, want %v", took, want)
	}
	even := 0
	for i := 1; i < len(first); i++ {
		if gap := a.at[first[i]].Sub(a.at[first[i-1]]); gap > 25*time.Millisecond && gap < 75*time.Millisecond {
			even++
		}
	}
	if even < 4 { // a busy machine delays some
		t.Errorf("%d of 7 queries came 50 ms after the one before", even)
	}
	if again, _ := a.round(t, p); !slices.Equal(first, again) {
		t.Errorf("two rounds asked in two orders:\n%v\n%v", first, again)
	}
	if len(first) != len(servers) || slices.Equal(first, configured) {
		t.Errorf("asked in the order %v of the configuration", first)
	}
	p.Spread = 0
	if _, took := a.round(t, p); took > 100*time.Millisecond {
		t.Errorf("without a spread the queries came over %v", took)
	}
}

// TestOrder: each host has an order of its own, whatever the number of targets.
func TestOrder(t *testing.T) {
	var orders [2][]string
	for i, seed := range []string{"vantage-1", "vantage-2"} {
		var servers []*Server
		for n := range 100 {
			servers = append(servers, server(fmt.Sprintf("192.0.2.%d:53", n+1)))
		}
		p, _ := newTestProber(t, func(p *Prober) { p.Seed = seed }, servers...)
		asked, _, _ := p.ready(t.Context(), time.Now())
		for _, target := range inOrder(asked) {
			orders[i] = append(orders[i], target.server.Key)
		}
	}
	same := 0
	for i := range orders[0] {
		if orders[0][i] == orders[1][i] {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 100 targets have the same place on two hosts", same)
	}
}

// TestGrouped: streams come first, one by one; datagrams share a socket by family, and never with another one to the same
// address.
func TestGrouped(t *testing.T) {
	t.Parallel()
	var targets []*Target
	add := func(at string, transport observation.Transport) {
		targets = append(targets, &Target{addr: netip.MustParseAddrPort(at), transport: transport})
	}
	for _, at := range []string{"192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.2:53", "192.0.2.2:53", "192.0.2.3:53", "192.0.2.4:53", "192.0.2.5:53"} {
		add(at, observation.UDP)
	}
	add("192.0.2.1:53", observation.TCP)
	add("192.0.2.2:53", observation.TCP)
	var got []string
	grouped(targets, 3, func(g []*Target) {
		text := g[0].transport.String()
		for _, target := range g {
			text += " " + target.addr.Addr().String()
		}
		got = append(got, text)
	})
	want := []string{
		"tcp 192.0.2.1", "tcp 192.0.2.2", "udp 192.0.2.1 192.0.2.2",
		"udp 192.0.2.2 192.0.2.3 192.0.2.4", "udp 192.0.2.5", "udp 2001:db8::1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestQuickRepeats: a query that leaves late keeps its distance from the next all the same.
func TestQuickRepeats(t *testing.T) {
	t.Parallel()
	var sent []time.Time
	b := batch{spacing: afterReply, run: func(_ []*Target, _ exchange.Deadline, over func()) {
		if len(sent) == 0 {
			time.Sleep(4 * quickSpacing)
		}
		sent = append(sent, time.Now())
		over()
	}}
	s := &schedule{ctx: t.Context(), sockets: make(semaphore, 3), moments: exchange.NewMoments(nil, false)}
	go s.moments.Run(t.Context())
	defer s.moments.Close()
	s.repeat(b, 3, exchange.Deadline{Timeout: time.Second, End: time.Now().Add(time.Second)})
	s.wg.Wait()
	if len(sent) != 3 {
		t.Fatalf("%d times, want 3", len(sent))
	}
	for i := 1; i < len(sent); i++ {
		if gap := sent[i].Sub(sent[i-1]); gap < quickSpacing || gap > repeatSpacing/2 {
			t.Errorf("repeat %d began %v after the query of the one before, want %v", i+1, gap, quickSpacing)
		}
	}
}

const crowdSize = 1000

// tcpCrowd is a thousand servers on one socket, since Linux has all of 127.0.0.0/8 on lo. Those
// that hang keep their connections and say nothing.
func tcpCrowd(t *testing.T, hangs func(i int) bool) (servers []*Server) {
	t.Helper()
	number := func(a netip.Addr) int { b := a.As4(); return int(b[2])<<8 | int(b[3]) }
	crowd := dnstest.Serve(t, nil, func(q *dnstest.Query) {
		if !hangs(number(q.At.Addr())) {
			named(q)
		}
	}, "0.0.0.0:0")
	for i := range crowdSize {
		s := server(fmt.Sprintf("127.2.%d.%d:%d", i>>8, i&255, crowd.Addrs[0].Port()))
		s.Transports = []observation.Transport{observation.TCP}
		servers = append(servers, s)
	}
	return servers
}

func nobodyHangs(int) bool { return false }
func allHang(int) bool     { return true }
func halfHang(i int) bool  { return i%2 == 0 }

// TestThousandStreams: what finds no socket waits, and that is in no measured time: whatever
// answers is a success, also long after the timeout of the first has passed.
func TestThousandStreams(t *testing.T) {
	for _, c := range []struct {
		name    string
		timeout time.Duration
		hangs   func(int) bool
		want    string
		lines   int // how often all sockets are taken by those that hang
	}{
		{"all answer", 2 * time.Second, nobodyHangs, "map[success:1000]", 0},
		{"all hang", 400 * time.Millisecond, allHang, "map[timeout:1000]", 5},
		{"half hang", time.Second, halfHang, "map[success:500 timeout:500]", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := newTestProber(t, func(p *Prober) { p.Timeout, p.Sockets, p.Spread = c.timeout, 200, -1 }, tcpCrowd(t, c.hangs)...)
			results, began := map[observation.Result]int{}, time.Now()
			for _, o := range ask(t, p) {
				results[o.Result]++
			}
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

// TestCutShortInLine: what waits for a socket when the round is cut short is not delivered, and the
// round ends at once.
func TestCutShortInLine(t *testing.T) {
	hangs, answers := server(serve(t, dnstest.Silent).At()), server(serve(t, named).At())
	p, _ := newTestProber(t, func(p *Prober) { p.Timeout, p.Sockets = 10*time.Second, 1 }, hangs, answers)
	p.sockets <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	p.Round(ctx, p.Begin(ctx), func(o *observation.Observation) { t.Errorf("got %+v", o) })
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
}

// TestRoundsKeepApart: what the next round sends has another time stamp in milliseconds, however
// soon it is asked for.
func TestRoundsKeepApart(t *testing.T) {
	t.Parallel()
	p, _ := newTestProber(t, asIs, server(serve(t, named).At()))
	var all []*observation.Observation
	for range 20 {
		all = append(all, ask(t, p)...)
	}
	for i := range all[1:] {
		if gap := all[i+1].Sent.Sub(all[i].Sent); gap < quickSpacing {
			t.Errorf("query %d left %v after the one before, want %v or more", i+1, gap, quickSpacing)
		}
	}
	if len(all) != 20 {
		t.Errorf("%d observations, want 20", len(all))
	}
}

// TestOneAddressTwice: where several servers share an address, each target's junk is its own.
func TestOneAddressTwice(t *testing.T) {
	t.Parallel()
	junk := dnstest.Says(func(d *dnstest.Draft) { d.TXT("junk.example") }, dnstest.WrongID)
	s := serve(t, func(q *dnstest.Query) { junk(q); named(q) })
	var servers []*Server
	for range 8 {
		servers = append(servers, server(s.At()))
	}
	p, _ := newTestProber(t, asIs, servers...)
	all := ask(t, p)
	for _, o := range all {
		if o.Discarded != 1 {
			t.Errorf("server %d: %d discarded, want 1", o.Server, o.Discarded)
		}
	}
	if len(all) != 8 {
		t.Errorf("%d observations, want 8", len(all))
	}
}

// TestSpreadOfZonesAlone: servers that are asked for zones alone have moments of their own, too.
func TestSpreadOfZonesAlone(t *testing.T) {
	var a arrivals
	references := a.servers(t, 8)
	for _, s := range references {
		s.Names, s.Zones = nil, []string{"example.net"}
	}
	p, _ := newTestProber(t, func(p *Prober) { p.Spread = 400 * time.Millisecond },
		append(references, server(serve(t, named).At()))...)
	order, took := a.round(t, p)
	if want := 350 * time.Millisecond; len(order) != 8 || took < want-30*time.Millisecond || took > want+100*time.Millisecond {
		t.Errorf("the first and the last of %d references were asked %v apart, want 8, %v", len(order), took, want)
	}
}

func TestWantsCookie(t *testing.T) {
	var rounds []int32
	for n := range int32(30) {
		if wantsCookie(n) {
			rounds = append(rounds, n)
		}
	}
	if want := []int32{3, 6, 12, 24}; !slices.Equal(rounds, want) {
		t.Errorf("after %d rounds in vain, want %d", rounds, want)
	}
}
