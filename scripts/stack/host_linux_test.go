package stack

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// host is a machine for config/stack: a network of its own, where ports 3000 and 8086 are free, an empty /srv, and what
// an archive holds. Its docker runs programs of this machine in the place of containers.
type host struct {
	dir, path string // what lies where an archive was unpacked; its PATH
}

// fakeDocker says what it was told in a log. ps names whom the file of a port
// does, compose up runs the file up, and a command fails where a file says so.
const fakeDocker = `#!/bin/sh
cd %[1]q
echo "$*" >>said
[ ! -e "fails $1" ] || { echo "docker: no $1" >&2; exit 1; }
case $* in
"ps --filter publish="*) port=${3#*=} && cat "owner $port" 2>/dev/null; exit 0 ;;
"ps -aq "*) cat containers 2>/dev/null; exit 0 ;;
"compose ps -q telegraf") echo 1234 ;;
"compose up -d") exec sh ./up ;;
"compose logs "*) echo "the log of Telegraf's container" ;;
"compose config") [ ! -e "fails config" ] || { echo "variable TLS_DIR is missing a value" >&2; exit 1; } ;;
esac
`

// composeUp does for influxd, schema and telegraf what docker-compose.yml says of them. Telegraf has no capability, and
// is the user of its service.
const composeUp = `set -eu
[ ! -e up.fails ] || exit 1
if [ ! -e influxd.pid ]; then
	setsid influxd -config %[1]q/influxdb.conf >influxd.log 2>&1 &
	echo $! >influxd.pid
fi
. config/.env
export INFLUXDB_ADMIN_PASSWORD INFLUXDB_WRITE_PASSWORD INFLUXDB_READ_PASSWORD
[ ! -e tls ] || . ./tls
config/influxdb/setup
echo 'dns-anycast influxdb' >'owner 8086'
[ "${COMPOSE_PROFILES-}" = telegraf ] && [ ! -e no-telegraf ] && [ ! -e telegraf.pid ] || exit 0
mkdir -p /srv/telegraf-dns-anycast/plugin
[ -e /srv/telegraf-dns-anycast/plugin/plugin.conf ] || {
	cp config/*.csv /srv/telegraf-dns-anycast/plugin
	cp config/root-servers.conf /srv/telegraf-dns-anycast/plugin/plugin.conf
}
INFLUXDB_URL=http://127.0.0.1:8086 setsid setpriv --reuid=1501 --regid=1501 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
	%[2]q --config config/telegraf.conf >telegraf.log 2>&1 &
echo $! >telegraf.pid
`

// newHost moves the test into it, for good.
func newHost(t *testing.T) *host {
	t.Helper()
	telegraf := skiptest.Telegraf(t, stacktest.Root())
	plugin := stacktest.Plugin(t)
	skiptest.Program(t, "influxd", "influxdb")
	skiptest.Program(t, "curl", "curl")
	skiptest.Root(t)
	h := &host{dir: t.TempDir()}
	for dir := h.dir; dir != filepath.Clean(os.TempDir()); dir = filepath.Dir(dir) { // for the user of Telegraf's service
		os.Chmod(dir, 0o755)
	}
	h.path = h.file("bin") + ":" + os.Getenv("PATH")
	if err := os.CopyFS(h.file("config"), os.DirFS(stacktest.Shipped(""))); err != nil {
		t.Fatal(err)
	}
	os.Remove(h.file("config/.env"))
	stacktest.Succeed(t, exec.Command("sh", "-euc", `cd "$1" && mkdir bin scripts && cp "$2" scripts && cp "$3" . && cp "$4" bin/telegraf
		chmod 755 telegraf-dns-anycast bin/telegraf`,
		"sh", h.dir, filepath.Join(stacktest.Root(), "scripts/influxdb.sh"), plugin, telegraf))
	h.program(t, "docker", fmt.Sprintf(fakeDocker, h.dir))
	stacktest.Write(t, h.file("up"), fmt.Sprintf(composeUp, h.dir, h.file("bin/telegraf")))
	stacktest.Write(t, h.file("influxdb.conf"), fmt.Sprintf(stackConf, h.dir, "127.0.0.1:8088", "127.0.0.1:8086"))
	stacktest.Write(t, h.file("config/telegraf.conf"), edited(t, "telegraf.conf",
		`  interval = "10s"`, `  interval = "1s"`, `collection_jitter = "2s"`, `collection_jitter = "0s"`, `flush_interval = "10s"`, `flush_interval = "1s"`,
		"/usr/local/bin/telegraf-dns-anycast", h.file("telegraf-dns-anycast"),
		"/etc/telegraf-dns-anycast/plugin.conf", "/srv/telegraf-dns-anycast/plugin/plugin.conf",
		"INFLUXDB_URL:-http://127.0.0.1:8086", "INFLUXDB_URL:-http://127.0.0.1:9"))
	nstest.Enter(t, unix.CLONE_NEWNS)
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", "/srv", "tmpfs", 0, "mode=755"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.kill(t, "telegraf.pid"); h.kill(t, "influxd.pid") })
	return h
}

func (h *host) file(name string) string { return filepath.Join(h.dir, name) }

func (h *host) has(name string) bool {
	_, err := os.Stat(h.file(name))
	return err == nil
}

func (h *host) program(t *testing.T, name, text string) {
	t.Helper()
	stacktest.Write(t, h.file("bin/"+name), text)
	if err := os.Chmod(h.file("bin/"+name), 0o755); err != nil {
		t.Fatal(err)
	}
}

// tools makes a directory for the PATH with what config/stack runs, and neither Go nor a docker.
func (h *host) tools(t *testing.T) {
	t.Helper()
	stacktest.Succeed(t, exec.Command("sh", "-euc", `mkdir "$1" && for program in sh awk basename dirname cat chmod cmp cp curl date find grep head id ln ls mkdir mktemp mv od rm sed sleep tail tr uname; do
		ln -s "$(command -v $program)" "$1"; done`, "sh", h.file("tools")))
}

// kill ends the process whose number is in a file.
func (h *host) kill(t *testing.T, file string) {
	var pid int
	if b, err := os.ReadFile(h.file(file)); err == nil {
		if _, err := fmt.Sscan(string(b), &pid); err == nil {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		os.Remove(h.file(file))
	}
}

// stack runs config/stack.
func (h *host) stack(arguments ...string) (string, error) { return h.stackWith(nil, arguments...) }

// stackWith is stack in the directory of the clone, with more in the environment.
func (h *host) stackWith(environment []string, arguments ...string) (string, error) {
	cmd := exec.Command(h.file("config/stack"), arguments...)
	cmd.Dir = h.dir
	cmd.Env = append([]string{"PATH=" + h.path, "HOME=" + h.dir, "STACK_WAIT=90"}, environment...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// grafana answers as Grafana does when it is ready.
func (h *host) grafana(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:3000")
	if err != nil {
		t.Fatal(err)
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/health" {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(func() { l.Close() })
	stacktest.Write(t, h.file("owner 3000"), "other web\ndns-anycast grafana\n") // at another address
}

// plugin has the operator's plugin.conf, with a server of his own.
func (h *host) plugin(t *testing.T, server string) {
	t.Helper()
	stacktest.Write(t, "/srv/telegraf-dns-anycast/plugin/plugin.conf", fmt.Sprintf(`
[[inputs.dns_anycast]]
  [[inputs.dns_anycast.cloud]]
    name = "own"
    servers = [%q]
`, server))
}

// up runs stack up, which is to succeed, and returns what it says.
func (h *host) up(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := h.stack(append([]string{"up"}, arguments...)...)
	if err != nil {
		telegraf, _ := os.ReadFile(h.file("telegraf.log"))
		t.Fatalf("up: %v\n%s\n%s", err, out, telegraf)
	}
	return out
}

// env is what .env says, by name; it checks that nobody else may read it.
func (h *host) env(t *testing.T) map[string]string {
	t.Helper()
	info, err := os.Stat(h.file("config/.env"))
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf(".env: %v, error %v", info.Mode(), err)
	}
	all := map[string]string{}
	for line := range strings.Lines(stacktest.Read(t, h.file("config/.env"))) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && line[0] != '#' {
			all[name] = value
		}
	}
	return all
}
