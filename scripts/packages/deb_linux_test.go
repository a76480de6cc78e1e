package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

const pluginConf = etc + "/plugin.conf"

// builtOnce is the binary that all tests install.
var builtOnce = sync.OnceValues(func() ([]byte, error) { return release{source: repository}.build(here()) })

func here() platform {
	p := platform{"linux", runtime.GOARCH, ""}
	if p.arch == "arm" {
		p.variant = "v7"
	}
	return p
}

// versions makes n packages for this processor, each of a higher version and with another plugin.conf.
func versions(t *testing.T, format string, n int) []string {
	t.Helper()
	program, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	r := mustRelease(t)
	tree, err := r.systemTree(program, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := make([]string, n)
	for i := range files {
		if i > 0 {
			r.version = fmt.Sprintf("999.%d.0", i)
		}
		for j := range tree {
			if tree[j].config && i > 0 {
				tree[j].data = append(bytes.Clone(tree[j].data), "# of "+r.version+"\n"...)
			}
		}
		if files[i], err = r.writePackage(format, here(), tree, nil, t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// A package is installed, upgraded, configured, also wrongly, removed and purged, and Telegraf runs it from where it lies.
func TestDeb(t *testing.T) {
	t.Parallel()
	telegraf := findTelegraf(t)
	m := newMachine(t, "sleep", "infinity")
	debs := versions(t, "deb", 3)
	for i, deb := range debs {
		debs[i] = fmt.Sprintf("/tmp/%d.deb", i)
		m.bring(t, deb, debs[i])
	}
	m.run(t, "dpkg", "--install", debs[0])
	sample := string(read(t, filepath.Join(repository, "plugins/inputs/dns_anycast/sample.conf")))
	if got := m.read(t, pluginConf); got != sample {
		t.Errorf("the plugin.conf that is installed is not sample.conf:\n%s", got)
	}
	if got := m.run(t, asTelegraf(name, "--check", "--config", pluginConf)...); !strings.Contains(got, "127.0.0.1") {
		t.Errorf("--check of the installed plugin.conf: %s", got)
	}
	if got, want := m.run(t, name, "--version"), name+" "+mustRelease(t).version+" "; !strings.HasPrefix(got, want) {
		t.Errorf("--version says %q, want %q", got, want)
	}

	m.run(t, "dpkg", "--install", debs[1])
	if got := m.read(t, pluginConf); got != sample+"# of 999.1.0\n" {
		t.Errorf("plugin.conf that nobody edited is not the new one:\n%s", got)
	}
	mine := configFor(serveName(t, "127.0.0.1", "lhr1"))
	m.write(t, pluginConf, mine)
	m.run(t, "dpkg", "--force-confdef", "--force-confold", "--install", debs[2])
	if got := m.read(t, pluginConf); got != mine {
		t.Errorf("the upgrade changed plugin.conf:\n%s", got)
	}
	if got := m.run(t, "dpkg-query", "-W", "-f", "${Status} ${Version}", name); got != "install ok installed 999.2.0" {
		t.Errorf("dpkg says %q", got)
	}
	checkTelegraf(t, m, telegraf)

	m.run(t, "dpkg", "--remove", name)
	if m.read(t, pluginConf) == "" || m.has("/usr/bin/"+name) || m.has(share) || m.has(doc) {
		t.Error("removal leaves the program, or takes plugin.conf")
	}
	m.run(t, "dpkg", "--install", debs[2])
	m.run(t, "dpkg", "--purge", name)
	for _, path := range []string{etc, "/usr/bin/" + name, share, doc} {
		if m.has(path) {
			t.Errorf("%s is still there: %s", path, m.run(t, "find", path))
		}
	}
}

// checkTelegraf runs Telegraf as its package does, with the execd block of the installed example, first with a good and
// then with a wrong plugin.conf.
func checkTelegraf(t *testing.T, m *machine, telegraf string) {
	t.Helper()
	m.bring(t, telegraf, "/usr/bin/telegraf")
	m.write(t, "/etc/telegraf/telegraf.conf", agentConf(t, m))
	out := "/var/lib/telegraf/out"
	end := m.startTelegraf(t)
	await(t, "two points", func() bool { return m.has(out) && strings.Count(m.read(t, out), "instance=lhr1") >= 2 }, end)
	end()
	above, below, _ := strings.Cut(m.read(t, pluginConf), "servers")
	m.write(t, pluginConf, above+"server"+below)
	message := fmt.Sprintf(`%s:%d: cloud[1] "demo".server: unknown option: did you mean servers?`, pluginConf, 1+strings.Count(above, "\n"))
	code, stdout, stderr := m.status(t, name, "--check", "--config", pluginConf)
	if code != 2 || stdout != "" || stderr != message+"\n" {
		t.Errorf("--check of a wrong plugin.conf: status %d, stdout %q, stderr %q, want status 2 and %q", code, stdout, stderr, message)
	}
	end = m.startTelegraf(t)
	said := regexp.MustCompile(`(?m)^\S+ E! \[inputs\.execd\] .*` + regexp.QuoteMeta(message))
	await(t, "the refusal", func() bool { return said.MatchString(m.read(t, telegrafLog)) }, func() string { return m.read(t, telegrafLog) })
	end()
}

const telegrafLog = "/var/lib/telegraf/log"

// startTelegraf returns what ends it and says what it wrote.
func (m *machine) startTelegraf(t *testing.T) func() string {
	t.Helper()
	const start = `echo $$ >/run/telegraf.pid; exec "$@"`
	cmd := m.command(append([]string{"sh", "-c", start, "sh"}, asTelegraf("telegraf", "--config", "/etc/telegraf/telegraf.conf")...)...)
	log, err := os.Create(m.outside(telegrafLog))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	return func() string {
		if !ended {
			ended = true
			m.run(t, "sh", "-c", "kill $(cat /run/telegraf.pid)")
			cmd.Wait()
		}
		return m.read(t, telegrafLog)
	}
}

func asTelegraf(args ...string) []string {
	return append([]string{"setpriv", "--reuid=telegraf", "--regid=telegraf", "--clear-groups"}, args...)
}

// agentConf takes the execd block from the example that the package installed.
func agentConf(t *testing.T, m *machine) string {
	t.Helper()
	example := m.run(t, "cat", doc+"/examples/telegraf.conf")
	_, block, ok := strings.Cut(example, "\n[[inputs.execd]]\n")
	block, _, ok2 := strings.Cut(block, "\n[[outputs.")
	if !ok || !ok2 || !strings.Contains(block, `["/usr/bin/`+name+`", "--config", "`+pluginConf+`"]`) {
		t.Fatalf("the example does not run the installed plugin:\n%s", example)
	}
	return "[agent]\n  interval = \"1s\"\n  flush_interval = \"1s\"\n  omit_hostname = true\n[[inputs.execd]]\n" + block +
		"\n[[outputs.file]]\n  files = [\"/var/lib/telegraf/out\"]\n"
}

func configFor(servers ...string) string {
	return fmt.Sprintf(`[[inputs.dns_anycast]]
  timeout = "500ms"
  [[inputs.dns_anycast.cloud]]
    name = "demo"
    servers = ["%s"]
`, strings.Join(servers, `", "`))
}

func findTelegraf(t *testing.T) string {
	t.Helper()
	for _, path := range []string{os.Getenv("TELEGRAF"), filepath.Join(repository, "bin/telegraf"), "telegraf"} {
		if path, err := exec.LookPath(path); err == nil {
			return path
		}
	}
	missing(t, "Telegraf", "make telegraf")
	return ""
}
