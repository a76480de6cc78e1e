package stack

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// scenario is a day of operation in some ten seconds, written by two real Telegrafs into one InfluxDB: alpha is asked
// over both families and both transports; its IPv4 server answers as lhr1, falls silent, and answers as arn1, whom
// nobody expects, from farther away; the servers of beta fail, each in its own way; and one vantage point has a block
// of which it can ask nothing, so many times a round that it cannot keep up. All are asked for zones too. In the
// silence the primary of alpha publishes a new serial, which arn1 does not get; there, the other zone has expired. One
// vantage point stands at LHR and one at ARN, so that to the first of them arn1 is far, and to the second lhr1 and lhr2
// are too quick and arn1 is slow.
type scenario struct {
	db          *influxDB
	database    string
	window      window
	alpha4      *nameServer
	alpha6      *nameServer
	primary     *nameServer
	others      []*nameServer
	vantage     []*process
	silenceFrom time.Time
	silenceTo   time.Time
}

// Names with everything that a name may hold and a query or a URL could trip over.
const (
	database = "telegraf"
	alpha    = `al/pha.net "1" + (b|c)'s 100%&`
	beta     = "beta"
	unasked  = "unasked"
	unasked4 = "127.0.0.1:2"
	unasked6 = "[::1]:2"
	near     = "vantage-1"
	far      = `vantage/2.net "b" + (c|d)'s 1%&`
)

// noSource are addresses of documentation networks, which this host does not have and cannot ask from.
const noSource = "source_ipv4 = \"192.0.2.1\"\nsource_ipv6 = \"2001:db8::1\"\n"

const pluginConf = `
[[inputs.dns_anycast]]
  transports = ["udp", "tcp"]
  timeout = "600ms"
%s
`

func cloud(name string, servers ...string) string {
	for i, s := range servers {
		servers[i] = strconv.Quote(s)
	}
	return fmt.Sprintf(`
  [[inputs.dns_anycast.cloud]]
    name = %q
    servers = [%s]
    site = '^([a-z]{3})[0-9]$'
    expect = 'lhr[0-9]'
`, name, strings.Join(servers, ", "))
}

// Where the vantage points stand; the second one's is that of ARN.
const (
	atLHR = "location = \"LHR\"\n"
	atARN = "location = \"-34.67,20.23\"\n"
)

const arn1Takes = 350 * time.Millisecond

// placed says where the sites of a cloud are: LHR in the built-in table; ARN by itself, at Arniston in South Africa.
// Nothing but arn1, which answers after arn1Takes, is slow, and a busy machine seldom makes lhr1 possible from there.
const placed = `
    places = "iata"
    sites = ["LHR", "ARN"]
    far_over = "10ms"
    slow_after = 1
    slow_over = "300ms"
    floor_factor = 1.0
    floor_over = "300ms"
    [[inputs.dns_anycast.cloud.place]]
      code = "ARN"
      latitude = -34.67
      longitude = 20.23
`

const telegrafConf = `
[agent]
  interval = "1s"
  flush_interval = "1s"
  hostname = %q
[[outputs.influxdb]]
  urls = [%q]
  database = %q
`

const execdConf = `
[[inputs.execd]]
  command = [%q, "--config", %q]
  signal = "STDIN"
  data_format = "influx"
  precision = "1ms"
`

// play runs the scenario.
func play(t *testing.T, db *influxDB, plugin string) *scenario {
	t.Helper()
	s := &scenario{db: db, database: database}
	s.alpha4 = startNameServer(t, "127.0.0.1", asked(named("lhr1", 0), both(serving(oldSerial, "lhr1"))))
	s.alpha6 = startNameServer(t, "::1", asked(named("lhr2", 0), both(serving(oldSerial, "lhr2"))))
	s.primary = startNameServer(t, "::1", asked(silent, both(serving(oldSerial, ""))))
	failing := []string{closed, nowhere}
	elsewhere := asked(hidden, map[string]manner{zone: cached, slashed: hidden})
	for _, m := range []manner{silent, refused, elsewhere, cut, garbage} {
		other := startNameServer(t, "127.0.0.1", m)
		s.others = append(s.others, other)
		failing = append(failing, other.addr)
	}
	zones := fmt.Sprintf("zone = [%q, %q]\n", zone, slashed)
	reference := fmt.Sprintf("reference = [%q]\n", s.primary.addr)
	clouds := cloud(alpha, s.alpha4.addr, s.alpha6.addr) + zones + reference + placed + cloud(beta, failing...) + zones
	unable := fmt.Sprintf(pluginConf, "queries = 5\n"+noSource+cloud(unasked, unasked4, unasked6)+fmt.Sprintf("zone = %q\n", zone))
	s.window.from = time.Now().Truncate(time.Second)
	s.vantage = []*process{
		startTelegraf(t, db, plugin, near, fmt.Sprintf(pluginConf, atLHR+clouds)),
		startTelegraf(t, db, plugin, far, fmt.Sprintf(pluginConf, atARN+clouds), unable),
	}
	s.rounds(t, 3)
	s.silenceFrom = time.Now()
	s.alpha4.turn(silent)
	s.alpha6.turn(asked(named("lhr2", 0), both(serving(newSerial, "lhr2"))))
	s.primary.turn(asked(silent, both(serving(newSerial, ""))))
	s.rounds(t, 7)
	s.silenceTo = time.Now()
	s.alpha4.turn(asked(named("arn1", arn1Takes), map[string]manner{
		zone: serving(oldSerial, "arn1"), slashed: expired("arn1"),
	}))
	s.rounds(t, 3)
	for _, v := range s.vantage {
		v.stop(t)
	}
	s.window.to = time.Now().Add(time.Second)
	s.window.interval = 3 * time.Second
	return s
}

// rounds waits until both vantage points have asked alpha so many times.
func (s *scenario) rounds(t *testing.T, n int64) {
	t.Helper()
	before := s.alpha4.queries.Load()
	deadline := time.Now().Add(30 * time.Second)
	for s.alpha4.queries.Load() < before+2*n {
		time.Sleep(5 * time.Millisecond)
		if time.Now().After(deadline) {
			t.Fatalf("no %d rounds; Telegraf wrote:\n%s\n%s", n, read(t, s.vantage[0].log), read(t, s.vantage[1].log))
		}
	}
}

// startTelegraf runs a vantage point: one block for each plugin.conf.
func startTelegraf(t *testing.T, db *influxDB, plugin, hostname string, pluginConfs ...string) *process {
	t.Helper()
	path := skiptest.Telegraf(t, "../..")
	dir := t.TempDir()
	conf := fmt.Sprintf(telegrafConf, hostname, db.url, database)
	for i, text := range pluginConfs {
		file := filepath.Join(dir, fmt.Sprintf("plugin%d.conf", i))
		write(t, file, text)
		conf += fmt.Sprintf(execdConf, plugin, file)
	}
	write(t, filepath.Join(dir, "telegraf.conf"), conf)
	cmd := exec.Command(path, "--config", filepath.Join(dir, "telegraf.conf"))
	return start(t, filepath.Join(dir, "log"), cmd)
}
