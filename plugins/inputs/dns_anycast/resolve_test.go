//go:build unix

package dns_anycast

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// tardy is a lookupFunc of families that take a time each; one that takes forever is silent.
type tardy struct {
	after [2]time.Duration
	zone  zone
}

const forever = time.Hour

func (y tardy) lookup(ctx context.Context, network, name string) ([]netip.Addr, error) {
	after := y.after[0]
	if network == "ip6" {
		after = y.after[1]
	}
	if !pause(ctx, nil, after) {
		return nil, ctx.Err()
	}
	return y.zone.lookup(ctx, network, name)
}

// eventful runs a round and returns what was said of each address, and when.
func eventful(t *testing.T, d *DNSAnycast) (said []string, after map[string]time.Duration, took time.Duration) {
	t.Helper()
	after = map[string]time.Duration{}
	began := time.Now()
	d.Round(t.Context(), func(m telegraf.Metric) {
		text := resolvedPoint(m)
		said = append(said, text)
		after[text] = time.Since(began)
	})
	slices.Sort(said)
	return said, after, time.Since(began)
}

// TestFamiliesApart: what becomes of the look-up of one family is nothing to the other, which is asked as soon as its
// addresses are there, and has its points within the round.
func TestFamiliesApart(t *testing.T) {
	const (
		v4, v6  = "X udp 127.0.0.1 ipv4", "X udp ::1 ipv6"
		timeout = 600 * time.Millisecond
		soonish = 280 * time.Millisecond
	)
	a, aaaa := addrs("127.0.0.1"), addrs("::1")
	none := lookup{}
	for _, c := range []struct {
		name    string
		after   [2]time.Duration
		zone    zone
		want    string // of the first round
		at, end time.Duration
		again   string // and of one that follows at once
	}{
		{"IPv6 dropped", [2]time.Duration{0, forever}, zone{"ip4": a}, v4 + "|unresolved udp  ipv6: IPv6 look-up not finished", 0, timeout, v4 + "|unresolved udp  ipv6: IPv6 look-up not finished"},
		{"IPv4 dropped", [2]time.Duration{forever, 0}, zone{"ip6": aaaa}, v6 + "|unresolved udp  ipv4: IPv4 look-up not finished", 0, timeout, v6 + "|unresolved udp  ipv4: IPv4 look-up not finished"},
		{"IPv6 late", [2]time.Duration{0, 300 * time.Millisecond}, zone{"ip4": a, "ip6": aaaa}, v4 + "|" + v6, 0, 300 * time.Millisecond, v4 + "|" + v6},
		{"IPv4 late", [2]time.Duration{300 * time.Millisecond, 0}, zone{"ip4": a, "ip6": aaaa}, v4 + "|" + v6, 300 * time.Millisecond, 300 * time.Millisecond, v4 + "|" + v6},
		{"both late", [2]time.Duration{300 * time.Millisecond, 400 * time.Millisecond}, zone{"ip4": a, "ip6": aaaa}, v4 + "|" + v6, 300 * time.Millisecond, 400 * time.Millisecond, v4 + "|" + v6},
		{"IPv6 broken", [2]time.Duration{}, zone{"ip4": a, "ip6": servfail}, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving", 0, 0, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving"},
		{"IPv4 broken", [2]time.Duration{}, zone{"ip4": servfail, "ip6": aaaa}, v6 + "|unresolved udp  ipv4: IPv4 look-up failed: server misbehaving", 0, 0, v6 + "|unresolved udp  ipv4: IPv4 look-up failed: server misbehaving"},
		{"IPv6 late and broken", [2]time.Duration{0, 300 * time.Millisecond}, zone{"ip4": a, "ip6": servfail}, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving", 0, 300 * time.Millisecond, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving"},
		{"IPv4 late, IPv6 not there", [2]time.Duration{300 * time.Millisecond, 0}, zone{"ip4": a, "ip6": nxdomain}, v4, 300 * time.Millisecond, 300 * time.Millisecond, v4},
		{"IPv6 not there, late", [2]time.Duration{0, 300 * time.Millisecond}, zone{"ip4": a, "ip6": none}, v4, 0, 300 * time.Millisecond, v4},
		{"IPv4 not there, IPv6 dropped", [2]time.Duration{0, forever}, zone{"ip4": nxdomain}, "unresolved udp  : look-up not finished", timeout, timeout, "unresolved udp  : look-up not finished"},
		{"IPv4 broken, IPv6 not there", [2]time.Duration{}, zone{"ip4": servfail, "ip6": none}, "unresolved udp  : look-up failed: server misbehaving", 0, 0, "unresolved udp  : look-up failed: server misbehaving"},
		{"both dropped", [2]time.Duration{forever, forever}, nil, "unresolved udp  : look-up not finished", timeout, timeout, "unresolved udp  : look-up not finished"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := New()
			d.Timeout, d.Internal = Duration(timeout), false
			d.AskOnly([]string{"ns.example:" + serveBoth(t)})
			d.lookup = tardy{c.after, c.zone}.lookup
			if err := d.Init(); err != nil {
				t.Fatal(err)
			}
			got, after, took := eventful(t, d)
			if strings.Join(got, "|") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if first := after[strings.Split(c.want, "|")[0]]; first < c.at || first > c.at+soonish {
				t.Errorf("the first point came after %v, want after %v", first, c.at)
			}
			if took > c.end+soonish {
				t.Errorf("the round took %v, want %v", took, c.end)
			}
			got, _, took = eventful(t, d)
			if strings.Join(got, "|") != c.again {
				t.Errorf("got %q in the next round, want %q", got, c.again)
			}
			if took > soonish { // nobody waits twice for a look-up
				t.Errorf("the next round took %v", took)
			}
		})
	}
}

// serveBoth answers at one port of 127.0.0.1 and ::1.
func serveBoth(t *testing.T) (port string) {
	t.Helper()
	s := serve(t, "127.0.0.1", names)
	c, err := net.ListenPacket("udp", net.JoinHostPort("::1", portOf(s.at)))
	if err != nil && skiptest.HasIPv6() {
		return serveBoth(t) // another has the port
	} else if err != nil {
		skiptest.IPv6(t)
	}
	t.Cleanup(func() { c.Close() })
	go s.datagrams(c.(*net.UDPConn))
	return portOf(s.at)
}

func portOf(at string) string { return at[strings.LastIndexByte(at, ':')+1:] }

// TestFamilyComesLater: a family that was late for one round is asked in the next one, and one that nobody resolves
// makes rounds no longer.
func TestFamilyComesLater(t *testing.T) {
	t.Parallel()
	d := New()
	d.Timeout, d.Internal = Duration(100*time.Millisecond), false
	d.AskOnly([]string{"ns.example:" + serveBoth(t)})
	d.lookup = tardy{[2]time.Duration{0, 250 * time.Millisecond}, zone{"ip4": addrs("127.0.0.1"), "ip6": addrs("::1")}}.lookup
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	got, _, _ := eventful(t, d)
	time.Sleep(300 * time.Millisecond)
	later, _, _ := eventful(t, d)
	if want := "X udp ::1 ipv6"; !slices.Contains(later, want) || slices.Contains(got, want) {
		t.Errorf("first %q, then %q", got, later)
	}
	r := &d.servers[0].host.records[1]
	r.addrs, r.failing, r.asked = nil, "server misbehaving", time.Time{}
	d.Timeout = Duration(2 * time.Second)
	d.lookup = tardy{[2]time.Duration{0, forever}, nil}.lookup
	got, _, took := eventful(t, d)
	if want := "unresolved udp  ipv6: IPv6 look-up failed: server misbehaving"; !slices.Contains(got, want) || took > time.Second {
		t.Errorf("%q after %v, want %s at once", got, took, want)
	}
}

// TestPatientRound waits for a look-up to its end, and gives what it brings the whole time.
func TestPatientRound(t *testing.T) {
	t.Parallel()
	tries := 0
	s := serve(t, "127.0.0.1", func(q incoming) {
		time.Sleep(500 * time.Millisecond)
		if tries++; tries == 1 {
			q.reply(replyTo(q.query).bytes()) // names nobody: it is asked again
			return
		}
		names(q)
	})
	d := New()
	d.Timeout, d.Internal, d.Patient = Duration(800*time.Millisecond), false, true
	d.Families = []string{"ipv4"}
	d.AskOnly([]string{"ns.example:" + portOf(s.at)})
	d.lookup = tardy{[2]time.Duration{1700 * time.Millisecond, 0}, zone{"ip4": addrs("127.0.0.1")}}.lookup
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	var result string
	d.Round(t.Context(), func(m telegraf.Metric) { result = m.Tags()["result"] })
	if result != "success" {
		t.Errorf("got %s", result)
	}
}

// TestPatientRoundEnds: an interrupt ends the wait, and nothing is said of what did not come.
func TestPatientRoundEnds(t *testing.T) {
	t.Parallel()
	d := New()
	d.Internal, d.Patient = false, true
	d.AskOnly([]string{"ns.example"})
	d.lookup = tardy{[2]time.Duration{forever, forever}, nil}.lookup
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	d.Round(ctx, func(m telegraf.Metric) { t.Errorf("got %s", resolvedPoint(m)) })
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

// TestLookupTurns: a family whose look-ups hang takes no turn from the other, however many names there are.
func TestLookupTurns(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", names)
	d := New()
	d.Timeout, d.Internal = Duration(500*time.Millisecond), false
	d.Clouds = []Cloud{{Name: "c"}}
	for i := range 30 {
		d.Clouds[0].Servers = append(d.Clouds[0].Servers, string(rune('a'+i%26))+string(rune('a'+i/26))+".example:"+portOf(s.at))
	}
	d.lookups = [2]room{make(room, 4), make(room, 4)}
	d.lookup = tardy{[2]time.Duration{0, forever}, zone{"ip4": addrs("127.0.0.1")}}.lookup
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	all, _, _ := eventful(t, d)
	asked := 0
	for _, text := range all {
		if strings.HasPrefix(text, "X udp 127.0.0.1") {
			asked++
		}
	}
	if asked != 30 {
		t.Errorf("%d of 30 names were asked over IPv4", asked)
	}
}
