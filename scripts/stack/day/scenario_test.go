package day

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// scenario is a day of operation in some ten seconds, written by two real Telegrafs into one InfluxDB: alpha is asked
// over both families and both transports; its IPv4 server answers as lhr1, falls silent, and answers as arn1, whom
// nobody expects, from farther away; the servers of beta fail, each in its own way; and one vantage point has a block
// of which it can ask nothing, so many times a round that it cannot keep up. All are asked for zones too. In the
// silence the primary of alpha publishes a new serial, which arn1 does not get; there, the other zone has expired. One
// vantage point stands at LHR and one at ARN, so that to the first of them arn1 is far, and to the second lhr1 and lhr2
// are too quick and arn1 is slow.
type scenario struct {
	grafana.View
	alpha4      *stacktest.NameServer
	alpha6      *stacktest.NameServer
	primary     *stacktest.NameServer
	others      []*stacktest.NameServer
	vantage     []*stacktest.Process
	silenceFrom time.Time
	silenceTo   time.Time
}

// Names with everything that a name may hold and a query or a URL could trip over.
const (
	database = "telegraf"
	beta     = "beta"
	unasked  = "unasked"
	unasked4 = "127.0.0.1:2"
	unasked6 = "[::1]:2"
)

const pluginConf = `
[[inputs.dns_anycast]]
  transports = ["udp", "tcp"]
  timeout = "600ms"
  trace = "change"
%s
`

// atARN is where the second vantage point stands.
const atARN = "location = \"-34.67,20.23\"\n"

const arn1Takes = 350 * time.Millisecond

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
func play(t *testing.T, db *stacktest.InfluxDB, plugin string) *scenario {
	t.Helper()
	s := &scenario{View: grafana.View{DB: db, Database: database}}
	s.alpha4 = stacktest.StartNameServer(t, "127.0.0.1", stacktest.Asked(stacktest.Named("lhr1", 0), stacktest.Both(stacktest.Serving(stacktest.OldSerial, "lhr1"))))
	s.alpha6 = stacktest.StartNameServer(t, "::1", stacktest.Asked(stacktest.Named("lhr2", 0), stacktest.Both(stacktest.Serving(stacktest.OldSerial, "lhr2"))))
	s.primary = stacktest.StartNameServer(t, "::1", stacktest.Asked(stacktest.Silent, stacktest.Both(stacktest.Serving(stacktest.OldSerial, ""))))
	failing := []string{stacktest.Closed, stacktest.Nowhere}
	elsewhere := stacktest.Asked(stacktest.Hidden, map[string]stacktest.Manner{stacktest.Zone: stacktest.Cached, stacktest.Slashed: stacktest.Hidden})
	for _, m := range []stacktest.Manner{stacktest.Silent, stacktest.Refused, elsewhere, stacktest.Cut, stacktest.Garbage} {
		other := stacktest.StartNameServer(t, "127.0.0.1", m)
		s.others = append(s.others, other)
		failing = append(failing, other.Addr)
	}
	zones := fmt.Sprintf("zone = [%q, %q]\n", stacktest.Zone, stacktest.Slashed)
	reference := fmt.Sprintf("reference = [%q]\n", s.primary.Addr)
	clouds := stacktest.Cloud(stacktest.Alpha, s.alpha4.Addr, s.alpha6.Addr) + zones + reference + stacktest.Placed + stacktest.Cloud(beta, failing...) + zones
	unable := fmt.Sprintf(pluginConf, "queries = 5\n"+stacktest.NoSource+stacktest.Cloud(unasked, unasked4, unasked6)+fmt.Sprintf("zone = %q\n", stacktest.Zone))
	db.Make(t, database)
	s.Window.From = time.Now().Truncate(time.Second)
	s.vantage = []*stacktest.Process{
		startTelegraf(t, db, plugin, stacktest.Near, fmt.Sprintf(pluginConf, stacktest.AtLHR+clouds)),
		startTelegraf(t, db, plugin, stacktest.Far, fmt.Sprintf(pluginConf, atARN+clouds), unable),
	}
	s.rounds(t, 4) // a trace asks too
	s.silenceFrom = time.Now()
	s.alpha4.Turn(stacktest.Silent)
	s.alpha6.Turn(stacktest.Asked(stacktest.Named("lhr2", 0), stacktest.Both(stacktest.Serving(stacktest.NewSerial, "lhr2"))))
	s.primary.Turn(stacktest.Asked(stacktest.Silent, stacktest.Both(stacktest.Serving(stacktest.NewSerial, ""))))
	s.rounds(t, 7)
	s.silenceTo = time.Now()
	s.alpha4.Turn(stacktest.Asked(stacktest.Named("arn1", arn1Takes), map[string]stacktest.Manner{
		stacktest.Zone: stacktest.Serving(stacktest.OldSerial, "arn1"), stacktest.Slashed: stacktest.Expired("arn1"),
	}))
	s.rounds(t, 3)
	for _, v := range s.vantage {
		v.Stop(t)
	}
	db.Write(t, database, append(s.catchments(t), s.turned(), s.clock()))
	db.Keep(t, database, "changes", s.expected())
	s.Window.To = time.Now().Add(time.Second)
	s.Window.Interval = 3 * time.Second
	return s
}

// rounds waits until both vantage points have asked alpha so many times.
func (s *scenario) rounds(t *testing.T, n int64) {
	t.Helper()
	before := s.alpha4.Queries.Load()
	deadline := time.Now().Add(30 * time.Second)
	for s.alpha4.Queries.Load() < before+2*n {
		time.Sleep(5 * time.Millisecond)
		if time.Now().After(deadline) {
			t.Fatalf("no %d rounds; Telegraf wrote:\n%s\n%s", n, stacktest.Read(t, s.vantage[0].Log), stacktest.Read(t, s.vantage[1].Log))
		}
	}
}

// startTelegraf runs a vantage point: one block for each plugin.conf.
func startTelegraf(t *testing.T, db *stacktest.InfluxDB, plugin, hostname string, pluginConfs ...string) *stacktest.Process {
	t.Helper()
	path := skiptest.Telegraf(t, stacktest.Root())
	dir := t.TempDir()
	conf := fmt.Sprintf(telegrafConf, hostname, db.URL, database) + stacktest.Internal(t)
	for i, text := range pluginConfs {
		file := filepath.Join(dir, fmt.Sprintf("plugin%d.conf", i))
		stacktest.Write(t, file, text)
		conf += fmt.Sprintf(execdConf, plugin, file)
	}
	stacktest.Write(t, filepath.Join(dir, "telegraf.conf"), conf)
	cmd := exec.Command(path, "--config", filepath.Join(dir, "telegraf.conf"))
	return stacktest.Start(t, filepath.Join(dir, "log"), cmd)
}
