package stack

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// vantage is a vantage point with name servers of its own, which count their queries.
type vantage struct {
	name, dir string
	servers   []*stacktest.NameServer
	*stacktest.Process
}

func newVantage(t *testing.T, name string) *vantage {
	t.Helper()
	v := &vantage{name: name, dir: t.TempDir()}
	for _, m := range []stacktest.Manner{stacktest.Named(name+"-a", 0), stacktest.Named(name+"-b", time.Millisecond), stacktest.Silent} {
		v.servers = append(v.servers, stacktest.StartNameServer(t, "127.0.0.1", m))
	}
	var list []string
	for _, s := range v.servers {
		list = append(list, fmt.Sprintf("%q", s.Addr))
	}
	stacktest.Write(t, v.file("plugin.conf"), fmt.Sprintf(`
[[inputs.dns_anycast]]
  timeout = "300ms"
  [[inputs.dns_anycast.cloud]]
    name = "one"
    servers = [%s]
`, strings.Join(list, ", ")))
	return v
}

func (v *vantage) file(name string) string { return filepath.Join(v.dir, name) }

// telegraf runs a configuration that also writes down what it sends.
func (v *vantage) telegraf(t *testing.T, path, conf string, environment ...string) {
	t.Helper()
	stacktest.Write(t, v.file("telegraf.conf"), conf+fmt.Sprintf("\n[[outputs.file]]\n  files = [%q]\n", v.file("sent")))
	cmd := exec.Command(path, "--config", v.file("telegraf.conf"))
	cmd.Env = append(append(os.Environ(), "VANTAGE="+v.name), environment...)
	v.Process = stacktest.Start(t, v.file("log"), cmd)
}

// conf is telegraf.conf for the vantage point, by seconds in place of tens of them, changed as edited does.
func (v *vantage) conf(t *testing.T, changes ...string) string {
	t.Helper()
	return edited(t, "telegraf.conf", append([]string{
		`  interval = "10s"`, `  interval = "1s"`,
		`collection_jitter = "2s"`, `collection_jitter = "0s"`,
		`flush_interval = "10s"`, `flush_interval = "1s"`,
		`"/usr/local/bin/telegraf-dns-anycast"`, fmt.Sprintf("%q", stacktest.Plugin(t)),
		`"/etc/telegraf-dns-anycast/plugin.conf"`, fmt.Sprintf("%q", v.file("plugin.conf")),
	}, changes...)...)
}

func (v *vantage) rounds() int64 { return v.servers[0].Queries.Load() }

// after waits until the vantage point has asked so many times more.
func (v *vantage) after(t *testing.T, rounds int64) {
	t.Helper()
	goal := v.rounds() + rounds
	stacktest.Eventually(t, v.Process, fmt.Sprintf("%d rounds", rounds), func() bool { return v.rounds() >= goal })
}

// sent is every point that the vantage points wrote down, which is one for each query, and two a round: about the
// cloud, and about the plugin.
func sent(t *testing.T, vantages []*vantage) []string {
	t.Helper()
	var all []string
	for _, v := range vantages {
		lines := parseLines(t, v.file("sent"))
		var queries int64
		for _, s := range v.servers {
			queries += s.Queries.Load()
		}
		if int64(len(lines)) != queries+2*v.rounds() {
			t.Errorf("%s sends %d points about %d queries in %d rounds", v.name, len(lines), queries, v.rounds())
		}
		all = append(all, lines...)
	}
	slices.Sort(all)
	return all
}

// checkFleet compares what is stored with what was sent, and who saw which server.
func checkFleet(t *testing.T, db *stack, vantages []*vantage) {
	t.Helper()
	want := sent(t, vantages)
	stacktest.Eventually(t, db.Process, "all points", func() bool { return len(db.points(t, "raw")) >= len(want) })
	got := db.points(t, "raw")
	if !slices.Equal(got, want) {
		t.Errorf("%d points sent, %d stored:\n%s\nfirst difference: %s", len(want), len(got), vantages[0].Log, difference(got, want))
	}
	for _, v := range vantages {
		for _, s := range v.servers {
			of := db.query(t, fmt.Sprintf(`SELECT count("result_code") FROM "dns_anycast" WHERE "server" = '%s' GROUP BY "host"`, s.Addr))
			if len(of) != 1 || of[0].Tags["host"] != v.name || of[0].Values[0][1] != float64(s.Queries.Load()) {
				t.Errorf("%s, which only %s asks, %d times: %v", s.Addr, v.name, s.Queries.Load(), of)
			}
		}
	}
}

func difference(got, want []string) string {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			return fmt.Sprintf("\n got %q\nwant %q", got[min(i, len(got)):min(i+1, len(got))], want[min(i, len(want)):min(i+1, len(want))])
		}
	}
	return ""
}

// remoteEnvironment is what both compose files together set for InfluxDB, with certificates in another place.
func remoteEnvironment(t *testing.T, tlsDir string) (all []string) {
	t.Helper()
	for _, file := range []string{"docker-compose.yml", "docker-compose.remote.yml"} {
		var compose struct {
			Services map[string]struct{ Environment map[string]string }
		}
		if err := yaml.Unmarshal([]byte(stacktest.Read(t, stacktest.Shipped(file))), &compose); err != nil {
			t.Fatal(err)
		}
		for name, value := range compose.Services["influxdb"].Environment {
			if !strings.Contains(value, "${") {
				all = append(all, name+"="+strings.Replace(value, "/tls/", tlsDir+"/", 1))
			}
		}
	}
	return all
}

// Two vantage points write straight to one InfluxDB, over TLS, with telegraf.conf, one of them as a user of its own.
func TestFleetDirect(t *testing.T) {
	t.Parallel()
	path := skiptest.Telegraf(t, stacktest.Root())
	db := newStack(t)
	pool := certificates(t, db.dir, "influxdb")
	db.environment = remoteEnvironment(t, db.dir)
	db.url = strings.Replace(db.url, "http:", "https:", 1)
	db.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	db.run(t)
	setup := db.script(stacktest.Shipped("influxdb/setup"))
	setup.Env = append(setup.Env, "CURL_CA_BUNDLE="+db.file("ca.pem"))
	stacktest.Succeed(t, setup)
	if r, err := http.Get(strings.Replace(db.url, "https:", "http:", 1) + "/ping"); err == nil && r.StatusCode != http.StatusBadRequest {
		t.Errorf("InfluxDB answers without TLS: %s", r.Status)
	}

	vantages := []*vantage{newVantage(t, "vantage-1"), newVantage(t, "vantage-2")}
	add := db.vantageScript("add", "vantage-2") // the other one is the user that all may share
	add.Env = setup.Env
	own := strings.Fields(stacktest.Succeed(t, add))
	for i, v := range vantages {
		environment := [][]string{{"INFLUXDB_WRITE_PASSWORD=" + passwords["telegraf"]}, own}[i]
		v.telegraf(t, path, v.conf(t,
			`${INFLUXDB_URL:-http://127.0.0.1:8086}`, db.url,
			`# tls_ca = "/etc/telegraf/ca.pem"`, fmt.Sprintf("tls_ca = %q", db.file("ca.pem")),
		), environment...)
	}
	vantages[1].after(t, 3)
	db.Stop(t)
	vantages[0].after(t, 3)
	db.run(t)
	vantages[1].after(t, 2)
	for _, v := range vantages {
		v.Stop(t)
	}
	checkFleet(t, db, vantages)
}

// startBroker runs mosquitto with mosquitto.conf, changed, and acl.
func startBroker(t *testing.T, dir string, users map[string]string, changes ...string) (address string, p *stacktest.Process) {
	t.Helper()
	path := skiptest.Program(t, "mosquitto", "mosquitto")
	tool := skiptest.Program(t, "mosquitto_passwd", "mosquitto")
	file := func(name string) string { return filepath.Join(dir, name) }
	stacktest.Write(t, file("passwd"), "")
	for name, password := range users {
		stacktest.Succeed(t, exec.Command(tool, "-b", file("passwd"), name, password))
	}
	stacktest.Write(t, file("acl"), stacktest.Read(t, stacktest.Shipped("mqtt/acl")))
	certificates(t, dir, "broker")
	address = stacktest.FreePort(t)
	_, port, _ := strings.Cut(address, ":")
	stacktest.Write(t, file("mosquitto.conf"), edited(t, "mqtt/mosquitto.conf", append(changes,
		"password_file /etc/mosquitto/", "password_file "+dir+"/",
		"acl_file /etc/mosquitto/", "acl_file "+dir+"/",
		"persistence_location /var/lib/mosquitto/", "persistence_location "+dir+"/",
		"certfile /etc/mosquitto/certs/", "certfile "+dir+"/",
		"keyfile /etc/mosquitto/certs/", "keyfile "+dir+"/",
		"listener 8883", "listener "+port+" 127.0.0.1",
	)...)+"user root\n") // started by root, it would read the files as another user
	p = stacktest.Start(t, file("mosquitto.log"), exec.Command(path, "-c", file("mosquitto.conf")))
	stacktest.Eventually(t, p, "mosquitto", func() bool {
		c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool(t, file("ca.pem"))})
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return address, p
}

// checkBroker: who is nobody does not get in, and a vantage point cannot write in another's name.
func checkBroker(t *testing.T, address, caFile string) {
	t.Helper()
	for _, c := range []struct {
		name, password string
		want           byte
	}{{"", "", mqttNotAuthorized}, {"vantage-3", "two", mqttNotAuthorized}, {"vantage-3", "four", mqttAccepted}} {
		s, code := mqttConnect(t, address, caFile, c.name, c.password)
		if code != c.want {
			t.Errorf("%q with %q: the broker answers %d, want %d", c.name, c.password, code, c.want)
		} else if code == mqttAccepted {
			s.publish(t, "dns_anycast/vantage-2", "dns_anycast,host=vantage-2,server=192.0.2.1 result_code=0i")
		}
	}
}

// Two vantage points, a broker, one collecting Telegraf: InfluxDB is stopped, the collector killed, and nothing is lost.
func TestFleetMQTT(t *testing.T) {
	t.Parallel()
	path := skiptest.Telegraf(t, stacktest.Root())
	if out, _ := exec.Command(path, "plugins").Output(); !bytes.Contains(out, []byte("outputs.mqtt")) {
		skiptest.Missing(t, "Telegraf's MQTT", "make telegraf")
	}
	vantages := []*vantage{newVantage(t, "vantage-1"), newVantage(t, "vantage-2")}
	dir := t.TempDir()
	broker, _ := startBroker(t, dir, map[string]string{"vantage-1": "one", "vantage-2": "two", "vantage-3": "four", "collector": "three"})
	db := startStack(t)

	collectorConf := filepath.Join(dir, "collector.conf")
	stacktest.Write(t, collectorConf, edited(t, "mqtt/telegraf-collector.conf",
		"ssl://broker.example.net:8883", "ssl://"+broker,
		`# tls_ca = "/etc/telegraf/ca.pem"`, fmt.Sprintf("tls_ca = %q", filepath.Join(dir, "ca.pem")),
		"http://127.0.0.1:8086", db.url,
		`interval = "1m"`, `interval = "1s"`,
	))
	collect := func(log string) *stacktest.Process {
		cmd := exec.Command(path, "--config", collectorConf)
		cmd.Env = append(os.Environ(), "MQTT_PASSWORD=three", "INFLUXDB_WRITE_PASSWORD="+passwords["telegraf"])
		return stacktest.Start(t, filepath.Join(dir, log), cmd)
	}
	collector := collect("collector1.log")

	plugin := stacktest.Plugin(t)
	for i, v := range vantages {
		v.telegraf(t, path, edited(t, "mqtt/telegraf-edge.conf",
			`  interval = "10s"`, "  interval = \"1s\"\n  flush_interval = \"1s\"",
			`collection_jitter = "2s"`, `collection_jitter = "0s"`,
			`"/usr/local/bin/telegraf-dns-anycast"`, fmt.Sprintf("%q", plugin),
			`"/etc/telegraf-dns-anycast/plugin.conf"`, fmt.Sprintf("%q", v.file("plugin.conf")),
			"mqtts://broker.example.net:8883", "mqtts://"+broker,
			`# tls_ca = "/etc/telegraf/ca.pem"`, fmt.Sprintf("tls_ca = %q", filepath.Join(dir, "ca.pem")),
		), "MQTT_PASSWORD="+[]string{"one", "two"}[i])
	}
	stacktest.Eventually(t, collector, "the first points", func() bool { return len(db.points(t, "raw")) > 0 })
	checkBroker(t, broker, filepath.Join(dir, "ca.pem"))
	db.Stop(t)
	vantages[0].after(t, 3)
	collector.Cmd.Process.Kill()
	<-collector.Ended
	vantages[1].after(t, 3)
	db.run(t)
	stored := len(db.points(t, "raw"))
	collector = collect("collector2.log")
	vantages[1].after(t, 2)
	for _, v := range vantages {
		v.Stop(t)
	}
	if all := len(sent(t, vantages)); all < stored+2*3*6 {
		t.Errorf("%d points sent, %d of them before the outage: there was none", all, stored)
	}
	checkFleet(t, db, vantages)
	checkNames(t, db, collector, broker, filepath.Join(dir, "ca.pem"))
	checkRefused(t, db, collector, broker, filepath.Join(dir, "ca.pem"))
	collector.Stop(t)
	points, bytes := sent(t, vantages), 0
	for _, v := range vantages {
		bytes += len(stacktest.Read(t, v.file("sent")))
	}
	t.Logf("%d bytes a point", bytes/len(points))
}

// checkNames: below its own name a vantage point may say that it is another, and other things. It is stored as itself, and
// the rest is not.
func checkNames(t *testing.T, db *stack, collector *stacktest.Process, broker, caFile string) {
	t.Helper()
	s, code := mqttConnect(t, broker, caFile, "vantage-1", "one")
	if code != mqttAccepted {
		t.Fatalf("the broker answers %d", code)
	}
	s.publish(t, "dns_anycast/vantage-1", "cpu,host=vantage-1 x=1\ndns_anycast_forged,host=vantage-2 x=1\ndns_anycast_forged x=2\n")
	stacktest.Eventually(t, collector, "what the vantage point says", func() bool { return len(db.query(t, `SELECT * FROM "dns_anycast_forged"`)) > 0 })
	of := db.query(t, `SELECT count("x") FROM "dns_anycast_forged" GROUP BY "host"`)
	if len(of) != 1 || of[0].Tags["host"] != "vantage-1" {
		t.Errorf("stored as of %v", of)
	}
	if cpu := db.query(t, `SELECT * FROM "cpu"`); len(cpu) > 0 {
		t.Errorf("stored %v", cpu)
	}
}

// checkRefused: what InfluxDB does not take from the bus, such as a field of another type, is told as of the collector,
// whatever a vantage point says of itself.
func checkRefused(t *testing.T, db *stack, collector *stacktest.Process, broker, caFile string) {
	t.Helper()
	refused := func() (n float64) {
		for _, s := range db.query(t, `SELECT last("errors") - last("write_errors") FROM "internal_write" WHERE "host" = 'collector'`) {
			n = s.Values[0][1].(float64)
		}
		return n
	}
	before := refused()
	s, code := mqttConnect(t, broker, caFile, "vantage-1", "one")
	if code != mqttAccepted {
		t.Fatalf("the broker answers %d", code)
	}
	s.publish(t, "dns_anycast/vantage-1", "dns_anycast_forged x=\"of another type\"\ninternal_write,host=collector,output=influxdb errors=0i,write_errors=9i\n")
	stacktest.Eventually(t, collector, "a point that is refused", func() bool { return refused() == before+1 })
}

// TestBrokerClients: no other user can come as the client collector, and what waits for it stays.
func TestBrokerClients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broker, _ := startBroker(t, dir, map[string]string{"vantage-1": "one", "collector": "three"})
	caFile := filepath.Join(dir, "ca.pem")
	const cleanSession = 0x02
	collect := func() *mqttSession {
		s, code := mqttConnectAs(t, broker, caFile, "collector", "three", "collector", 0)
		if code != mqttAccepted {
			t.Fatalf("the broker answers %d", code)
		}
		return s
	}
	s := collect()
	s.subscribe(t, "dns_anycast/+")
	s.conn.Close()
	const topic, text = "dns_anycast/vantage-1", "dns_anycast x=1"
	s, _ = mqttConnect(t, broker, caFile, "vantage-1", "one")
	s.publish(t, topic, text)
	s.conn.Close()
	if s, code := mqttConnectAs(t, broker, caFile, "vantage-1", "one", "collector", cleanSession); code == mqttAccepted {
		s.publish(t, topic, text)
	}
	for i, s := 0, collect(); i < 2; i++ {
		if got := s.receive(t, 0x32, len(mqttText(topic))+2+len(text)); !bytes.HasSuffix(got, []byte(text)) {
			t.Errorf("the collector gets %q", got)
		}
	}
}

// TestBrokerTooLarge: what is larger than the broker takes is not acknowledged, so that whoever sends it keeps it.
func TestBrokerTooLarge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broker, _ := startBroker(t, dir, map[string]string{"vantage-1": "one"})
	s, _ := mqttConnect(t, broker, filepath.Join(dir, "ca.pem"), "vantage-1", "one")
	s.publish(t, "dns_anycast/vantage-1", strings.Repeat("x", 9<<20))
	go s.conn.Write(mqttPublish("dns_anycast/vantage-1", strings.Repeat("x", 11<<20))) // the broker ends the connection meanwhile
	if n, err := s.conn.Read(make([]byte, 4)); n > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("11 MiB are answered with %d bytes, %v", n, err)
	}
}

// TestBrokerBounded: while the collector is away the broker keeps so much and no more, says so, and goes on.
func TestBrokerBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	users := map[string]string{"vantage-1": "one", "collector": "three"}
	broker, process := startBroker(t, dir, users, "max_queued_bytes 1073741824", "max_queued_bytes 2000000")
	caFile := filepath.Join(dir, "ca.pem")
	collector, _ := mqttConnectAs(t, broker, caFile, "collector", "three", "collector", 0)
	collector.subscribe(t, "dns_anycast/+")
	collector.conn.Close()
	s, _ := mqttConnect(t, broker, caFile, "vantage-1", "one")
	message := strings.Repeat("x", 100_000)
	before := resident(t, process)
	for range 200 {
		s.publish(t, "dns_anycast/vantage-1", message)
	}
	if grown := resident(t, process) - before; grown < 1_000_000 || grown > 8_000_000 {
		t.Errorf("20 MB sent, 2 MB are to be kept: the broker has grown by %d bytes", grown)
	}
	if log := stacktest.Read(t, process.Log); !strings.Contains(log, "Outgoing messages are being dropped for client collector") {
		t.Errorf("the broker says\n%s", log)
	}
}

// resident is the memory of a process, in bytes.
func resident(t *testing.T, p *stacktest.Process) (n int) {
	t.Helper()
	text := stacktest.Between(t, stacktest.Read(t, fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid)), "VmRSS:", "kB")
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n * 1024
}

func pool(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM([]byte(stacktest.Read(t, file))) {
		t.Fatalf("%s: no certificate", file)
	}
	return p
}
