package stack

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const told = `Grafana: http://localhost:3000/, user admin, password PASSWORD
         (of DIR/config/.env; another one, if it was changed in Grafana)
asked:   what /srv/telegraf-dns-anycast/plugin/plugin.conf says; once that is changed, in DIR/config: docker compose restart telegraf
stored:  N queries of the last five minutes, N of them answered
data:    /srv/telegraf-dns-anycast; config/stack down ends the stack, and keeps them
`

// TestStackUp: one command leads to the first point, says where Grafana is, and may be run again; down keeps the data.
func TestStackUp(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	server := stacktest.StartNameServer(t, "127.0.0.1", stacktest.Named("lhr1", 0))
	if out, err := h.stack("down"); err == nil || out != "stack: there is no "+h.file("config/.env")+": nothing was started from here\n" {
		t.Errorf("down at first: error %v\n%s", err, out)
	}
	h.grafana(t)
	first := h.up(t)
	env := h.env(t)
	passwords := map[string]bool{}
	for name, value := range env {
		if strings.HasSuffix(name, "_PASSWORD") && regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(value) {
			passwords[value] = true
		}
	}
	if len(passwords) != 4 || env["COMPOSE_PROFILES"] != "telegraf" || env["PLUGIN_BINARY"] != h.file("telegraf-dns-anycast") || len(env) != 7 {
		t.Errorf(".env: %v", env)
	}
	if left, err := filepath.Glob(h.file("config/.env?*")); err != nil || len(left) > 0 {
		t.Errorf("left: %q, error %v", left, err)
	}
	// Nothing answers in a network without a way out.
	if !strings.Contains(first, "stack: nothing answers: ") || !strings.Contains(first, " 0 of them answered\n") {
		t.Errorf("without a way out:\n%s", first)
	}
	end := strings.NewReplacer("DIR", h.dir, "PASSWORD", env["GRAFANA_ADMIN_PASSWORD"]).Replace(told)
	counts := regexp.MustCompile(`\d+ queries of the last five minutes, \d+ of`)
	tells := func(out string) bool {
		return strings.HasSuffix(counts.ReplaceAllString(out, "N queries of the last five minutes, N of"), end)
	}
	if !tells(first) {
		t.Errorf("it ends with\n%s\nwant\n%s", first, end)
	}

	h.plugin(t, server.Addr)
	h.kill(t, "telegraf.pid") // and Docker starts its container again, in time
	second := h.up(t)
	if !tells(second) || !maps.Equal(h.env(t), env) {
		t.Errorf("a second time: %v\n%s", h.env(t), second)
	}
	if text := stacktest.Read(t, "/srv/telegraf-dns-anycast/plugin/plugin.conf"); !strings.Contains(text, server.Addr) {
		t.Errorf("plugin.conf is now\n%s", text)
	}
	p := &stacktest.Process{Cmd: exec.Command("telegraf"), Log: h.file("telegraf.log")}
	stacktest.Eventually(t, p, "an answer", func() bool { return !strings.Contains(h.up(t), " 0 of them answered") })

	stacktest.Write(t, h.file("said"), "")
	out, err := h.stack("down")
	if want := "ended; the data are in /srv/telegraf-dns-anycast, the passwords in " + h.file("config/.env") + "\n"; err != nil || out != want {
		t.Errorf("down: error %v\n%s", err, out)
	}
	if said := stacktest.Read(t, h.file("said")); !strings.HasSuffix(said, "\ncompose down\n") {
		t.Errorf("docker was told\n%s", said)
	}
}

// TestStackWithoutTelegraf: where Telegraf runs on the host, there is nothing to wait for.
func TestStackWithoutTelegraf(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.grafana(t)
	os.Remove(h.file("telegraf-dns-anycast")) // no container needs it
	const want = "stored:  nothing in the last five minutes. Where Telegraf runs on this host: sudo config/telegraf.d/install\n"
	out := h.up(t, "--without-telegraf")
	if !strings.Contains(out, want) || strings.Contains(out, "asked:") || h.env(t)["COMPOSE_PROFILES"] != "" {
		t.Errorf("without Telegraf: %v\n%s", h.env(t), out)
	}
	if out = h.up(t); !strings.Contains(out, want) {
		t.Errorf("a second time:\n%s", out)
	}
	if h.has("telegraf.pid") {
		t.Error("Telegraf was started")
	}
}

// TestStackNoPoint: the wait ends, and says where to look.
func TestStackNoPoint(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.grafana(t)
	stacktest.Write(t, h.file("no-telegraf"), "")
	out, err := h.stackWith([]string{"STACK_WAIT=2"}, "up")
	hostname, _ := os.Hostname()
	want := "the log of Telegraf's container\nstack: no point of " + hostname + " is stored since this began: see above and, in " + h.file("config") +
		`, docker compose logs telegraf. InfluxDB says: {"results":[{"statement_id":0}]}` + "\n\n"
	if err == nil || !strings.HasSuffix(out+"\n", want) {
		t.Errorf("error %v\n%swant\n%s", err, out, want)
	}
	// Neither is a point of this start: one of another host, and one of before.
	old := exec.Command("sh", "-euc", `. config/.env; curl -sSf -u "telegraf:$INFLUXDB_WRITE_PASSWORD" "http://127.0.0.1:8086/write?db=telegraf" --data-binary "$1"`, "sh",
		fmt.Sprintf("dns_anycast,host=other result_code=0i,answered=1i 4102444800000000000\ndns_anycast,host=%s result_code=0i,answered=1i", hostname))
	old.Dir = h.dir
	stacktest.Succeed(t, old)
	time.Sleep(time.Second)
	if out, err := h.stackWith([]string{"STACK_WAIT=2"}, "up"); err == nil || !strings.HasSuffix(out+"\n", want) {
		t.Errorf("with points of others: error %v\n%swant\n%s", err, out, want)
	}
	// Whose passwords are not InfluxDB's.
	env := stacktest.Read(t, h.file("config/.env"))
	stacktest.Write(t, h.file("config/.env"), regexp.MustCompile(`(INFLUXDB_ADMIN_PASSWORD)=.*`).ReplaceAllString(env, "$1=other"))
	if out, err := h.stack("up"); err == nil || !strings.Contains(out, "stack: the stack does not start: ") {
		t.Errorf("with another password: error %v\n%s", err, out)
	}
}

// refusals are what keeps stack up from starting, as commands in the host's directory, and what it says then.
var refusals = []struct{ name, spoil, want string }{
	{"no docker", `rm bin/docker tools/docker*`, "stack: docker is missing: https://docs.docker.com/engine/install/\n"},
	{"no compose", `: >"fails compose"; rm -f tools/docker-compose`, "stack: docker's compose plugin is missing: docker-compose-plugin, or in Debian docker-compose\n"},
	{"no daemon", `: >"fails info"`, "stack: docker does not reach its daemon: does it run, and may you use it? docker: no info\n"},
	{"no curl", `rm tools/curl`, "stack: curl is missing\n"},
	{"port of another program", `: >"owner 3000"`, "stack: port 3000 is in use already, by a program of this host: ss -ltnp sport = :3000\n"},
	{"port of another container", `echo "other web" >"owner 3000"`, "stack: port 3000 is in use already, by other web\n"},
	{"no plugin", `rm telegraf-dns-anycast`, "stack: the plugin is missing: DIR/bin/telegraf-dns-anycast; PLUGIN_BINARY in DIR/config/.env says where it is\n"},
	{"hidden file", `chmod 640 config/grafana/dashboards/dns_anycast.json`, "stack: DIR/config/grafana/dashboards/dns_anycast.json is not for all to read, as it must be for the containers: cd 'DIR' && chmod -R go+rX config/grafana config/influxdb config/*.conf config/*.csv scripts\n"},
	{"data without passwords", `mkdir -p /srv/telegraf-dns-anycast/influxdb/meta`, "stack: /srv/telegraf-dns-anycast/influxdb holds data, and the passwords, DIR/config/.env, are gone: bring it back, or set DATA_DIR to another directory\n"},
	{"two values", `umask 077; sed "s/^INFLUXDB_ADMIN_PASSWORD=/&x/; s/^GRAFANA_ADMIN_PASSWORD=/&x/" config/env.example >config/.env`, "stack: DIR/config/.env lacks values: INFLUXDB_WRITE_PASSWORD= INFLUXDB_READ_PASSWORD= (openssl rand -hex 16)\n"},
	{"an overlay's value", `sed "s/_PASSWORD=$/&x/" config/env.example >config/.env; : >"fails config"`, "stack: DIR/config/.env, or what COMPOSE_FILE names in it, is wrong: variable TLS_DIR is missing a value\n"},
	{"hidden script", `chmod 600 scripts/influxdb.sh`, "stack: DIR/scripts/influxdb.sh is not for all to read, as it must be for the containers: cd 'DIR' && chmod -R go+rX config/grafana config/influxdb config/*.conf config/*.csv scripts\n"},
	{"hidden scripts", `chmod 700 scripts`, "stack: DIR/scripts is not for all to read, as it must be for the containers: cd 'DIR' && chmod -R go+rX config/grafana config/influxdb config/*.conf config/*.csv scripts\n"},
	{"hidden plugin", `chmod 700 telegraf-dns-anycast`, "stack: DIR/telegraf-dns-anycast is not for all to run, as it must be for the container: chmod go+rx 'DIR/telegraf-dns-anycast'\n"},
	{"passwords of what stands still", `echo 1234 >containers`, "stack: containers of dns-anycast are there, and the passwords, DIR/config/.env, are gone: bring it back, or end the stack first: docker compose -p dns-anycast down\n"},
	{"carriage returns", `sed 's/$/\r/' config/env.example >config/.env`, "stack: DIR/config/.env, line 1: UNLIKE\n"},
	{"a note", `echo 'A=b # c' >config/.env`, "stack: DIR/config/.env, line 1: UNLIKE\n"},
	{"blanks", `echo 'A = b' >config/.env`, "stack: DIR/config/.env, line 1: UNLIKE\n"},
	{"a blank behind", `printf '\n#\nA="b"\nB=b \n' >config/.env`, "stack: DIR/config/.env, line 4: UNLIKE\n"},
	{"export", `echo 'export A=b' >config/.env`, "stack: DIR/config/.env, line 1: UNLIKE\n"},
	{"a variable", `echo 'A="$HOME/b"' >config/.env`, "stack: DIR/config/.env, line 1: UNLIKE\n"},
	{"a link to nothing", `ln -s gone config/.env`, "stack: DIR/config/.env is a link to nothing\n"},
	{"a name for a path", `echo DATA_DIR=d8 >config/.env`, "stack: DATA_DIR in DIR/config/.env is d8: it must begin with /\n"},
}

// TestStackRefuses: what is missing is one line, before anything is changed.
func TestStackRefuses(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.grafana(t)
	h.tools(t)
	stacktest.Succeed(t, exec.Command("sh", "-euc", `cd "$1" && rm bin/telegraf && ln -s /bin/sh tools/docker-compose`, "sh", h.dir))
	original := h.dir
	for _, c := range refusals {
		h.dir = filepath.Join(t.TempDir(), "copy")
		h.path = h.file("bin") + ":" + h.file("tools")
		stacktest.Succeed(t, exec.Command("cp", "-a", original, h.dir))
		h.program(t, "docker", fmt.Sprintf(fakeDocker, h.dir))
		stacktest.Succeed(t, exec.Command("sh", "-euc", `cd "$1" && eval "$2"`, "sh", h.dir, c.spoil))
		before, _ := os.ReadFile(h.file("config/.env"))
		there, _ := filepath.Glob(h.file("config/.env*"))
		out, err := h.stack("up")
		if want := strings.NewReplacer("DIR/", h.dir+"/", "'DIR'", "'"+h.dir+"'", "UNLIKE", unlike).Replace(c.want); err == nil || out != want {
			t.Errorf("%s: error %v\n%swant\n%s", c.name, err, out, want)
		}
		after, _ := os.ReadFile(h.file("config/.env"))
		said, _ := os.ReadFile(h.file("said"))
		files, _ := filepath.Glob(h.file("config/.env*"))
		if string(after) != string(before) || strings.Contains(string(said), "compose up") || len(files) != len(there) {
			t.Errorf("%s changes something: files %q; docker was told\n%s", c.name, files, said)
		}
		os.RemoveAll("/srv/telegraf-dns-anycast")
	}
}

// TestStackExported: what .env says, and what it leaves to its defaults, holds whatever the shell exports; DATA_DIR counts
// when .env is written, as the one who types it means it. What runs is not started anew when .env is gone.
func TestStackExported(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.grafana(t)
	stacktest.Write(t, h.file("no-telegraf"), "")
	h.program(t, "docker", strings.Replace(fmt.Sprintf(fakeDocker, h.dir), `echo "$*" >>said`, `echo "$*" >>said
echo "$* ${DATA_DIR-} ${INFLUXDB_READ_PASSWORD-} ${COMPOSE_FILE-} ${COMPOSE_PROFILES-}" >>seen`, 1))
	up := func(set ...string) (string, error) { return h.stackWith(set, "up", "--without-telegraf") }
	if out, err := up("DATA_DIR=a:b"); err == nil || !strings.HasPrefix(out, "stack: DATA_DIR cannot be "+h.file("a:b")+": ") || h.has("config/.env") {
		t.Errorf("a path that is none: error %v\n%s", err, out)
	}
	data := h.file("my data #1")
	for _, set := range [][]string{{"DATA_DIR=./my data #1"}, {"DATA_DIR=/srv/other", "INFLUXDB_READ_PASSWORD=other", "COMPOSE_FILE=other", "COMPOSE_PROFILES=other"}} {
		out, err := up(set...)
		if err != nil || !strings.Contains(out, "\ndata:    "+data+"; ") || h.env(t)["DATA_DIR"] != "'"+data+"'" {
			t.Errorf("%q: error %v, %v\n%s", set, err, h.env(t), out)
		}
	}
	if out, err := h.stackWith([]string{"DATA_DIR=/srv/other", "COMPOSE_PROFILES=other"}, "down"); err != nil || !strings.Contains(out, "the data are in "+data+",") {
		t.Errorf("down: error %v\n%s", err, out)
	}
	for line := range strings.Lines(stacktest.Read(t, h.file("seen"))) {
		want := "    \n"
		if strings.HasPrefix(line, "compose down") {
			want = "    telegraf\n"
		}
		if strings.HasPrefix(line, "compose ") && !strings.HasPrefix(line, "compose version") && !strings.HasSuffix(line, want) {
			t.Errorf("docker was told, with what is exported: %q", line)
		}
	}
	if err := os.Rename(h.file("config/.env"), h.file("env")); err != nil {
		t.Fatal(err)
	}
	if out, err := up(); err == nil || !strings.HasPrefix(out, "stack: the stack runs, and the passwords, "+h.file("config/.env")+", are gone: ") {
		t.Errorf("without .env: error %v\n%s", err, out)
	}
}

// TestStackUser: another user than .env's is told so at once, and one who may not look where data may be, that.
func TestStackUser(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	run := func(words string) string {
		cmd := exec.Command("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", h.file("config/stack"), words)
		cmd.Env = []string{"PATH=" + h.path, "HOME=" + h.dir}
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Error("nobody starts it")
		}
		return string(out)
	}
	shell(t, h.dir, "chmod 777 . && touch said && chmod 666 said && mkdir -p /srv/telegraf-dns-anycast && chmod 700 /srv/telegraf-dns-anycast")
	if out := run("up"); !strings.HasPrefix(out, "stack: nobody may not look into /srv/telegraf-dns-anycast, where data may be: ") {
		t.Errorf("up:\n%s", out)
	}
	stacktest.Write(t, h.file("config/.env"), "A=b\n")
	os.Chmod(h.file("config/.env"), 0o600)
	for _, words := range []string{"up", "down"} {
		if out := run(words); out != "stack: "+h.file("config/.env")+" cannot be read by nobody: run this as its owner, or with sudo\n" {
			t.Errorf("%s:\n%s", words, out)
		}
	}
}

// TestStackBuild: in a clone the plugin is built, with Go or in a container, and a container that runs another one is
// started again; the same one is left alone.
func TestStackBuild(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	built := h.file("bin/telegraf-dns-anycast")
	stacktest.Succeed(t, exec.Command("sh", "-euc", `cd "$1" && mv telegraf-dns-anycast of-container && echo exit >up &&
		cp -r "$2/go.mod" "$2/go.sum" "$2/cmd" "$2/plugins" .`, "sh", h.dir, stacktest.Root()))
	h.tools(t)
	h.program(t, "docker", strings.Replace(fmt.Sprintf(fakeDocker, h.dir), "esac", `"run --rm "*) cp of-container bin/telegraf-dns-anycast.new ;;`+"\nesac", 1))
	up := func(path string, want ...string) os.FileInfo {
		t.Helper()
		stacktest.Write(t, h.file("said"), "")
		cmd := exec.Command(h.file("config/stack"), "up")
		cmd.Env = []string{"PATH=" + h.file("bin") + ":" + path, "HOME=" + h.dir, "STACK_WAIT=0", "GOPROXY=off"}
		for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOTOOLCHAIN"} {
			cmd.Env = append(cmd.Env, name+"="+strings.TrimSpace(stacktest.Succeed(t, exec.Command("go", "env", name))))
		}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.HasSuffix(string(out), "docker compose logs grafana\n") { // it has done all but wait
			t.Fatalf("error %v\n%s", err, out)
		}
		var got []string
		for line := range strings.Lines(stacktest.Read(t, h.file("said"))) {
			if strings.HasPrefix(line, "run ") || strings.HasPrefix(line, "compose restart") {
				got = append(got, strings.ReplaceAll(strings.TrimSpace(line), h.dir, "DIR"))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("docker was told %q, want %q", got, want)
		}
		info, err := os.Stat(built)
		if err != nil || info.Mode() != 0o755 || h.has("bin/telegraf-dns-anycast.new") {
			t.Fatalf("built: %v, error %v", info, err)
		}
		return info
	}
	path := os.Getenv("PATH")
	first := up(path)
	if again := up(path); !os.SameFile(first, again) {
		t.Error("the same plugin took its own place")
	}
	if env := h.env(t); env["PLUGIN_BINARY"] != "" {
		t.Errorf(".env: %v", env)
	}
	container := fmt.Sprintf("run --rm -u %d:%d -e HOME=/tmp -e CGO_ENABLED=0 -v DIR:/src:ro -v DIR/bin:/out -w /src golang:1.26-bookworm "+
		"go build -buildvcs=false -trimpath -ldflags -s -w -o /out/telegraf-dns-anycast.new ./cmd/telegraf-dns-anycast", os.Getuid(), os.Getgid())
	up(h.file("tools"), container, "compose restart telegraf")
	if out, err := exec.Command(built, "--version").CombinedOutput(); err != nil {
		t.Errorf("what was built: %v\n%s", err, out)
	}
}

// TestStackRemote: where InfluxDB speaks TLS, it is asked by the name in its certificate, on this host, whoever has that name
// elsewhere. An .env that is there is enough, and DATA_DIR in it counts.
func TestStackRemote(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.grafana(t)
	certificates(t, h.dir, "influxdb")
	stacktest.Write(t, h.file("influxdb.conf"), strings.Replace(stacktest.Read(t, h.file("influxdb.conf")), "  auth-enabled = true",
		fmt.Sprintf("  auth-enabled = true\n  https-enabled = true\n  https-certificate = %q\n  https-private-key = %q", h.file("influxdb.pem"), h.file("influxdb.key")), 1))
	tls := "export INFLUXDB_URL=https://127.0.0.1:8086 CURL_CA_BUNDLE=ca.pem\n"
	stacktest.Write(t, h.file("tls"), tls)
	stacktest.Write(t, h.file("config/.env"), `INFLUXDB_ADMIN_PASSWORD=a
INFLUXDB_WRITE_PASSWORD=w
INFLUXDB_READ_PASSWORD=r
GRAFANA_ADMIN_PASSWORD="g"
GRAFANA_URL=https://grafana.example.net/
COMPOSE_PROJECT_NAME=dns-anycast
COMPOSE_FILE=docker-compose.yml:docker-compose.remote.yml
INFLUXDB_NAME=influxdb.example.net
DATA_DIR=./data
TLS_DIR=`+h.dir+"\n")
	out := h.up(t)
	if !strings.Contains(out, "stored:  nothing in the last five minutes.") || !strings.Contains(out, "\ndata:    "+h.file("config/data")+"; ") ||
		!strings.Contains(out, "Grafana: https://grafana.example.net/, user admin, password g\n") ||
		!strings.HasPrefix(out, "stack: "+h.file("config/.env")+", which holds passwords, can be read by others: chmod 600 '"+h.file("config/.env")+"'\n") {
		t.Errorf("with TLS:\n%s", out)
	}
	write := exec.Command("sh", "-euc", tls+`curl -sSf -u telegraf:w "$INFLUXDB_URL/write?db=telegraf" --data-binary 'dns_anycast,host=a result_code=0i,answered=1i'`)
	write.Dir = h.dir
	stacktest.Succeed(t, write)
	if out := h.up(t); !strings.Contains(out, "stored:  1 queries of the last five minutes, 1 of them answered\n") {
		t.Errorf("with a point:\n%s", out)
	}
}
