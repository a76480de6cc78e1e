package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// day is a day of rounds, made of points that the plugin wrote.
type day struct {
	from                  time.Time
	usual, other, timeout []template // one a target, in the order of their tags
	cloud                 string     // the point of the cloud in a round, but for host and time stamp
}

// template is a point without its time stamp, cut where the vantage point and query_time_ms stand.
type template struct{ name, before, after string }

// newDay asks every target in each of the three manners.
func newDay(ctx context.Context, binary string) (d *day, err error) {
	n, err := listen()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	d = &day{from: time.Now().UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)}
	for _, manner := range []struct {
		identity string
		into     *[]template
	}{{"ns1.gb-lon.example.net", &d.usual}, {"ns2.nl-ams.example.net", &d.other}, {"", &d.timeout}} {
		n.identity.Store(&manner.identity)
		out, err := n.ask(ctx, binary)
		if err != nil {
			return nil, err
		}
		cloud := cloudLine.FindStringSubmatch(out)
		if cloud == nil {
			return nil, fmt.Errorf("no point of the cloud: %q", out)
		}
		if cloudTimes.MatchString(cloud[1]) {
			d.cloud = cloud[1]
		}
		if *manner.into, err = templates(cloudLine.ReplaceAllString(out, "")); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// network is the targets' servers. Without an identity they are silent.
type network struct {
	identity atomic.Pointer[string]
	servers  []*dns.Server
}

func listen() (*network, error) {
	n := &network{}
	for range targets {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(err, n.close())
		}
		started := make(chan struct{})
		s := &dns.Server{PacketConn: c, Handler: n, NotifyStartedFunc: func() { close(started) }}
		go s.ActivateAndServe()
		<-started
		n.servers = append(n.servers, s)
	}
	return n, nil
}

func (n *network) close() (err error) {
	for _, s := range n.servers {
		err = errors.Join(err, s.Shutdown())
	}
	return err
}

func (n *network) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	identity := *n.identity.Load()
	if identity == "" {
		return
	}
	r := new(dns.Msg).SetReply(q)
	header := dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassCHAOS}
	r.Answer = []dns.RR{&dns.TXT{Hdr: header, Txt: []string{identity}}}
	r.SetEdns0(1232, false)
	r.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: fmt.Sprintf("%x", identity)}}
	w.WriteMsg(r) // who does not get it counts as silent, and its point tells
}

var (
	line       = regexp.MustCompile(`^(dns_anycast)(,\S+ .*) [0-9]+$`)
	cloudLine  = regexp.MustCompile(`(?m)^dns_anycast_cloud(,\S+ .*) [0-9]+\n`)
	queryTime  = regexp.MustCompile(`query_time_ms=[0-9.e-]+`)
	cloudTimes = regexp.MustCompile(`max_ms=[0-9.e-]+,min_ms=[0-9.e-]+`)
)

// ask returns the points of one round.
func (n *network) ask(ctx context.Context, binary string) (string, error) {
	var list []string
	for _, s := range n.servers {
		list = append(list, strconv.Quote(s.PacketConn.LocalAddr().String()))
	}
	dir, err := os.MkdirTemp("", "storage-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	conf := filepath.Join(dir, "plugin.conf")
	text := fmt.Sprintf("[[inputs.dns_anycast]]\ntimeout = \"500ms\"\n[[inputs.dns_anycast.cloud]]\nname = \"cloud-1\"\n"+
		"site = '^ns[0-9]+\\.[a-z]{2}-([a-z]{3})\\.'\nservers = [%s]\n", strings.Join(list, ", "))
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, binary, "--once", "--format", "influx", "--config", conf).Output()
	var status *exec.ExitError
	if err != nil && !(errors.As(err, &status) && status.ExitCode() == 1) { // 1: some targets did not answer
		return "", fmt.Errorf("ask the targets: %w", err)
	}
	return string(out), nil
}

// templates makes them of lines, with the tag that Telegraf adds.
func templates(text string) (all []template, err error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	sort.Strings(lines)
	for _, l := range lines {
		m := line.FindStringSubmatch(l)
		if m == nil {
			return nil, fmt.Errorf("no point: %q", l)
		}
		name, rest := m[1]+",host=", m[2]
		t := template{name: name, before: rest}
		if at := queryTime.FindStringIndex(rest); at != nil {
			t = template{name, rest[:at[0]] + "query_time_ms=", rest[at[1]:]}
		}
		all = append(all, t)
	}
	if len(all) != targets {
		return nil, fmt.Errorf("%d points of %d targets", len(all), targets)
	}
	return all, nil
}

// lines yields rounds of all vantage points in the order of time. Queries leave within 30 ms of a round's start.
func (d *day) lines(precision time.Duration, vantages, rounds int) func(yield func(string) bool) {
	random := rand.New(rand.NewPCG(1, 2))
	return func(yield func(string) bool) {
		for r := range rounds {
			for v := range vantages {
				round := d.from.Add(time.Duration(r)*interval + time.Duration(random.IntN(2e9)))
				for i := range targets {
					at := round.Add(time.Duration(random.IntN(30e6))).Truncate(precision)
					if !yield(d.point(random, i, "vantage-"+strconv.Itoa(v)) + " " + strconv.FormatInt(at.UnixNano(), 10)) {
						return
					}
				}
			}
		}
	}
}

// cloudLines yields a day's points of the cloud.
func (d *day) cloudLines(precision time.Duration) func(yield func(string) bool) {
	random := rand.New(rand.NewPCG(3, 4))
	return func(yield func(string) bool) {
		for r := range rounds {
			at := d.from.Add(time.Duration(r)*interval + time.Duration(random.IntN(2e9))).Truncate(precision)
			times := fmt.Sprintf("max_ms=%v,min_ms=%v", 24+float64(random.IntN(1e6))/1e6, 5+float64(random.IntN(1e6))/1e6)
			line := "dns_anycast_cloud,host=vantage-0" + cloudTimes.ReplaceAllString(d.cloud, times)
			if !yield(line + " " + strconv.FormatInt(at.UnixNano(), 10)) {
				return
			}
		}
	}
}

// point comes from the other instance in 2 %, and is a timeout in 0.5 %. Every time is the target's own and up to some
// ms more.
func (d *day) point(random *rand.Rand, target int, vantage string) string {
	t, far := d.usual[target], 1
	switch p := random.Float64(); {
	case p < 0.005:
		t = d.timeout[target]
	case p < 0.025:
		t, far = d.other[target], 3
	}
	text := t.name + vantage + t.before
	if t.after != "" {
		took := time.Duration(far*(5+target))*time.Millisecond + time.Duration(random.ExpFloat64()*1e6)
		text += strconv.FormatFloat(float64(took)/1e6, 'f', -1, 64) + t.after
	}
	return text
}
