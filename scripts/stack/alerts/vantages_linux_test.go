package alerts

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const (
	vantagePoints = 20 // one of which is never started

	died = 10 * time.Minute // ago
	slow = 3 * time.Minute  // is the clock of one of them
)

// fleet is real Telegrafs with telegraf.conf and one plugin.conf, fleet.conf, each on a host of its own behind a router that
// has the name servers. Their way to the database is a socket in the file system.
type fleet struct {
	db     *stacktest.InfluxDB
	dir    string
	router int // its network namespace
	plugin string
}

const fleetDatabase = "telegraf"

// newFleet moves the calling goroutine to the router.
func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{db: stacktest.StartInfluxDB(t), dir: t.TempDir(), plugin: stacktest.Plugin(t)}
	f.db.Make(t, fleetDatabase)
	f.router = f.enter(t)
	nstest.Sysctl(t, "ipv4/ip_forward", "1")
	nstest.IP(t, "addr add 192.0.2.53/32 dev lo", "addr add 2001:db8:53::53/128 dev lo nodad")
	nstest.AwaitAddress(t, "2001:db8:53::53")
	for _, at := range []string{"192.0.2.53:53", "[2001:db8:53::53]:53"} {
		dnstest.Serve(t, dnstest.Named("lhr1"), dnstest.Named("lhr1"), at)
	}
	stacktest.Write(t, filepath.Join(f.dir, "plugin.conf"), stacktest.Read(t, stacktest.Shipped("fleet.conf")))
	return f
}

// enter moves the calling goroutine into a new network, and returns it.
func (f *fleet) enter(t *testing.T) (fd int) {
	t.Helper()
	nstest.Enter(t, 0)
	fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// start starts the Telegraf of a host, whose points come to the database as if its clock were behind by a time. Each third
// host has no IPv6.
func (f *fleet) start(t *testing.T, i int, name string, behind time.Duration) *stacktest.Process {
	t.Helper()
	f.enter(t)
	defer unix.Setns(f.router, unix.CLONE_NEWNET)
	nstest.IP(t, fmt.Sprintf("link add veth0 type veth peer name host%d netns /proc/%d/fd/%d", i, os.Getpid(), f.router),
		"link set veth0 up", fmt.Sprintf("addr add 198.51.100.%d/30 dev veth0", 4*i+2), fmt.Sprintf("route add default via 198.51.100.%d", 4*i+1))
	if i%3 < 2 {
		nstest.IP(t, fmt.Sprintf("addr add 2001:db8:%d::2/64 dev veth0 nodad", i+1), fmt.Sprintf("route add default via 2001:db8:%d::1", i+1))
	}
	home, _ := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	defer unix.Close(home)
	unix.Setns(f.router, unix.CLONE_NEWNET)
	nstest.IP(t, fmt.Sprintf("link set host%d up", i), fmt.Sprintf("addr add 198.51.100.%d/30 dev host%d", 4*i+1, i),
		fmt.Sprintf("addr add 2001:db8:%d::1/64 dev host%d nodad", i+1, i))
	unix.Setns(home, unix.CLONE_NEWNET)
	socket := filepath.Join(f.dir, name)
	f.relay(t, socket, behind)
	conf := strings.NewReplacer(
		`interval = "10s"`, `interval = "1s"`, `collection_jitter = "2s"`, `collection_jitter = "0s"`,
		"/usr/local/bin/telegraf-dns-anycast", f.plugin, "/etc/telegraf-dns-anycast/plugin.conf", filepath.Join(f.dir, "plugin.conf"),
		"http://127.0.0.1:8086", "unix://"+socket, `timeout = "10s"`, "content_encoding = \"identity\"\n  timeout = \"10s\"", `interval = "1m"`, `interval = "1s"`,
	).Replace(stacktest.Read(t, stacktest.Shipped("telegraf.conf")))
	file := filepath.Join(f.dir, name+".conf")
	stacktest.Write(t, file, conf)
	cmd := exec.Command(skiptest.Telegraf(t, stacktest.Root()), "--config", file)
	shipped := regexp.MustCompile(`(?m)^[A-Z].*$`).FindAllString(stacktest.Read(t, stacktest.Shipped("fleet.env")), -1)
	cmd.Env = slices.Concat(os.Environ(), shipped, []string{"VANTAGE=" + name, "INFLUXDB_WRITE_PASSWORD=none"})
	return stacktest.Start(t, filepath.Join(f.dir, name+".log"), cmd)
}

var stampEnd = regexp.MustCompile(`(?m) (\d{19})$`)

// relay takes what a Telegraf writes at a socket to the database, with times that are behind. It is how a wrong clock looks
// to those that store points, not how it feels to those that make them.
func (f *fleet) relay(t *testing.T, socket string, behind time.Duration) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	client := &http.Client{Transport: &http.Transport{Proxy: nil}}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		body = stampEnd.ReplaceAllFunc(body, func(b []byte) []byte {
			n, _ := strconv.ParseInt(string(b[1:]), 10, 64)
			return fmt.Appendf(nil, " %d", n-int64(behind))
		})
		answer, err := client.Post(f.db.URL+r.URL.RequestURI(), "text/plain", bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		w.WriteHeader(answer.StatusCode)
		io.Copy(w, answer.Body)
	}))
}

// TestVantagePoints: a fleet, of which one has died ten minutes ago, one is expected and was never heard, and one has a slow
// clock. Overview, fleet and alert rules say so, and of the others nothing.
func TestVantagePoints(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	processes := []*stacktest.Process{f.start(t, 0, "dead", died), f.start(t, 1, "slow", slow)}
	for i := 2; i < vantagePoints-1; i++ {
		processes = append(processes, f.start(t, i, fmt.Sprintf("vantage-%d", i), 0))
	}
	stored := func() map[string]float64 {
		counts := map[string]float64{}
		for _, s := range f.db.Query(t, fleetDatabase, `SELECT count("ipv4_asked") FROM "dns_anycast_cloud" GROUP BY "host"`) {
			counts[s.Tags["host"]] = s.Values[0][1].(float64)
		}
		return counts
	}
	stacktest.Eventually(t, processes[0], "two rounds of each", func() bool {
		counts := stored()
		for _, n := range counts {
			if n < 2 {
				return false
			}
		}
		return len(counts) == vantagePoints-1
	})
	now := time.Now()
	var listed []string
	for _, host := range []string{"never", "vantage-2"} {
		listed = append(listed, fmt.Sprintf("dns_anycast_cloud,host=%s expected=1i %d", host, now.Add(-time.Hour).UnixMilli()))
	}
	f.db.Keep(t, fleetDatabase, "changes", listed)
	f.checkRules(t, now)
	f.checkShown(t, now)
	for _, p := range processes {
		p.Stop(t)
	}
}

// checkRules evaluates every rule.
func (f *fleet) checkRules(t *testing.T, now time.Time) {
	t.Helper()
	var got []string
	for _, r := range grafana.Rules(t) {
		alerts := standing(t, &r, f.db, fleetDatabase, now)
		if r.Name() == "clock-behind" { // for whom it would wait on: an hour is too long here
			alerts, _ = r.Evaluate(f.db, fleetDatabase, now)
		}
		for _, a := range alerts {
			if a.Holds {
				got = append(got, strings.TrimSpace(r.Name()+" "+a.Labels.String()))
			}
		}
	}
	slices.Sort(got)
	want := []string{"clock-behind host=dead", "clock-behind host=slow", "silent host=dead", "silent host=never", "watchdog"}
	if !slices.Equal(got, want) {
		t.Errorf("the rules say %q, want %q", got, want)
	}
}

// checkShown looks at what the overview and the fleet's dashboard show.
func (f *fleet) checkShown(t *testing.T, now time.Time) {
	t.Helper()
	d := grafana.AllInOne(t)
	v := &grafana.View{DB: f.db, Database: fleetDatabase, Window: grafana.Window{From: now.Add(-time.Hour), To: now, Interval: time.Minute}}
	figures := v.Rows(t, d, "How many vantage points report?", "A", nil)
	if well := float64(vantagePoints - 3); len(figures) != 1 || figures[0]["reporting"] != well || figures[0]["silent"] != 3.0 {
		t.Errorf("the overview shows %v, want %v that report, and three that are silent", figures, well)
	}
	states := map[any]any{}
	for _, r := range v.Rows(t, d, "Which vantage points report, and which are silent?", "A", nil) {
		states[r["host"]] = r["reports"]
	}
	if len(states) != vantagePoints || states["dead"] != 0.0 || states["slow"] != 0.0 || states["never"] != 0.0 || states["vantage-2"] != 1.0 {
		t.Errorf("fleet: %v", states)
	}
	for _, r := range v.Rows(t, d, "Which monitors do not keep up?", "A", nil) {
		var i int
		if n, _ := fmt.Sscanf(r["host"].(string), "vantage-%d", &i); n == 1 && r["ipv6_asked"] != map[bool]float64{true: 1}[i%3 < 2] {
			t.Errorf("%v: each third one has no IPv6", r)
		}
	}
}
