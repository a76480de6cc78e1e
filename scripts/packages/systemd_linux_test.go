package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	unitDir = "/etc/systemd/system/"
	dropIn  = "telegraf.service.d/dns-anycast.conf"
)

// telegrafUnit is the unit file of Telegraf's package, from the module that this repository is built with.
func telegrafUnit(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/influxdata/telegraf")
	cmd.Dir = repository
	return string(read(t, filepath.Join(strings.TrimSpace(output(t, cmd)), "scripts/telegraf.service")))
}

// A real systemd runs Telegraf by its own unit and the drop-in, from where the package has put plugin and drop-in; in that
// sandbox it sees what it is to see and keeps its state.
func TestDropIn(t *testing.T) {
	t.Parallel()
	const systemd = "/lib/systemd/systemd"
	need(t, systemd, "systemd")
	telegraf := findTelegraf(t)
	m := newMachine(t, systemd, "--system", "--unit=only.target", "--log-target=null")
	m.bring(t, versions(t, "deb", 1)[0], "/run/a.deb")
	m.run(t, "dpkg", "--install", "/run/a.deb")
	m.bring(t, telegraf, "/usr/bin/telegraf")
	m.write(t, unitDir+"telegraf.service", telegrafUnit(t))
	m.run(t, "install", "-D", "-m", "644", share+"/config/systemd/"+dropIn, unitDir+dropIn)
	m.write(t, pluginConf, strings.Replace(configFor(serveName(t, "127.0.0.1", "lhr1"), serveName(t, "::1", "lhr2"), "127.0.0.1:1", "fe80::1%lo"),
		"timeout", "state_file = \"/var/lib/telegraf/dns_anycast.state\"\n  timeout", 1))
	m.write(t, "/etc/telegraf/telegraf.conf", agentConf(t, m))
	journal := func() string {
		_, out, _ := m.status(t, "journalctl", "--no-pager", "-n", "60", "-u", "telegraf")
		return out
	}
	await(t, "systemd", func() bool { code, _, _ := m.status(t, "systemctl", "daemon-reload"); return code == 0 }, journal)
	if code, _, stderr := m.status(t, "systemctl", "start", "telegraf"); code != 0 {
		t.Fatalf("systemctl start: %s%s", stderr, journal())
	}
	out := "/var/lib/telegraf/out"
	await(t, "two rounds", func() bool { return m.has(out) && strings.Count(m.read(t, out), "instance=lhr2") >= 2 }, journal)
	for _, want := range []string{`instance=lhr1,`, `time_source="kernel"`, `error="port unreachable from 127.0.0.1"`, `error="no IPv6 route from this host"`} {
		if !strings.Contains(m.read(t, out), want) {
			t.Errorf("no %s in\n%s", want, m.read(t, out))
		}
	}
	// All that Telegraf's cgroup holds is Telegraf and the plugin.
	status := m.run(t, "sh", "-c", `for p in $(cat "/sys/fs/cgroup$(systemctl show --value -p ControlGroup telegraf)/cgroup.procs"); do cat /proc/$p/status; done`)
	for _, want := range []string{"NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"} {
		if strings.Count(status, "\n"+want+"\n") != 2 {
			t.Errorf("not twice %q in\n%s", want, status)
		}
	}
	m.run(t, "systemctl", "stop", "telegraf")
	if !strings.Contains(m.read(t, "/var/lib/telegraf/dns_anycast.state"), "lhr1") {
		t.Error("the state file does not name lhr1")
	}
	if log := journal(); regexp.MustCompile(` E! .*(denied|not permitted|read-only)`).MatchString(log) {
		t.Errorf("something is refused:\n%s", log)
	}
}

// The exposure that systemd-analyze security sees, without and with the drop-in: the command's page tells both.
func TestExposure(t *testing.T) {
	need(t, "systemd-analyze", "systemd")
	dir := t.TempDir()
	unit := filepath.Join(dir, "telegraf.service")
	write(t, unit, telegrafUnit(t))
	before := exposure(t, unit)
	write(t, filepath.Join(dir, dropIn), string(read(t, filepath.Join(repository, "config/systemd", dropIn))))
	after := exposure(t, unit)
	t.Logf("overall exposure level: %.1f, with the drop-in %.1f", before, after)
	if before < 9 || after > 2 {
		t.Errorf("overall exposure level %.1f and %.1f, want 9 or more and 2 at most", before, after)
	}
	// Telegraf need not be here; nothing may be said about the drop-in.
	said, _ := exec.Command("systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
	if strings.Contains(string(said), filepath.Base(dropIn)) {
		t.Errorf("systemd-analyze verify: %s", said)
	}
}

func exposure(t *testing.T, unit string) float64 {
	t.Helper()
	said := output(t, exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", unit))
	m := regexp.MustCompile(`Overall exposure level for telegraf\.service: ([0-9.]+) `).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no overall exposure level in\n%s", said)
	}
	level, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return level
}
