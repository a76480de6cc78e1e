package prober

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

var bothFamilies = observation.Families[:]

// newTestProber asks servers once, over UDP and at once, unless change wants it otherwise.
func newTestProber(t *testing.T, change func(*Prober), servers ...*Server) (*Prober, *journal) {
	t.Helper()
	log := &journal{}
	p := &Prober{
		Options: Options{EDNS: true, Timeout: 2 * time.Second, Queries: 1}, Log: Log{log.warnf, log.infof},
		Servers: servers, Seed: "vantage-1",
	}
	change(p)
	p.Start()
	t.Cleanup(p.Close)
	return p, log
}

func asIs(*Prober) {}

// journal keeps what was said.
type journal struct{ lines []string }

func (j *journal) warnf(format string, args ...any) {
	j.lines = append(j.lines, "W! "+fmt.Sprintf(format, args...))
}

func (j *journal) infof(format string, args ...any) {
	j.lines = append(j.lines, "I! "+fmt.Sprintf(format, args...))
}

// server is one at an address, named after it.
func server(at string) *Server {
	return &Server{
		Key: at, Addr: netip.MustParseAddrPort(at), Questions: questions(),
	}
}

// hostName is a server of that name, asked at a port over both families.
func hostName(name string, port uint16) *Server {
	return &Server{
		Key: name, Host: &Host{Name: name, Port: port}, Questions: questions(),
	}
}

// questions are a server's own, for a test to change.
func questions() *Questions {
	return &Questions{
		Families: bothFamilies, Transports: []observation.Transport{observation.UDP},
		Names: []string{"hostname.bind", "id.server"},
	}
}

// named is a name server that says who it is.
var named = dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr1.example") })

// serve plays a name server over UDP and TCP.
func serve(t *testing.T, h dnstest.Handler) *dnstest.Server {
	t.Helper()
	return dnstest.Serve(t, h, h, "127.0.0.1:0")
}

// ask runs a round.
func ask(t *testing.T, p *Prober) (all []*observation.Observation) {
	t.Helper()
	ctx := t.Context()
	p.Round(ctx, p.Begin(ctx), func(o *observation.Observation) {
		kept := *o
		if o.Reply != nil {
			reply := *o.Reply
			kept.Reply = &reply
		}
		all = append(all, &kept)
	})
	return all
}

// TestRound: what a round delivers of a server that answers, one that is silent, and one that lies.
func TestRound(t *testing.T) {
	t.Parallel()
	liar := serve(t, dnstest.Says(func(d *dnstest.Draft) { d.TXT("junk") }, dnstest.WrongID))
	servers := []*Server{
		server(serve(t, named).At()), server(serve(t, dnstest.Silent).At()), server(liar.At()),
		server(serve(t, dnstest.Rcode(dnstest.Refused)).At()),
	}
	servers[0].Zones = []string{"example.net"}
	p, _ := newTestProber(t, func(p *Prober) { p.Timeout = 200 * time.Millisecond }, servers...)
	got := map[string]int{}
	for _, o := range ask(t, p) {
		text := fmt.Sprintf("%d %s%s", o.Server, o.Result, map[bool]string{true: " of " + o.Zone}[o.Zone != ""])
		if o.Reply != nil && o.Reply.Names() {
			text += " " + o.Reply.Identity.Text + " by " + o.Reply.Identity.Source
		}
		if got[text]++; o.Target != o.Server || o.Addr != servers[o.Server].Addr || (o.RTT > 0) != (o.Reply != nil) {
			t.Errorf("%+v", o)
		}
	}
	want := map[string]int{
		"0 success lhr1.example by hostname.bind": 1, "1 timeout": 1, "2 invalid": 1, "3 rcode_error": 1, "0 no_soa of example.net": 1,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestForgedBeforeTrue: a reply to the query that comes from elsewhere is no answer, whatever it
// says.
func TestForgedBeforeTrue(t *testing.T) {
	t.Parallel()
	other, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	elsewhere := dnstest.Astray(other, func(d *dnstest.Draft) { d.TXT("forged.example") })
	s := serve(t, func(q *dnstest.Query) {
		elsewhere(q)
		time.Sleep(10 * time.Millisecond)
		named(q)
		elsewhere(q)
	})
	p, _ := newTestProber(t, asIs, server(s.At()))
	all := ask(t, p)
	if len(all) != 1 || all[0].Result != observation.Success || all[0].Reply.Identity.Name != "lhr1.example" {
		t.Errorf("got %+v", all[0])
	}
}

// TestNumbers: each target has a number of its own, and that of one which is forgotten is used
// again, but not in the same round.
func TestNumbers(t *testing.T) {
	s := hostName("ns.example.", 53)
	p, _ := newTestProber(t, asIs, server("192.0.2.1:53"), s)
	at := func(texts ...string) {
		s.Host.records[observation.IPv4].addrs = addrs(texts...).addrs
		s.reconcile(p.roster)
	}
	at("198.51.100.1", "198.51.100.2")
	second := s.targets[1]
	second.silent.Store(3)
	at("198.51.100.1")
	if len(s.targets) != 1 || len(s.Host.former) != 1 {
		t.Fatalf("%d targets, %d former ones", len(s.targets), len(s.Host.former))
	}
	at("198.51.100.1", "198.51.100.2")
	if s.targets[1] != second || second.number != 2 || second.silent.Load() != 3 || len(s.Host.former) != 0 {
		t.Errorf("an address that comes back has forgotten: %+v", s.targets[1])
	}
	for i := range 200 {
		p.roster.beginRound()
		at(fmt.Sprintf("203.0.113.%d", i))
	}
	if len(s.Host.former) != formerKept || len(p.roster.targets) > formerKept+4 {
		t.Errorf("%d former targets, %d numbers", len(s.Host.former), len(p.roster.targets))
	}
	seen := map[int32]bool{0: true}
	for _, target := range append(s.targets, s.Host.former...) {
		if seen[target.number] {
			t.Errorf("number %d twice", target.number)
		}
		seen[target.number] = true
	}
	for i := range 5 {
		at(fmt.Sprintf("203.0.113.%d", 200+i))
		if n := s.targets[0].number; seen[n] {
			t.Errorf("number %d twice in a round", n)
		} else {
			seen[n] = true
		}
	}
}
