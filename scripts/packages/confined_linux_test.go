package main

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// confine runs a program as nobody, without a capability and unable to gain one, with nothing to write to, no
// environment, and of /proc its own processes alone.
const confine = `set -e
mount -t proc -o hidepid=invisible,subset=pid proc /proc
for m in $(findmnt -rno TARGET); do mount -o remount,bind,ro "$m"; done
cd /
exec env -i setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$@"
`

func confined(args ...string) []string {
	return append([]string{"unshare", "-m", "sh", "-c", confine, "sh"}, args...)
}

// What no privilege at all sees is what root sees: names, kernel time stamps, ICMP errors, TCP, host names.
func TestConfined(t *testing.T) {
	t.Parallel()
	m := newMachine(t, "sleep", "infinity")
	m.bring(t, versions(t, "deb", 1)[0], "/tmp/a.deb")
	m.run(t, "dpkg", "--install", "/tmp/a.deb")

	status := m.run(t, confined("/bin/cat", "/proc/self/status")...)
	for _, want := range []string{"Uid:\t65534\t65534\t65534\t65534", "NoNewPrivs:\t1", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "CapAmb:\t0000000000000000"} {
		if !strings.Contains(status, "\n"+want+"\n") {
			t.Fatalf("not confined: %s is missing:\n%s", want, status)
		}
	}
	for _, dir := range []string{"/tmp", "/var/tmp", "/dev/shm", "/run"} {
		if code, _, stderr := m.status(t, confined("/bin/touch", dir+"/x")...); code == 0 || !strings.Contains(stderr, "Read-only") && !strings.Contains(stderr, "Permission denied") {
			t.Fatalf("not confined: touch %s/x ends with %d %s", dir, code, stderr)
		}
	}

	m.write(t, pluginConf, strings.Replace(configFor(
		serveName(t, "127.0.0.1", "lhr1"), serveName(t, "::1", "lhr2"), "127.0.0.1:1", "[::1]:1", "localhost:1", "ns1.example.onion", "fe80::1%lo",
	), "timeout", "transports = [\"udp\", \"tcp\"]\n  timeout", 1))
	free := points(t, m.command("/usr/bin/"+name, "--config", pluginConf))
	got := points(t, m.command(confined("/usr/bin/"+name, "--config", pluginConf)...))
	if !slices.Equal(got, free) {
		t.Errorf("confined\n%s\nas root\n%s", strings.Join(got, "\n"), strings.Join(free, "\n"))
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{
		`instance=lhr1,`, `instance=lhr2,`, `time_source="kernel"`, `error="port unreachable from 127.0.0.1"`, `error="port unreachable from ::1"`,
		`error="connection refused"`, `result=unresolved`, `server=localhost:1`, "stamps_missing=0i",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
	if strings.Contains(all, `time_source="user"`) && strings.Count(all, `time_source="kernel"`) != 2 {
		t.Errorf("not all UDP times are the kernel's:\n%s", all)
	}
}

var measured = regexp.MustCompile(`(_ms)=[0-9.e-]+| [0-9]{19}$`)

// points are those of one round in execd mode, sorted, without what differs from round to round.
func points(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	cmd.Stdin = strings.NewReader("\n")
	lines := strings.Split(strings.TrimSpace(output(t, cmd)), "\n")
	for i := range lines {
		lines[i] = measured.ReplaceAllString(lines[i], "$1")
	}
	slices.Sort(lines)
	return lines
}
