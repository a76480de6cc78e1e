package stack

import (
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

// checkTelegraf: the container has the host's network and no right beyond it, and telegraf.conf finds in it what it names.
func checkTelegraf(t *testing.T, p composed, remote bool) {
	t.Helper()
	s := p.Services["telegraf"]
	if s.Network != "host" || s.User != "1501:1501" || !s.ReadOnly ||
		!slices.Equal(s.Capabilities, []string{"ALL"}) || !slices.Equal(s.Security, []string{"no-new-privileges:true"}) {
		t.Errorf("telegraf: network %q, user %q, read-only %v, without %q, %q", s.Network, s.User, s.ReadOnly, s.Capabilities, s.Security)
	}
	version := regexp.MustCompile(`(?m)^TELEGRAF = (.*)$`).FindStringSubmatch(stacktest.Read(t, filepath.Join(stacktest.Root(), "Makefile")))
	if version == nil || s.Image != "telegraf:"+version[1] {
		t.Errorf("image %q, and the tests run %q", s.Image, version)
	}
	mounts := map[string]string{}
	for _, v := range s.Volumes {
		mounts[v.Target] = v.Source
		if !v.ReadOnly && v.Target != "/var/lib/telegraf" {
			t.Errorf("telegraf may write to %s", v.Target)
		}
	}
	conf := stacktest.Read(t, stacktest.Shipped("telegraf.conf"))
	command := regexp.MustCompile(`command = \["([^"]+)", "--config", "(.+)/plugin\.conf"\]`).FindStringSubmatch(conf)
	if command == nil || mounts[command[1]] != "/srv/plugin" || mounts[command[2]] != "/srv/data/plugin" ||
		mounts["/etc/telegraf/telegraf.conf"] != stacktest.Shipped("telegraf.conf") || mounts["/var/lib/telegraf"] != "/srv/data/telegraf" {
		t.Errorf("telegraf.conf runs %q, and there is %q", command, mounts)
	}
	address := "http://127.0.0.1:8086"
	if remote {
		address = "https://influxdb.example.net:8086"
		if mounts["/tls"] != "/srv/tls" || s.Environment["SSL_CERT_FILE"] != "/tls/ca.pem" {
			t.Errorf("certificates: %q, %v", mounts, s.Environment)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^[^#\n]*\$\{(\w+)\}`).FindAllStringSubmatch(conf, -1) {
		if s.Environment[m[1]] == "" {
			t.Errorf("docker-compose.yml does not hand %s on to Telegraf", m[1])
		}
	}
	if s.Environment["INFLUXDB_URL"] != address || s.Environment["INFLUXDB_ADMIN_PASSWORD"]+s.Environment["INFLUXDB_READ_PASSWORD"] != "" {
		t.Errorf("telegraf's environment %v", s.Environment)
	}
	for name, want := range map[string]string{"plugin_conf": "service_completed_successfully", "schema": "service_completed_successfully"} {
		if got := s.DependsOn[name].Condition; got != want {
			t.Errorf("telegraf waits for %s to be %q", name, got)
		}
	}
	for name, s := range p.Services {
		if optional := name == "telegraf" || name == "plugin_conf"; optional != slices.Equal(s.Profiles, []string{"telegraf"}) {
			t.Errorf("%s: profiles %q", name, s.Profiles)
		}
	}
}

// The step that brings a plugin.conf, run on directories in the place of the host's: what it brings is whole, for the user
// of Telegraf's service to read, and what an operator has put there stays.
func testComposePluginConf(t *testing.T, check string) {
	skiptest.Root(t)
	plugin := stacktest.Plugin(t)
	host := t.TempDir()
	s := compose(t, check, composeSets[0].files).Services["plugin_conf"]
	places := strings.NewReplacer("/host/", host+"/", "/shipped/", stacktest.Shipped("")+"/")
	for _, v := range s.Volumes {
		if strings.HasPrefix(v.Target, "/shipped/") {
			if v.Source != places.Replace(v.Target) || !v.ReadOnly {
				t.Errorf("%s is %s, read-only %v", v.Target, v.Source, v.ReadOnly)
			}
		} else if err := os.MkdirAll(places.Replace(v.Target), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := func() {
		t.Helper()
		// Not all of config: only what is mounted is there.
		command := strings.ReplaceAll(places.Replace(s.Command[0]), "/*.csv", "/*root-servers.csv")
		stacktest.Succeed(t, bare(s.Entrypoint[0], append(s.Entrypoint[1:], "umask 077; "+command)...))
	}
	run()
	conf := filepath.Join(host, "plugin/plugin.conf")
	stacktest.Succeed(t, exec.Command(plugin, "--check", "--config", conf))
	got := stacktest.Succeed(t, exec.Command("stat", "-c", "%n %a %u:%g", host+"/telegraf", conf, host+"/plugin/root-servers.csv", host+"/plugin/i.root-servers.csv"))
	want := strings.ReplaceAll("HOST/telegraf 755 1501:1501\nHOST/plugin/plugin.conf 644 0:0\nHOST/plugin/root-servers.csv 644 0:0\nHOST/plugin/i.root-servers.csv 644 0:0\n", "HOST", host)
	if left, err := filepath.Glob(host + "/plugin/.*"); got != want || err != nil || len(left) > 0 {
		t.Errorf("it leaves\n%swant\n%s%q, error %v", got, want, left, err)
	}
	stacktest.Write(t, conf, "the operator's")
	run()
	if text := stacktest.Read(t, conf); text != "the operator's" {
		t.Errorf("the operator's plugin.conf is now\n%s", text)
	}
}

// TestComposeWithoutTelegraf: where .env does not ask for it, Telegraf is no service.
func TestComposeWithoutTelegraf(t *testing.T) {
	t.Parallel()
	check := buildComposeCheck(t)
	out, err := bare(check, filledEnv(t, "COMPOSE_PROFILES"), "docker-compose.yml").Output()
	if err != nil || strings.Contains(string(out), "telegraf:1") || !strings.Contains(string(out), "influxdb:1") {
		t.Errorf("error %v\n%s", err, out)
	}
}
