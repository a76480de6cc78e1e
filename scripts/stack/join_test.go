package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// joined is a directory that stands for the root of a host with Telegraf, beside a config with an .env.
type joined struct{ root, config string }

// newJoined puts id in the place of the system's, so that the group telegraf is the test's own.
func newJoined(t *testing.T) *joined {
	t.Helper()
	j := &joined{filepath.Join(t.TempDir(), "root"), filepath.Join(t.TempDir(), "config")}
	if err := os.CopyFS(j.config, os.DirFS(stacktest.Shipped(""))); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"etc/telegraf/telegraf.d", "usr/local/bin", "bin"} {
		if err := os.MkdirAll(filepath.Join(j.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	scripts := filepath.Join(filepath.Dir(j.config), "scripts")
	if err := os.Mkdir(scripts, 0o755); err != nil {
		t.Fatal(err)
	}
	stacktest.Write(t, filepath.Join(scripts, "influxdb.sh"), stacktest.Read(t, filepath.Join(stacktest.Root(), "scripts/influxdb.sh")))
	stacktest.Write(t, filepath.Join(j.root, "usr/local/bin/telegraf-dns-anycast"), "")
	stacktest.Write(t, filepath.Join(j.root, "bin/id"), "#!/bin/sh\n[ \"$*\" = '-g telegraf' ] && echo 4321\n")
	for _, program := range []string{"usr/local/bin/telegraf-dns-anycast", "bin/id"} {
		os.Chmod(filepath.Join(j.root, program), 0o755)
	}
	stacktest.Write(t, filepath.Join(j.config, ".env"), "INFLUXDB_WRITE_PASSWORD=0123secret\n")
	return j
}

func (j *joined) file(name string) string { return filepath.Join(j.root, name) }

func (j *joined) install() (string, error) {
	cmd := exec.Command(filepath.Join(j.config, "telegraf.d/install"))
	cmd.Env = []string{"DESTDIR=" + j.root, "PATH=" + j.file("bin") + ":" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	return strings.ReplaceAll(string(out), j.root, ""), err
}

const dropIn = "etc/telegraf/telegraf.d/dns-anycast.conf"

// TestJoin: what a host's Telegraf gets is complete, its password is for root and the group telegraf alone, and what is
// there stays. Outputs that would take the points too are named.
func TestJoin(t *testing.T) {
	t.Parallel()
	skiptest.Root(t)
	j := newJoined(t)
	stacktest.Write(t, j.file("etc/telegraf/telegraf.conf"), `[global_tags]
  region = "eu"
  site = "LHR"
[agent]
  omit_hostname = true
[[outputs.influxdb]]
  urls = ["http://192.0.2.1:8086"]
  # namedrop = ["dns_anycast*"]
[[outputs.file]]
  namedrop = [
    "dns_anycast*",
  ]
[[inputs.cpu]]
  namepass = ["cpu"]
`)
	stacktest.Write(t, j.file("etc/telegraf/telegraf.d/more.conf"), "[[outputs.kafka]]\n  namepass = [\"cpu\"]\n\n  [[outputs.mqtt]]\n")
	const then = `/etc/telegraf/telegraf.conf:3: a point that lacks site gets this one: a timeout looks answered. Name it otherwise
/etc/telegraf/telegraf.conf:5: without the tag host nobody knows which vantage point a point is of
/etc/telegraf/telegraf.conf:6: this output takes these points too: namedrop = ["dns_anycast*"] keeps them out
/etc/telegraf/telegraf.d/more.conf:4: this output takes these points too: namedrop = ["dns_anycast*"] keeps them out
then: sudo systemctl restart telegraf
`
	check := func(when, want string) {
		t.Helper()
		if out, err := j.install(); err != nil || out != want+then {
			t.Errorf("%s: error %v\n%swant\n%s", when, err, out, want+then)
		}
		got := stacktest.Succeed(t, exec.Command("sh", "-euc", `cd "$1" && find . -type f | sort | xargs stat -c '%n %a %g'`, "sh", j.file("etc")))
		if want := "./telegraf-dns-anycast/i.root-servers.csv 644 0\n./telegraf-dns-anycast/plugin.conf 644 0\n./telegraf-dns-anycast/root-servers.csv 644 0\n" +
			"./telegraf/telegraf.conf 644 0\n./telegraf/telegraf.d/dns-anycast.conf 640 4321\n./telegraf/telegraf.d/more.conf 644 0\n"; got != want {
			t.Errorf("%s: files\n%swant\n%s", when, got, want)
		}
	}
	check("at first", "/etc/telegraf-dns-anycast/plugin.conf: made; it asks the root servers\n/etc/telegraf/telegraf.d/dns-anycast.conf: made\n")
	want := strings.Replace(stacktest.Read(t, stacktest.Shipped("telegraf.d/dns-anycast.conf")), "${INFLUXDB_WRITE_PASSWORD}", "0123secret", 1)
	if text := stacktest.Read(t, j.file(dropIn)); text != want {
		t.Errorf("the drop-in is\n%s", text)
	}
	stacktest.Write(t, j.file("etc/telegraf-dns-anycast/plugin.conf"), "own")
	check("again", "/etc/telegraf-dns-anycast/plugin.conf: left as it is\n/etc/telegraf/telegraf.d/dns-anycast.conf: as it should be\n")
	stacktest.Write(t, j.file(dropIn), "own")
	check("over an edit", "/etc/telegraf-dns-anycast/plugin.conf: left as it is\n"+
		"install: /etc/telegraf/telegraf.d/dns-anycast.conf is there and differs: left as it is. Move it away to have it made again\n")
	for _, file := range []string{dropIn, "etc/telegraf-dns-anycast/plugin.conf"} {
		if text := stacktest.Read(t, j.file(file)); text != "own" {
			t.Errorf("%s is now\n%s", file, text)
		}
	}
}

// TestJoinPackage: the plugin of a package is elsewhere.
func TestJoinPackage(t *testing.T) {
	t.Parallel()
	skiptest.Root(t)
	j := newJoined(t)
	if err := os.Rename(j.file("usr/local/bin"), j.file("usr/bin")); err != nil {
		t.Fatal(err)
	}
	if out, err := j.install(); err != nil || !strings.Contains(stacktest.Read(t, j.file(dropIn)), `command = ["/usr/bin/telegraf-dns-anycast", "--config", `) {
		t.Errorf("error %v\n%s", err, out)
	}
}

// TestJoinKeeps: a list that was edited and the mode of its directory stay; the mode of a drop-in that others can read does
// not.
func TestJoinKeeps(t *testing.T) {
	t.Parallel()
	skiptest.Root(t)
	j := newJoined(t)
	own := j.file("etc/telegraf-dns-anycast")
	shell(t, j.root, "mkdir -m 750 etc/telegraf-dns-anycast && echo own >etc/telegraf-dns-anycast/root-servers.csv")
	if out, err := j.install(); err != nil || !strings.HasPrefix(out, "/etc/telegraf-dns-anycast/root-servers.csv: left as it is\n/etc/telegraf-dns-anycast/plugin.conf: made;") {
		t.Errorf("error %v\n%s", err, out)
	}
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o750 || stacktest.Read(t, filepath.Join(own, "root-servers.csv")) != "own\n" {
		t.Errorf("%v, error %v", info, err)
	}
	for _, text := range []string{"", "own"} {
		if text != "" {
			stacktest.Write(t, j.file(dropIn), text)
		}
		os.Chmod(j.file(dropIn), 0o644)
		out, err := j.install()
		info, _ := os.Stat(j.file(dropIn))
		if err != nil || !strings.Contains(out, "dns-anycast.conf, which holds a password, was for all to read: ") || info.Mode().Perm() != 0o640 {
			t.Errorf("%v, error %v\n%s", info.Mode(), err, out)
		}
	}
}

// TestJoinRemote: where InfluxDB speaks TLS, the drop-in does. A password that is there twice is the last, as for compose.
func TestJoinRemote(t *testing.T) {
	t.Parallel()
	skiptest.Root(t)
	j := newJoined(t)
	stacktest.Write(t, j.file("ca.pem"), "")
	stacktest.Write(t, filepath.Join(j.config, ".env"), "INFLUXDB_WRITE_PASSWORD=a\nINFLUXDB_WRITE_PASSWORD=b\nCOMPOSE_FILE=docker-compose.yml:docker-compose.remote.yml\nINFLUXDB_NAME=influxdb.example.net\nTLS_DIR="+j.root+"\n")
	out, err := j.install()
	want := edited(t, "telegraf.d/dns-anycast.conf", "${INFLUXDB_WRITE_PASSWORD}", "b",
		`  urls = ["http://127.0.0.1:8086"]`, "  urls = [\"https://influxdb.example.net:8086\"]\n  tls_ca = \""+j.file("ca.pem")+`"`)
	if text := stacktest.Read(t, j.file(dropIn)); err != nil || text != want {
		t.Errorf("error %v\n%s%s", err, out, text)
	}
}

// TestJoinWarns: however the host's files are written, and wherever, an output is named that takes these points.
func TestJoinWarns(t *testing.T) {
	t.Parallel()
	skiptest.Root(t)
	for text, warned := range map[string]bool{
		"[[outputs.file]]\n":                                                             true,
		"[[\toutputs.file ]]\n":                                                          true,
		"[[outputs.file]]\nnamedrop = [\"dns_anycast\"]\n":                               true,
		"[[outputs.file]]\nnamedrop = [\"cpu*\", 'dns_anycast*'] # ours\n":               false,
		"[[outputs.file]]\nnamedrop = [\"dns_anycast\", \"dns_anycast_*\"]\n":            false,
		"[[outputs.file]]\nnamedrop = [\n\"dns*\",\n]\n":                                 false,
		"[[outputs.file]]\nnamepass = [\"*\"]\n":                                         true,
		"[[outputs.file]]\nnamepass = [\n\"cpu\",\n\"*_cloud\"]\n":                       true,
		"[[outputs.file]]\nnamepass = [\"cpu\", \"dis?\", \"*_mem\"]\n":                  false,
		"[[outputs.file]]\n# namepass = [\"cpu\"]\n":                                     true,
		"[[outputs.file]]\n[outputs.file.tagpass]\ncpu = [\"cpu0\"]\n":                   false,
		"[[inputs.cpu]]\nnamepass = [\"cpu\"]\n[[outputs.file]]\n[[inputs.mem]]\n":       true,
		"[ global_tags ]\nsite = \"LHR\"\n":                                              true,
		"[global_tags]\nregion = \"eu\"\n[[inputs.cpu]]\n[inputs.cpu.tags]\nsite=\"\"\n": false,
	} {
		j := newJoined(t)
		if err := os.Mkdir(j.file("etc/telegraf/telegraf.d/sub"), 0o755); err != nil {
			t.Fatal(err)
		}
		stacktest.Write(t, j.file("etc/telegraf/telegraf.d/sub/own.conf"), text)
		if out, err := j.install(); err != nil || strings.Contains(out, "/sub/own.conf:") != warned {
			t.Errorf("%q: error %v, want a warning: %v\n%s", text, err, warned, out)
		}
	}
}

// unlike is how a line of .env must not be.
const unlike = "write NAME=value without blanks around it, a note behind it, quotes, $ or \\ in it, or a carriage return; all of it in quotes where it holds blanks or #"

// TestJoinRefuses: what is missing is one line, and nothing is made.
func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ spoil, want string }{
		{`rmdir etc/telegraf/telegraf.d`, "install: /etc/telegraf/telegraf.d is missing: is this a host with Telegraf's package?\n"},
		{`printf '#!/bin/sh\nexit 1\n' >bin/id`, "install: the user telegraf is missing: is this a host with Telegraf's package?\n"},
		{`rm usr/local/bin/*`, "install: the plugin is missing: sudo install -m 755 bin/telegraf-dns-anycast /usr/local/bin/\n"},
		{`rm "$config/.env"`, "install: CONFIG/.env has no INFLUXDB_WRITE_PASSWORD: config/stack up --without-telegraf writes it\n"},
		{`echo INFLUXDB_WRITE_PASSWORD= >"$config/.env"`, "install: CONFIG/.env has no INFLUXDB_WRITE_PASSWORD: config/stack up --without-telegraf writes it\n"},
		{`echo 'INFLUXDB_WRITE_PASSWORD=a-b' >"$config/.env"`, "install: INFLUXDB_WRITE_PASSWORD in CONFIG/.env has more than letters and digits: write /etc/telegraf/telegraf.d/dns-anycast.conf by hand\n"},
		{`echo INFLUXDB_WRITE_PASSWORD=a | sed 's/$/\r/' >"$config/.env"`, "install: CONFIG/.env, line 1: " + unlike + "\n"},
		{`ln -s gone etc/telegraf/telegraf.d/dns-anycast.conf`, "install: /etc/telegraf/telegraf.d/dns-anycast.conf is a link to nothing: remove it first\n"},
		{`echo COMPOSE_FILE=docker-compose.yml:docker-compose.remote.yml >>"$config/.env"`, "install: CONFIG/.env has no INFLUXDB_NAME, which docker-compose.remote.yml asks for\n"},
		{`printf 'COMPOSE_FILE=docker-compose.yml:docker-compose.remote.yml\nINFLUXDB_NAME=influxdb.example.net\nTLS_DIR=./tls\n' >>"$config/.env"`, "install: CONFIG/./tls/ca.pem is missing: TLS_DIR in CONFIG/.env says where it is\n"},
	} {
		j := newJoined(t)
		stacktest.Succeed(t, exec.Command("sh", "-euc", `cd "$1"; config=$2; eval "$3"`, "sh", j.root, j.config, c.spoil))
		out, err := j.install()
		if want := strings.ReplaceAll(c.want, "CONFIG", j.config); err == nil || out != want {
			t.Errorf("%s: error %v\n%swant\n%s", c.spoil, err, out, want)
		}
		if files, err := filepath.Glob(j.file("etc/telegraf*/*")); err != nil || len(files) > 1 {
			t.Errorf("%s leaves %q, error %v", c.spoil, files, err)
		}
	}
}

// TestJoined: beside the host's own telegraf.conf the drop-in asks at its own interval, its points are stored, and those of
// others are not; an output that leaves them out gets none.
func TestJoined(t *testing.T) {
	t.Parallel()
	path := skiptest.Telegraf(t, stacktest.Root())
	db := startStack(t)
	db.query(t, `CREATE DATABASE "hosts"`)
	db.query(t, `GRANT ALL ON "hosts" TO "telegraf"`)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	v := newVantage(t, "vantage-1")
	// The host's Telegraf has a pace, a name and inputs of its own.
	stacktest.Write(t, file("telegraf.conf"), fmt.Sprintf(`[agent]
  interval = "1h"
  flush_interval = "1h"
  hostname = "vantage-1"
[[inputs.execd]]
  command = ["sh", "-c", "while echo other value=1; do sleep 0.2; done"]
  data_format = "influx"
[[outputs.influxdb]]
  namedrop = ["dns_anycast*"]
  urls = [%q]
  database = "hosts"
  skip_database_creation = true
  username = "telegraf"
  password = "${INFLUXDB_WRITE_PASSWORD}"
  flush_interval = "1s"
`, db.url))
	if err := os.Mkdir(file("telegraf.d"), 0o755); err != nil {
		t.Fatal(err)
	}
	stacktest.Write(t, file("telegraf.d/dns-anycast.conf"), edited(t, "telegraf.d/dns-anycast.conf",
		`  interval = "10s"`, `  interval = "1s"`, `collection_jitter = "2s"`, `collection_jitter = "0s"`, `flush_interval = "10s"`, `flush_interval = "1s"`,
		"/usr/local/bin/telegraf-dns-anycast", stacktest.Plugin(t), "/etc/telegraf-dns-anycast/plugin.conf", v.file("plugin.conf"),
		"http://127.0.0.1:8086", db.url))
	cmd := exec.Command(path, "--config", file("telegraf.conf"), "--config-directory", file("telegraf.d"))
	cmd.Env = append(os.Environ(), "INFLUXDB_WRITE_PASSWORD="+passwords["telegraf"])
	v.Process = stacktest.Start(t, file("log"), cmd)
	v.after(t, 3)
	measurements := func(database string) string {
		s, err := db.try("admin", fmt.Sprintf("SHOW MEASUREMENTS ON %q", database))
		if err != nil || len(s) == 0 {
			return ""
		}
		return fmt.Sprint(s[0].Values)
	}
	stacktest.Eventually(t, v.Process, "points", func() bool { return measurements("telegraf") != "" && measurements("hosts") != "" })
	v.after(t, 2)
	v.Stop(t)
	if got := measurements("telegraf"); got != "[[dns_anycast] [dns_anycast_cloud] [dns_anycast_internal]]" {
		t.Errorf("stored in telegraf: %s", got)
	}
	if got := measurements("hosts"); got != "[[other]]" {
		t.Errorf("stored in the host's database: %s", got)
	}
	if hosts := fmt.Sprint(db.query(t, `SHOW TAG VALUES FROM "dns_anycast" WITH KEY = "host"`)); !strings.Contains(hosts, "vantage-1") {
		t.Errorf("host is %s", hosts)
	}
}

// TestDropIns: the drop-in says what telegraf.conf does, but for what is the agent's.
func TestDropIns(t *testing.T) {
	t.Parallel()
	settings := func(name string) map[string]string {
		all := map[string]string{}
		table := ""
		for line := range strings.Lines(stacktest.Read(t, stacktest.Shipped(name))) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") {
				table = line
			} else if key, value, found := strings.Cut(line, " = "); found && line[0] != '#' {
				all[table+" "+key] = value
			}
		}
		return all
	}
	whole, dropIn := settings("telegraf.conf"), settings("telegraf.d/dns-anycast.conf")
	for key, value := range dropIn {
		_, name, _ := strings.Cut(key, " ")
		want, found := whole[key]
		if !found {
			want, found = whole["[agent] "+name]
		}
		want = regexp.MustCompile(`\$\{INFLUXDB_[A-Z_]+:-(.*?)\}`).ReplaceAllString(want, "$1")
		if (!found || want != value) && name != "namepass" {
			t.Errorf("%s = %s, and telegraf.conf has %q", key, value, want)
		}
		if strings.HasPrefix(key, "[agent]") || strings.HasPrefix(key, "[global_tags]") {
			t.Errorf("the drop-in sets %s for the whole host", key)
		}
	}
	for key := range whole {
		if _, found := dropIn[key]; !found && !strings.HasPrefix(key, "[agent]") && !strings.Contains(key, "inputs.internal") && !strings.Contains(key, "inputs.chrony") {
			t.Errorf("the drop-in has no %s", key)
		}
	}
}
