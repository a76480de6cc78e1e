package stack

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// A set of compose files, and the variables that it refuses to be without.
var composeSets = []struct {
	files, needed []string
}{
	{
		[]string{"docker-compose.yml"},
		[]string{"INFLUXDB_ADMIN_PASSWORD", "INFLUXDB_WRITE_PASSWORD", "INFLUXDB_READ_PASSWORD", "GRAFANA_ADMIN_PASSWORD"},
	},
	{
		[]string{"docker-compose.yml", "docker-compose.remote.yml"},
		[]string{"INFLUXDB_NAME", "INFLUXDB_ADDRESS", "TLS_DIR"},
	},
	{
		[]string{"docker-compose.yml", "docker-compose.email.yml"},
		[]string{"ALERT_EMAIL", "GF_SMTP_HOST", "GF_SMTP_FROM_ADDRESS"},
	},
	{
		[]string{"docker-compose.yml", "docker-compose.webhook.yml"},
		[]string{"ALERT_WEBHOOK_URL"},
	},
	{
		[]string{"docker-compose.yml", "docker-compose.email.yml", "docker-compose.webhook.yml", "docker-compose.watchdog.yml"},
		[]string{"WATCHDOG_URL", "ALERT_EMAIL", "ALERT_WEBHOOK_URL"},
	},
}

func remote(files []string) bool { return slices.Contains(files, "docker-compose.remote.yml") }

// filledEnv is env.example with a value for every variable but those that are left out, which makes Telegraf
// one of the services.
func filledEnv(t *testing.T, without ...string) string {
	t.Helper()
	values := map[string]string{
		"COMPOSE_FILE": "", "COMPOSE_PROJECT_NAME": "", // for the command itself
		"INFLUXDB_NAME": "influxdb.example.net", "INFLUXDB_ADDRESS": "192.0.2.1", "TLS_DIR": "/srv/tls",
		"DATA_DIR": "/srv/data", "VICTORIAMETRICS_MEMORY": "4g", "VMALERT_MEMORY": "512m",
		"INFLUXDB_MEMORY": "8g", "GRAFANA_MEMORY": "512m", "TELEGRAF_MEMORY": "256m",
		"COMPOSE_PROFILES": "telegraf", "PLUGIN_BINARY": "/srv/plugin", "GRAFANA_URL": "https://grafana.example.net/",
	}
	text := regexp.MustCompile(`(?m)^#?([A-Z_]+)=.*$`).ReplaceAllStringFunc(stacktest.Read(t, stacktest.Shipped("env.example")), func(line string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "#"), "=")
		value, ok := values[name]
		if !ok {
			value = "secret" + name
		}
		if value == "" || slices.Contains(without, name) {
			return name + "="
		}
		return name + "=" + value
	})
	file := filepath.Join(t.TempDir(), "env")
	stacktest.Write(t, file, text)
	return file
}

// bare is a command in config that knows no variable of ours.
func bare(name string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(name, arguments...)
	cmd.Dir = stacktest.Shipped("")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	return cmd
}

func dockerCompose(env string, files []string) ([]byte, error) {
	arguments := []string{"--env-file", env}
	for _, f := range files {
		arguments = append(arguments, "-f", f)
	}
	return bare("docker-compose", append(arguments, "config", "-q")...).CombinedOutput()
}

func TestDockerCompose(t *testing.T) {
	t.Parallel()
	skiptest.Program(t, "docker-compose", "docker-compose")
	// Each file once, which takes a second and more: what each set comes to and needs, its library tells TestCompose.
	seen := map[string]bool{}
	for _, set := range slices.Backward(composeSets) {
		before := len(seen)
		for _, file := range set.files {
			seen[file] = true
		}
		if len(seen) == before {
			continue
		}
		if out, err := dockerCompose(filledEnv(t), set.files); err != nil || len(out) > 0 {
			t.Errorf("%q: %v\n%s", set.files, err, out)
		}
	}
	set := composeSets[0]
	if out, err := dockerCompose(filledEnv(t, set.needed[0]), set.files); err == nil ||
		!strings.Contains(string(out), "fill in config/.env") {
		t.Errorf("%q without %s: error %v:\n%s", set.files, set.needed[0], err, out)
	}
}

// buildComposeCheck builds the module that has Docker Compose's own library.
func buildComposeCheck(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "composecheck")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = "../composecheck"
	out, err := cmd.CombinedOutput()
	if err == nil {
		return path
	}
	if !bytes.Contains(out, []byte("dial tcp")) {
		t.Fatalf("build scripts/composecheck: %v\n%s", err, out)
	}
	skiptest.Missing(t, "a module of scripts/composecheck", "go -C scripts/composecheck mod download")
	return ""
}

func TestCompose(t *testing.T) {
	t.Parallel()
	check := buildComposeCheck(t)
	t.Run("check", func(t *testing.T) { testComposeCheck(t, check) })
	t.Run("promises", func(t *testing.T) { testComposePromises(t, check) })
	t.Run("plugin.conf", func(t *testing.T) { testComposePluginConf(t, check) })
	t.Run("owners", func(t *testing.T) { testComposeOwners(t, check) })
	t.Run("metrics", func(t *testing.T) { testComposeMetrics(t, check) })
	t.Run("notify", func(t *testing.T) { testComposeNotify(t, check) })
}

func testComposeCheck(t *testing.T, check string) {
	if out, err := bare(check, "env.example", "docker-compose.yml").CombinedOutput(); err == nil {
		t.Errorf("the empty example is accepted:\n%s", out)
	}
	for _, set := range composeSets {
		run := func(env string, files ...string) (string, error) {
			out, err := bare(check, append([]string{env}, files...)...).CombinedOutput()
			return string(out), err
		}
		if out, err := run(filledEnv(t), set.files...); err != nil {
			t.Errorf("%q: %v\n%s", set.files, err, out)
		}
		for _, name := range set.needed {
			out, err := run(filledEnv(t, name), set.files...)
			if err == nil || !strings.Contains(out, "required variable "+name+" is missing a value: fill in config/.env") {
				t.Errorf("%q without %s: error %v:\n%s", set.files, name, err, out)
			}
		}
		last := len(set.files) - 1
		for _, fault := range [][2]string{
			{"environment:", "enviroment:"}, {`interval: 10s`, `interval: tens`}, {"healthcheck:", "healthcheck: [\n"},
		} {
			text := stacktest.Read(t, stacktest.Shipped(set.files[last]))
			if !strings.Contains(text, fault[0]) {
				continue
			}
			broken := filepath.Join(t.TempDir(), "compose.yml")
			stacktest.Write(t, broken, strings.Replace(text, fault[0], fault[1], 1))
			if out, err := run(filledEnv(t), append(set.files[:last:last], broken)...); err == nil {
				t.Errorf("%q with %q:\n%s", set.files, fault[1], out)
			}
		}
	}
}

// composed is what compose files come to.
type composed struct {
	Services map[string]*service
}

type service struct {
	Image, Restart, User string
	Network              string `json:"network_mode"`
	Profiles             []string
	Memory               string `json:"mem_limit"`
	Environment          map[string]string
	Entrypoint, Command  []string
	Capabilities         []string `json:"cap_drop"`
	ReadOnly             bool     `json:"read_only"`
	Security             []string `json:"security_opt"`
	Healthcheck          *struct{ Test []string }
	Networks             map[string]*struct{ Aliases []string }
	Ports                []struct {
		HostIP    string `json:"host_ip"`
		Target    int
		Published string
	}
	Volumes   []volume
	DependsOn map[string]struct{ Condition string } `json:"depends_on"`
}

type volume struct {
	Type, Source, Target string
	ReadOnly             bool `json:"read_only"`
}

func compose(t *testing.T, check string, files []string) composed {
	t.Helper()
	out, err := bare(check, append([]string{filledEnv(t)}, files...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var p composed
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// What the files promise: pinned images, ports that only those reach who may, data on the host.
func testComposePromises(t *testing.T, check string) {
	for _, set := range composeSets {
		p := compose(t, check, set.files)
		ports := map[string][]string{}
		for name, s := range p.Services {
			if !regexp.MustCompile(`^[a-z/]+:\d+\.\d+\.\d+$`).MatchString(s.Image) {
				t.Errorf("%s: image %s is not pinned", name, s.Image)
			}
			for _, port := range s.Ports {
				ports[name] = append(ports[name], port.HostIP+":"+port.Published)
			}
			for _, v := range s.Volumes {
				if v.Type != "bind" {
					t.Errorf("%s: %s is not on the host", name, v.Target)
				}
				if _, err := os.Stat(v.Source); err != nil && !strings.HasPrefix(v.Source, "/srv/") {
					t.Errorf("%s: %v", name, err)
				}
			}
			lasts := name == "influxdb" || name == "grafana" || name == "telegraf"
			if memory := map[string]string{"influxdb": "8589934592", "grafana": "536870912", "telegraf": "268435456"}[name]; s.Memory != memory {
				t.Errorf("%s: memory %q, want %q", name, s.Memory, memory)
			}
			if lasts != (s.Restart == "unless-stopped") || (lasts && name != "telegraf") != (s.Healthcheck != nil) {
				t.Errorf("%s: restart %q, health check %v", name, s.Restart, s.Healthcheck)
			}
		}
		open := []string{"127.0.0.1:8086"}
		if remote(set.files) {
			open = append(open, "192.0.2.1:8086")
		}
		if len(ports) != 2 || !slices.Equal(ports["grafana"], []string{"127.0.0.1:3000"}) || !slices.Equal(ports["influxdb"], open) {
			t.Errorf("%q opens %v", set.files, ports)
		}
		checkEnvironment(t, p, remote(set.files))
		checkTelegraf(t, p, remote(set.files))
	}
}

// checkEnvironment: every service reaches InfluxDB at one address, and each knows no password beyond its own.
func checkEnvironment(t *testing.T, p composed, remote bool) {
	t.Helper()
	influxdb, grafana, schema := p.Services["influxdb"].Environment, p.Services["grafana"].Environment, p.Services["schema"].Environment
	address, own := "http://influxdb:8086", "http://127.0.0.1:8086"
	if remote {
		address = "https://influxdb.example.net:8086"
		own = address
		if a := p.Services["influxdb"].Networks["default"].Aliases; !slices.Equal(a, []string{"influxdb.example.net"}) {
			t.Errorf("influxdb is known to the others as %q", a)
		}
	}
	test := p.Services["influxdb"].Healthcheck.Test
	if influxdb["INFLUXDB_URL"] != own || grafana["INFLUXDB_URL"] != address || schema["INFLUXDB_URL"] != address || test[len(test)-1] != address+"/ping" {
		t.Errorf("remote %v: addresses %q %q %q %q", remote, influxdb["INFLUXDB_URL"], grafana["INFLUXDB_URL"], schema["INFLUXDB_URL"], test)
	}
	if influxdb["INFLUXDB_HTTP_AUTH_ENABLED"] != "true" || (influxdb["INFLUXDB_HTTP_HTTPS_ENABLED"] == "true") != remote {
		t.Errorf("remote %v: influxdb's environment %v", remote, influxdb)
	}
	for name, s := range p.Services {
		for key, value := range s.Environment {
			if strings.HasSuffix(key, "_PASSWORD") && !strings.HasPrefix(value, "secret") {
				t.Errorf("%s: %s does not come from .env", name, key)
			}
		}
	}
	for _, key := range []string{"INFLUXDB_ADMIN_PASSWORD", "INFLUXDB_WRITE_PASSWORD"} {
		if grafana[key] != "" {
			t.Errorf("grafana knows %s", key)
		}
	}
	for name, s := range map[string]string{"influxdb": "owners", "schema": "influxdb", "grafana": "schema"} {
		want := "service_completed_successfully"
		if s == "influxdb" {
			want = "service_healthy"
		}
		if got := p.Services[name].DependsOn[s].Condition; got != want {
			t.Errorf("%s waits for %s to be %q, want %q", name, s, got, want)
		}
	}
}

// The step that sets owners, run on directories in the place of the host's.
func testComposeOwners(t *testing.T, check string) {
	skiptest.Root(t)
	for _, set := range composeSets {
		host := t.TempDir()
		s := compose(t, check, set.files).Services["owners"]
		for _, v := range s.Volumes {
			dir := strings.Replace(v.Target, "/host", host, 1)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			stacktest.Write(t, filepath.Join(dir, "some.pem"), "")
			stacktest.Write(t, filepath.Join(dir, "some.key"), "")
		}
		stacktest.Succeed(t, bare(s.Entrypoint[0], append(s.Entrypoint[1:], strings.ReplaceAll(s.Command[0], "/host", host))...))
		var got []string
		for _, v := range s.Volumes {
			for _, name := range []string{"some.pem", "some.key"} {
				file := strings.Replace(v.Target, "/host", host, 1) + "/" + name
				got = append(got, strings.TrimPrefix(strings.TrimSpace(stacktest.Succeed(t, exec.Command("stat", "-c", "%n %u:%g %a", file))), host))
			}
		}
		slices.Sort(got)
		want := []string{
			"/grafana/some.key 472:0 644", "/grafana/some.pem 472:0 644", "/influxdb/some.key 1500:1500 644", "/influxdb/some.pem 1500:1500 644",
		}
		if remote(set.files) {
			want = append(want, "/tls/some.key 1500:1500 400", "/tls/some.pem 1500:1500 444")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: owners\n%q, want\n%q", set.files, got, want)
		}
	}
}

// Only an empty example ships: no name in it has a value but the project's.
func TestEnvExample(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(stacktest.Read(t, stacktest.Shipped("env.example"))) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || line == "" || line == "COMPOSE_PROJECT_NAME=dns-anycast" {
			continue
		}
		if !regexp.MustCompile(`^[A-Z_]+=$`).MatchString(line) {
			t.Errorf("env.example has %q", line)
		}
	}
}
