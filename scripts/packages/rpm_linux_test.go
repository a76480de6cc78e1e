package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// rpm reads the package, and installs, upgrades and removes it as Fedora's and others' would.
func TestRPM(t *testing.T) {
	t.Parallel()
	need(t, "rpm", "rpm")
	rpms := versions(t, "rpm", 2)
	query := func(args ...string) string {
		return output(t, exec.Command("rpm", append([]string{"-qp", rpms[0]}, args...)...))
	}
	const format = "%{NAME} %{VERSION} %{RELEASE} %{OS} %{BUILDHOST} %{PACKAGER} %{BUILDTIME}"
	r := mustRelease(t)
	if got, want := query("--qf", format), fmt.Sprintf("%s %s 1 linux localhost %s %d", name, r.version, maintainer, r.date.Unix()); got != want {
		t.Errorf("rpm says %q, want %q", got, want)
	}
	if got := query("--configfiles"); got != pluginConf+"\n" {
		t.Errorf("configuration files: %q", got)
	}
	if got := query("--scripts"); got != "" {
		t.Errorf("maintainer scripts: %s", got)
	}
	for path, want := range map[string]string{"/usr/bin/" + name: "-rwxr-xr-x", pluginConf: "-rw-r--r--", etc: "drwxr-xr-x", doc + "/examples": "l---------"} {
		if !strings.Contains(query("--qf", "[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]"), want+" root:root "+path+"\n") {
			t.Errorf("no %s with %s:\n%s", path, want, query("-lv"))
		}
	}
	m := newMachine(t, "sleep", "infinity")
	install := func(how, file string) {
		m.bring(t, file, filepath.Join("/tmp", filepath.Base(file)))
		m.run(t, "rpm", "--force-debian", "--nodeps", how, filepath.Join("/tmp", filepath.Base(file)))
	}
	install("--install", rpms[0])
	mine := configFor("127.0.0.1")
	m.write(t, pluginConf, mine)
	install("--upgrade", rpms[1])
	if got := m.read(t, pluginConf); got != mine {
		t.Errorf("the upgrade changed plugin.conf:\n%s", got)
	}
	if got := m.run(t, name, "--check", "--config", pluginConf); !strings.Contains(got, "127.0.0.1") {
		t.Errorf("--check of the installed plugin.conf: %s", got)
	}
	m.run(t, "rpm", "--force-debian", "--erase", name)
	if got := m.read(t, pluginConf+".rpmsave"); got != mine {
		t.Errorf("removal does not keep plugin.conf:\n%s", got)
	}
	for _, path := range []string{"/usr/bin/" + name, share, doc} {
		if m.has(path) {
			t.Errorf("%s is still there", path)
		}
	}
}
