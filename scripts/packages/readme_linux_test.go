package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// elsewhere are the commands of the pages that another test runs, or what they run: its name. Those without one are the
// gate itself, and what it asks for.
var elsewhere = map[string]string{
	"make demo":  "TestDemo",
	"make stack": "TestStackUp",
	"victoria-metrics -retentionPeriod=90d -dedup.minScrapeInterval=1ms -search.latencyOffset=0s -search.maxQueryLen=64KB":                                                                                   "TestMetricsCommands",
	"vmalert -rule=rules.yaml -rule='expected*.yaml' -datasource.url=http://127.0.0.1:8428 -remoteWrite.url=http://127.0.0.1:8428 -remoteRead.url=http://127.0.0.1:8428 -notifier.url=http://127.0.0.1:9093": "TestMetricsCommands",
	"prometheus --config.file=prometheus.yml --web.enable-remote-write-receiver --storage.tsdb.retention.time=90d":                                                                                           "TestMetricsCommands",
	"make stack-down":       "TestStackUp",
	"make test":             "",
	"make build check test": "",
	"make format":           "",
	"make fuzz FUZZTIME=5m": "FuzzRead",
	"make telegraf":         "TestTelegraf",
	"make dashboards":       "TestRun",
	"make fleet-cost":       "TestFleetCost",
	"make storage":          "TestStorage",
	"make bench":            "TestScenario",
	"make soak":             "TestSoak",
	"make packages":         "TestReproducible",
	"make notes TAG=v0.1.0": "TestNotesOfThisRelease",
	"make lab":              "TestLab",
	"go -C scripts/asdatabase build -o ../../bin/asdatabase .":                                   "TestWriteDatabase",
	"bin/asdatabase private.mmdb <private.txt":                                                   "TestWriteDatabase",
	"telegraf-dns-anycast --watch --config plugin.conf":                                          "TestWatchScreen",
	"telegraf-dns-anycast --once --trace --config plugin.conf":                                   "TestTraceREADME",
	"telegraf-dns-anycast --once --atlas results.json --probes probes.json --config plugin.conf": "TestAtlasREADME",
	"make atlas-cost": "TestAtlasCost",
	"telegraf-dns-anycast --report 2026-10 --influxdb http://127.0.0.1:8086": "TestReportSources",
	`curl -u telegraf 'http://127.0.0.1:8086/write?db=telegraf&rp=changes&precision=s' --data-binary 'dns_anycast_maintenance,cloud=example,server=ns1.example.net text="new router",until=1792000000i'`: "TestMaintenanceLine",
	"export INFLUXDB_READ_USER=grafana INFLUXDB_READ_PASSWORD=$(sed -n 's/^INFLUXDB_READ_PASSWORD=//p' .env)":                                                                                            "TestReportOfLevels",
	"config/stack up --without-telegraf":                                       "TestStackWithoutTelegraf",
	"sudo config/telegraf.d/install":                                           "TestJoin",
	"scripts/vantage add vantage-1":                                            "TestVantage",
	"scripts/vantage list":                                                     "TestVantage",
	"scripts/vantage remove vantage-1":                                         "TestVantage",
	"scripts/vantage --rules config/prometheus/expected.yaml expect vantage-1": "TestVantageRules",
	"scripts/vantage --rules config/prometheus/expected.yaml remove vantage-1": "TestVantageRules",
	"scripts/vantage --rules config/prometheus/expected.yaml list":             "TestVantageRules",
	"scripts/fill 2026-10":                                                     "TestServiceLevels",
	"scripts/backup /srv/backup/$(date +%F).tar":                               "TestRestore",
	"scripts/restore --replace /srv/backup/2026-11-24.tar":                     "TestRestore",
	"scripts/backup --keep 14 /srv/backup":                                     "TestRestore",
	"scripts/restore --try /srv/backup/2026-11-24.tar":                         "TestRestore",
	`sed "s,/usr/share/telegraf-dns-anycast,$PWD," config/systemd/dns-anycast-backup.service | sudo tee /etc/systemd/system/dns-anycast-backup.service`: "TestBackupUnits",
	"sudo cp config/systemd/dns-anycast-backup.timer /etc/systemd/system/":                                                                              "TestBackupUnits",
	"sudo systemctl enable --now dns-anycast-backup.timer":                                                                                              "TestBackupUnits",
	"sudo systemctl start dns-anycast-backup":                                                                                                           "TestBackupUnits",
	`SELECT 1 - sum("answered_sum") / sum("answered_count") FROM "hourly"."dns_anycast" WHERE time > now() - 365d GROUP BY "cloud"`:                     "TestRetention",
	`SELECT mean("query_time_ms") FROM "dns_hostname_bind" WHERE $timeFilter GROUP BY time($__interval), "server"`:                                      "TestUpgrade",
	`SELECT last("hostname") FROM "dns_hostname_bind" WHERE $timeFilter GROUP BY "server"`:                                                              "TestUpgrade",
}

// typedPages are those with commands, in the order in which a reader may come to them.
var typedPages = []string{
	"README.md", "cmd/" + name + "/README.md", "config/README.md", "config/LEVELS.md", "config/METRICS.md", "config/MIGRATE.md", "scripts/README.md",
	"plugins/inputs/dns_anycast/README.md", "plugins/inputs/dns_anycast/MEANING.md", "plugins/inputs/dns_anycast/ATLAS.md", ".github/SECURITY.md",
}

// commandsOf are the commands of a page in their order: what stands behind four spaces, or behind a prompt.
func commandsOf(t *testing.T, page string) []string {
	t.Helper()
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^(?:    |\$ )([a-zA-Z].*)$`).FindAllStringSubmatch(fenced(t, page), -1) {
		command, _, _ := strings.Cut(m[1], " #")
		all = append(all, strings.TrimSpace(command))
	}
	return all
}

// fenced is a page without what is indented between fences: that is no shell's.
func fenced(t *testing.T, page string) string {
	t.Helper()
	text := string(read(t, filepath.Join(repository, page)))
	return regexp.MustCompile("(?ms)^```.+?^```$").ReplaceAllStringFunc(text, func(block string) string {
		return strings.Join(regexp.MustCompile(`(?m)^\$ .*$`).FindAllString(block, -1), "\n")
	})
}

// TestREADMECommands types what the pages say, as far as no other test does, on a machine of its own.
func TestREADMECommands(t *testing.T) {
	t.Parallel()
	m := newReader(t)
	typed := 0
	for _, page := range typedPages {
		m.dir = "/src"
		for _, command := range commandsOf(t, page) {
			name, ok := elsewhere[command]
			switch {
			case ok && name != "" && !tested(t, name):
				t.Errorf("%s: %s: there is no %s", page, command, name)
			case ok && strings.HasPrefix(command, "make "):
				output(t, exec.Command("make", append([]string{"-C", repository, "-n"}, strings.Fields(command)[1:]...)...))
			case !ok:
				m.try(t, page, command)
				typed++
			}
		}
	}
	if typed < 12 {
		t.Errorf("the pages have %d commands to type", typed)
	}
	want := []string{"make build", "docker compose restart telegraf", "make build", "systemctl restart telegraf"}
	if !slices.Equal(m.stubbed(t), want) {
		t.Errorf("called %q, want %q", m.stubbed(t), want)
	}
}

// try types a command, which has to do what it is for.
func (m *reader) try(t *testing.T, page, command string) {
	t.Helper()
	code, stdout, stderr := m.typeIn(t, command)
	if code != 0 {
		t.Fatalf("%s: %s ends with %d\n%s%s", page, command, code, stdout, stderr)
	}
	m.check(t, command, stdout)
}

func tested(t *testing.T, name string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			found = found || strings.Contains(string(read(t, path)), "\nfunc "+name+"(")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// reader is a machine with a network of its own, in which the servers that the pages name are an NSD. Its clone of the
// repository is /src; what would build, or start services, only says that it was called.
type reader struct {
	*machine
	dir string
}

const nsdConf = `server:
  ip-address: 127.0.0.1
  ip-address: ::1
  ip-address: 192.0.2.53
  ip-address: 2001:db8::53@5353
  ip-address: 193.0.14.129
  ip-address: 2001:7fd::1
  identity: "ns1.gb-lon.k.ripe.net"
  username: ""
  pidfile: /run/nsd.pid
  zonelistfile: /tmp/zone.list
  xfrdfile: ""
  xfrdir: /tmp
remote-control:
  control-enable: no
`

// world gives lo the addresses that the pages name, and starts the server once the kernel has completed them.
const world = `set -e
ip link set lo up
for a in 192.0.2.53/32 193.0.14.129/32 2001:db8::53/128 2001:7fd::1/128; do ip address add "$a" dev lo; done
for try in $(seq 50); do [ "$(ip -6 address show dev lo tentative)" ] || break; sleep 0.1; done
printf '193.0.14.129 k.root-servers.net\n2001:7fd::1 k.root-servers.net\n' >>/etc/hosts
nsd -c /tmp/nsd.conf
`

const stub = "#!/bin/sh\necho \"${0##*/} $*\" >>/tmp/called\n"

func newReader(t *testing.T) *reader {
	t.Helper()
	need(t, "nsd", "nsd")
	m := &reader{newMachine(t, "unshare", "-n", "sleep", "infinity"), "/src"}
	await(t, "a network of its own", func() bool {
		own, _ := os.Readlink("/proc/self/ns/net")
		its, err := os.Readlink(filepath.Join("/proc", m.pid, "ns/net"))
		return err == nil && its != own
	}, func() string { return "" })
	program, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"/tmp/nsd.conf": nsdConf, "/src/bin/" + name: string(program), "/usr/local/sbin/sudo": "#!/bin/sh\nexec \"$@\"\n",
		"/usr/local/sbin/make": stub, "/usr/local/sbin/docker": stub, "/usr/local/sbin/systemctl": stub,
		"/etc/telegraf/telegraf.conf": "", "/etc/default/telegraf": "", // of Telegraf's package
	} {
		m.write(t, path, text)
		m.run(t, "chmod", "755", path)
	}
	if err := os.CopyFS(m.outside("/src/config"), os.DirFS(filepath.Join(repository, "config"))); err != nil {
		t.Fatal(err)
	}
	m.write(t, "/etc/resolv.conf", "")
	if code, _, stderr := m.typeIn(t, world); code != 0 {
		t.Fatal(stderr)
	}
	return m
}

// typeIn runs a line of shell in the network, where the line before left off. What goes on until Ctrl-C gets it after a while.
func (m *reader) typeIn(t *testing.T, command string) (code int, stdout, stderr string) {
	t.Helper()
	line := command
	if strings.Contains(line, "--watch") {
		line = "timeout --preserve-status -s INT 2.5 " + line
	}
	cmd := m.command("sh", "-c", `cd "$1" && eval "$2" && pwd >/tmp/pwd`, "sh", m.dir, line)
	cmd.Args = append([]string{"nsenter", "-t", m.pid, "-n"}, cmd.Args...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"}
	code, stdout, stderr = finish(t, cmd)
	if code == 0 {
		m.dir = strings.TrimSpace(m.read(t, "/tmp/pwd"))
	}
	return code, stdout, stderr
}

// stubbed lists what was called but did not run.
func (m *reader) stubbed(t *testing.T) []string {
	t.Helper()
	return strings.Split(strings.TrimSpace(m.read(t, "/tmp/called")), "\n")
}

// check looks at what a command leaves.
func (m *reader) check(t *testing.T, command, stdout string) {
	t.Helper()
	const installed = "/usr/local/bin/" + name
	answers := strings.Count(stdout, "instance=ns1.gb-lon.k.ripe.net,")
	ok := true
	switch {
	case strings.Contains(command, "--format json"):
		ok = strings.Count(stdout, `"instance":"ns1.gb-lon.k.ripe.net"`) == 1 && strings.Contains(stdout, `"transport":"tcp"`) && strings.Contains(stdout, `"family":"ipv6"`)
	case command == name+" --once k.root-servers.net":
		ok = answers == 2
	case strings.Contains(command, "--once k.root"):
		ok = answers == 4
	case strings.Contains(command, "--check"):
		ok = strings.Contains(stdout, "127.0.0.1")
	case strings.Contains(command, "--once --config"):
		ok = answers == 2
	case strings.Contains(command, "--watch"):
		ok = answers >= 4
	case strings.Contains(command, "bin/"+name):
		ok = m.has(installed)
	case strings.Contains(command, "--sample-config"):
		ok = m.read(t, pluginConf) == string(read(t, filepath.Join(repository, "plugins/inputs/dns_anycast/sample.conf")))
	}
	if !ok {
		t.Errorf("%s does not do what it is for:\n%s", command, stdout)
	}
}

// TestREADMESession: a table of the first page is what the command prints, but for times.
func TestREADMESession(t *testing.T) {
	t.Parallel()
	const command = name + " --once k.root-servers.net"
	_, want, found := strings.Cut(string(read(t, filepath.Join(repository, "README.md"))), "\n$ "+command+"\n")
	if !found {
		t.Fatal("README.md does not say " + command)
	}
	want, _, _ = strings.Cut(want, "```")
	m := newReader(t)
	code, got, stderr := m.typeIn(t, "/src/bin/"+command+" --format table")
	times := regexp.MustCompile(` +[0-9.]+ ?m?s\b`)
	plain := func(s string) string {
		return regexp.MustCompile(` +time `).ReplaceAllString(times.ReplaceAllString(s, " N ms"), " time ")
	}
	if code != 0 || plain(got) != plain(want) {
		t.Errorf("it ends with %d\n%s%s\nand README.md has\n%s", code, got, stderr, want)
	}
}

// TestREADMECommandsAreKnown: nothing is listed that no page says.
func TestREADMECommandsAreKnown(t *testing.T) {
	var all []string
	for _, page := range typedPages {
		all = append(all, commandsOf(t, page)...)
	}
	for command := range elsewhere {
		if !slices.Contains(all, command) {
			t.Errorf("no page says %s", command)
		}
	}
}
