//go:build unix

package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// asked is a server that counts its queries, and what a real Telegraf is to write about it.
type asked struct {
	addr     netip.AddrPort
	queries  atomic.Int64
	perRound int64
	tags     string // all of them, with %s for the address and port
	fields   string // all of them, with … for what differs from round to round
}

func newAsked(t *testing.T, ip string, perRound int64, h dnstest.Handler, tags, fields string) *asked {
	a := &asked{perRound: perRound, fields: fields}
	a.addr = serve(t, ip+":0", counted(&a.queries, h))
	a.tags = fmt.Sprintf("dns_anycast,address=%s,cloud=demo,%s", a.addr.Addr(), fmt.Sprintf(tags, a.addr))
	return a
}

func askedOfAllKinds(t *testing.T) []*asked {
	named4 := newAsked(t, "127.0.0.1", 1, named("lhr1"),
		"family=ipv4,identity_source=hostname.bind,instance=lhr1,operator=one,rcode=NOERROR,result=success,server=%s,site=LHR,transport=udp",
		`answered=1i,discarded=0i,hostname="lhr1",nsid="lhr1",query_time_ms=…,rcode_value=0i,result_code=0i,time_source=…`)
	silent := newAsked(t, "127.0.0.1", 1, silence,
		"family=ipv4,operator=one,result=timeout,server=%s,transport=udp",
		`answered=0i,discarded=0i,result_code=1i`)
	refused := newAsked(t, "127.0.0.1", 2, dnstest.Rcode(dnstest.Refused), // hostname.bind, then id.server
		"family=ipv4,operator=one,rcode=REFUSED,result=rcode_error,server=%s,transport=udp",
		`answered=1i,discarded=0i,query_time_ms=…,rcode_value=5i,result_code=3i,time_source=…`)
	all := []*asked{named4, silent, refused}
	if skiptest.HasIPv6() {
		all = append(all, newAsked(t, "[::1]", 1, named("Größe, 2 = x"),
			`family=ipv6,identity_source=hostname.bind,instance=Größe\,\ 2\ \=\ x,operator=one,rcode=NOERROR,result=success,server=%s,transport=udp`,
			`answered=1i,discarded=0i,hostname="Größe, 2 = x",nsid="Größe, 2 = x",query_time_ms=…,rcode_value=0i,result_code=0i,time_source=…`))
	}
	return all
}

// pluginConf is one with the servers in one cloud.
func pluginConf(servers []*asked) string {
	var list []string
	for _, s := range servers {
		list = append(list, strconv.Quote(s.addr.String()))
	}
	return fmt.Sprintf(`
[[inputs.dns_anycast]]
  timeout = "300ms"
  [[inputs.dns_anycast.cloud]]
    name = "demo"
    servers = [%s]
    site = '^([a-z]{3})[0-9]$'
    tags = { operator = "one" }
`, strings.Join(list, ", "))
}

// Every round reaches Telegraf's output whole, also those under way when it reloads and when it stops.
func TestTelegraf(t *testing.T) { // alone: it counts seconds
	servers := askedOfAllKinds(t)
	agent := startTelegraf(t, pluginConf(servers))
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		session := servers[0].queries.Load()
		await(t, agent, "three rounds", func() bool { return servers[0].queries.Load() >= session+3 })
		agent.cmd.Process.Signal(sig) // the silent server holds the third round open
	}
	agent.wait(t)
	if err := syscall.Kill(-agent.cmd.Process.Pid, 0); err != syscall.ESRCH {
		t.Errorf("a plugin outlives Telegraf (%v)", err)
	}
	checkRounds(t, agent.points(t), servers)
	if n := strings.Count(agent.log(t), "Starting process: "); n != 2 {
		t.Errorf("the plugin started %d times, want once and after the reload", n)
	}
	for line := range strings.Lines(agent.log(t)) {
		if strings.Contains(line, "[inputs.execd]") && !strings.Contains(line, " I! ") && !strings.Contains(line, " D! ") &&
			!strings.Contains(line, "file already closed") { // Telegraf's own, now and then
			t.Errorf("in the log: %s", line)
		}
	}
}

// checkRounds compares what Telegraf wrote with what the servers were asked: a point a target and round, and a round
// in every second but for the reload. Telegraf asks as a second begins, so that a busy machine has most of one to send
// the queries.
func checkRounds(t *testing.T, points map[string][]point, servers []*asked) {
	t.Helper()
	rounds := int(servers[0].queries.Load())
	if rounds < 6 {
		t.Errorf("%d rounds, want 6", rounds)
	}
	for _, s := range servers {
		got := points[s.tags]
		delete(points, s.tags)
		if n := s.queries.Load(); int(n) != rounds*int(s.perRound) || len(got) != rounds {
			t.Errorf("%d points and %d queries in %d rounds: %s", len(got), n, rounds, s.tags)
			continue
		}
		breaks := 0
		for i, p := range got {
			if p.fields != s.fields {
				t.Errorf("%s\n got %s\nwant %s", s.tags, p.fields, s.fields)
			}
			if i == 0 {
				continue
			}
			if gap := p.at.Unix() - got[i-1].at.Unix(); gap < 1 {
				t.Errorf("two rounds in one second: %s", s.tags)
			} else if gap > 1 {
				breaks++
			}
		}
		if breaks > 1 {
			t.Errorf("%d rounds are missing: %s", breaks-1, s.tags)
		}
	}
	for tags, p := range points {
		sum := tags == "dns_anycast_cloud,cloud=demo,operator=one" || strings.HasPrefix(tags, "dns_anycast_internal,config=/")
		if !sum || len(p) != rounds {
			t.Errorf("%d points in %d rounds: %s", len(p), rounds, tags)
		}
	}
	if len(points) != 2 {
		t.Errorf("the rounds have sums of %d kinds, want of the plugin and of the cloud", len(points))
	}
}

func TestTelegrafHearsLevels(t *testing.T) {
	t.Parallel()
	servers := []*asked{newAsked(t, "127.0.0.1", 1, named("lhr1"), "%s", "")}
	conf := strings.Replace(pluginConf(servers), "timeout", `families = ["ipv4"]`+"\n  timeout", 1)
	conf = strings.Replace(conf, "servers = [", `servers = ["2001:db8::53", `, 1)
	agent := startTelegraf(t, conf)
	for _, want := range []string{
		` W! [inputs.execd] left out, since families = "ipv4": 2001:db8::53` + "\n",
		" D! [inputs.execd] round: 3 points in ",
	} {
		await(t, agent, want, func() bool { return strings.Contains(agent.log(t), want) })
	}
	agent.cmd.Process.Signal(syscall.SIGTERM)
	agent.wait(t)
}

func TestTelegrafHearsBadConfiguration(t *testing.T) {
	t.Parallel()
	servers := []*asked{newAsked(t, "127.0.0.1", 1, named("lhr1"), "%s", "")}
	agent := startTelegraf(t, strings.Replace(pluginConf(servers), `"300ms"`, "2", 1))
	for _, want := range []string{
		" E! [inputs.execd] " + agent.file("plugin.conf") + `:3: timeout: 2 has no unit: write "2s"` + "\n",
		" exited: exit status 2\n",
	} {
		await(t, agent, want, func() bool { return strings.Contains(agent.log(t), want) })
	}
	agent.cmd.Process.Signal(syscall.SIGTERM)
	agent.wait(t)
	if n := servers[0].queries.Load(); n > 0 {
		t.Errorf("%d queries", n)
	}
	if p := agent.points(t); len(p) > 0 {
		t.Errorf("points: %v", p)
	}
}

// agent is a real Telegraf that runs the command. All of its files are in dir.
type agent struct {
	dir   string
	cmd   *exec.Cmd
	ended chan error
}

// agentConf has places for an input and for the path of the output.
const agentConf = `
[agent]
  interval = "1s"
  flush_interval = "1s"
  omit_hostname = true
  debug = true
%s
[[outputs.file]]
  files = [%q]
`

const execdBlock = `
[[inputs.execd]]
  command = [%q, "--log-level", "debug", "--config", %q]
  signal = "STDIN"
  data_format = "influx"
  precision = "1ms"
`

func startTelegraf(t *testing.T, pluginConf string) *agent {
	t.Helper()
	path := skiptest.Telegraf(t, "../..")
	a := newAgent(t)
	a.write(t, "plugin.conf", pluginConf)
	a.start(t, path, fmt.Sprintf(execdBlock, binary(t), a.file("plugin.conf")))
	return a
}

func newAgent(t *testing.T) *agent { return &agent{dir: t.TempDir(), ended: make(chan error, 1)} }

// start runs the Telegraf at path with one input.
func (a *agent) start(t *testing.T, path, input string) {
	t.Helper()
	a.write(t, "telegraf.conf", fmt.Sprintf(agentConf, input, a.file("out")))
	log, err := os.Create(a.file("log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	a.cmd = exec.Command(path, "--config", a.file("telegraf.conf"))
	a.cmd.Stdout, a.cmd.Stderr = log, log
	a.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // and of the plugin
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { a.ended <- a.cmd.Wait() }()
	t.Cleanup(func() { syscall.Kill(-a.cmd.Process.Pid, syscall.SIGKILL) })
}

func (a *agent) file(name string) string { return filepath.Join(a.dir, name) }

func (a *agent) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(a.file(name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (a *agent) log(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(a.file("log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func await(t *testing.T, a *agent, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no sign of %s; Telegraf wrote:\n%s", what, a.log(t))
		}
	}
}

// wait expects Telegraf to end well before it would kill the plugin, ten seconds after it was told to stop.
func (a *agent) wait(t *testing.T) {
	t.Helper()
	select {
	case err := <-a.ended:
		if err != nil {
			t.Errorf("Telegraf ended with %v:\n%s", err, a.log(t))
		}
	case <-time.After(4 * time.Second):
		t.Fatalf("Telegraf does not end:\n%s", a.log(t))
	}
}

// point is a line that Telegraf wrote, without its tags.
type point struct {
	fields string
	at     time.Time
}

var (
	varying = regexp.MustCompile(`(query_time_ms)=[0-9.e-]+|(time_source)="(?:kernel|user)"`)
	usual   = regexp.MustCompile(`,usual_ms=[0-9.e-]+`) // there from the tenth answer on
)

// points reads Telegraf's output by measurement and tags, as they stand there.
func (a *agent) points(t *testing.T) map[string][]point {
	t.Helper()
	b, err := os.ReadFile(a.file("out"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^((?:[^\\ ]|\\.)*) (.*) ([0-9]+)000000\n`)
	all := map[string][]point{}
	rest := line.ReplaceAllStringFunc(string(b), func(s string) string {
		m := line.FindStringSubmatch(s)
		ms, err := strconv.ParseInt(m[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all[m[1]] = append(all[m[1]], point{usual.ReplaceAllString(varying.ReplaceAllString(m[2], "$1$2=…"), ""), time.UnixMilli(ms)})
		return ""
	})
	if rest != "" {
		t.Errorf("no line protocol with milliseconds: %q", rest)
	}
	return all
}

// A move that comes with a reload reaches Telegraf's output: the plugin that ends has written where its targets were.
func TestTelegrafReloadHidesNoMove(t *testing.T) {
	t.Parallel()
	var name atomic.Value
	name.Store("lhr1")
	server := newAsked(t, "127.0.0.1", 1, func(q *dnstest.Query) { named(name.Load().(string))(q) }, "%s", "")
	state := filepath.Join(t.TempDir(), "state")
	agent := startTelegraf(t, strings.Replace(pluginConf([]*asked{server}), "timeout", fmt.Sprintf("state_file = %q\n  timeout", state), 1))
	await(t, agent, "two rounds", func() bool { return server.queries.Load() >= 2 })
	agent.cmd.Process.Signal(syscall.SIGHUP)
	await(t, agent, "the plugin's end", func() bool { return strings.Contains(agent.log(t), "Stopping running outputs") })
	name.Store("arn1")
	before := server.queries.Load()
	await(t, agent, "three rounds after the reload", func() bool { return server.queries.Load() >= before+3 })
	agent.cmd.Process.Signal(syscall.SIGTERM)
	agent.wait(t)
	tags := fmt.Sprintf("dns_anycast_change,address=127.0.0.1,cloud=demo,family=ipv4,operator=one,server=%s,transport=udp", server.addr)
	const want = `changes=1i,from="LHR",from_instance="lhr1",held_s=`
	if got := agent.points(t)[tags]; len(got) != 1 || !strings.HasPrefix(got[0].fields, want) || !strings.Contains(got[0].fields, `to="ARN",to_instance="arn1"`) {
		t.Errorf("changes %v, want one: %s", got, want)
	}
}
