package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// backupStub stands for scripts/backup: it says how it was called, and fails as it is told.
const backupStub = "#!/bin/sh\necho \"$* in $(umask)\" >>/run/called\n[ ! -e /run/broken ]\n"

// TestBackupUnits: what the page says about backups each night, typed on a machine with a real systemd, makes a timer that
// waits and a service that backs up; a backup that fails is a failed unit, which tells whom it is to.
func TestBackupUnits(t *testing.T) {
	t.Parallel()
	const systemd = "/lib/systemd/systemd"
	need(t, systemd, "systemd")
	m := newMachine(t, systemd, "--system", "--unit=only.target", "--log-target=null")
	m.run(t, "mkdir", "-p", "/src/scripts", "/src/config/systemd", "/usr/local/sbin")
	for path, text := range map[string]string{
		"/src/scripts/backup": backupStub, "/usr/local/sbin/sudo": "#!/bin/sh\nexec \"$@\"\n",
		unitDir + "told@.service": "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo %i >/run/told'\n",
	} {
		m.write(t, path, text)
		m.run(t, "chmod", "755", path)
	}
	for _, unit := range []string{"dns-anycast-backup.service", "dns-anycast-backup.timer"} {
		m.write(t, "/src/config/systemd/"+unit, string(read(t, filepath.Join(repository, "config/systemd", unit))))
	}
	nothing := func() string { return "" }
	await(t, "systemd", func() bool { code, _, _ := m.status(t, "systemctl", "daemon-reload"); return code == 0 }, nothing)
	typed := 0
	for _, command := range commandsOf(t, "config/README.md") {
		if strings.Contains(command, "dns-anycast-backup") {
			m.run(t, "sh", "-ec", "cd /src; PATH=/usr/local/sbin:$PATH; "+command)
			typed++
		}
	}
	if typed != 4 {
		t.Fatalf("the page has %d commands about it", typed)
	}
	const called = "--keep 14 /srv/backup in 0077\n"
	if got := m.read(t, "/run/called"); got != called {
		t.Errorf("called %q, want %q", got, called)
	}
	if next := m.run(t, "systemctl", "show", "--value", "-p", "NextElapseUSecRealtime", "dns-anycast-backup.timer"); !strings.Contains(next, " 03:") {
		t.Errorf("the next one is at %q", next)
	}

	m.write(t, "/run/broken", "")
	m.run(t, "mkdir", unitDir+"dns-anycast-backup.service.d")
	m.write(t, unitDir+"dns-anycast-backup.service.d/override.conf", "[Unit]\nOnFailure=told@%n.service\n[Service]\nEnvironment=DIRECTORY=/mnt/elsewhere KEEP=30\n")
	m.run(t, "systemctl", "daemon-reload")
	if code, _, _ := m.status(t, "systemctl", "start", "dns-anycast-backup"); code == 0 {
		t.Error("a backup that fails is not told")
	}
	if got := m.read(t, "/run/called"); got != called+"--keep 30 /mnt/elsewhere in 0077\n" {
		t.Errorf("called %q", got)
	}
	if failed := strings.Fields(m.run(t, "systemctl", "list-units", "--failed", "--plain", "--no-legend")); !slices.Contains(failed, "dns-anycast-backup.service") {
		t.Errorf("failed units: %q", failed)
	}
	await(t, "OnFailure=", func() bool {
		return m.has("/run/told") && strings.Contains(m.read(t, "/run/told"), "dns-anycast-backup.service")
	}, nothing)
}
