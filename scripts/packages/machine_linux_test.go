package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// machine is this machine as seen through a layer that goes away with the test: what is installed, changed or removed in
// it is not so outside. It has its own processes; the network is shared.
type machine struct {
	pid string // of its first process, as seen outside
}

// boot lays an empty layer over the root, in a cgroup of its own. The host's /proc tells the process its number outside.
const boot = `set -e
read -r pid rest </proc/self/stat
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root" "$1/cgroup"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
mount -t cgroup2 cgroup2 "$1/cgroup"
mkdir "$1/cgroup/$2"
echo $$ >"$1/cgroup/$2/cgroup.procs"
umount "$1/cgroup"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
echo "up $pid"
rm -rf etc/systemd/system etc/telegraf etc/telegraf-dns-anycast
mkdir -p etc/systemd/system etc/telegraf/telegraf.d
printf '[Unit]\nDefaultDependencies=no\nWants=systemd-journald.service\n' >etc/systemd/system/only.target
chroot . id telegraf >/dev/null 2>&1 || chroot . useradd -r -M telegraf -s /bin/false -d /etc/telegraf
chroot . install -d -o telegraf -g telegraf /var/lib/telegraf
shift 2
exec unshare -C sh -ec 'mount -t cgroup2 cgroup2 sys/fs/cgroup; exec chroot . sh -c "echo ready; exec \"\$@\"" sh "$@"' sh "$@"
`

// bury removes a cgroup once its processes have ended.
const bury = `mount -t cgroup2 cgroup2 "$1" || exit
for i in $(seq 100); do
	find "$1/$2" -depth -type d -exec rmdir {} + 2>/dev/null
	[ -e "$1/$2" ] || exit 0
	sleep 0.1
done
exit 1
`

// newMachine starts a machine whose first process is init, with the package's name unknown to dpkg and a user telegraf as
// Telegraf's package makes it.
func newMachine(t *testing.T, init ...string) *machine {
	t.Helper()
	if os.Geteuid() != 0 {
		missing(t, "root", "run the tests as root")
	}
	need(t, "unshare", "util-linux")
	need(t, "dpkg", "dpkg")
	dir := t.TempDir()
	cgroup := name + "-" + filepath.Base(filepath.Dir(dir))
	args := append([]string{"-m", "-p", "-f", "-u", "-i", "--kill-child", "--propagation", "private", "sh", "-c", boot, "sh", dir, cgroup}, init...)
	cmd := exec.Command("unshare", args...)
	cmd.Env = append(os.Environ(), "container=other") // what systemd looks for
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid string
	var up bool
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		burial := exec.Command("unshare", "-m", "--propagation", "private", "sh", "-c", bury, "sh", dir, cgroup)
		if up {
			output(t, burial)
		} else {
			burial.Run() // what kept the machine down may keep this down, too
		}
	})
	lines := bufio.NewReader(out)
	line, _ := lines.ReadString('\n')
	if pid, up = strings.CutPrefix(strings.TrimSpace(line), "up "); !up {
		cmd.Process.Kill()
		cmd.Wait()
		missing(t, "a layer over this machine (overlayfs, cgroup2, namespaces)", strings.TrimSpace(stderr.String()))
	}
	if line, _ := lines.ReadString('\n'); line != "ready\n" {
		cmd.Process.Kill()
		cmd.Wait()
		t.Fatalf("the machine does not start: %s", &stderr)
	}
	m := &machine{pid}
	if m.has("/var/lib/dpkg/info/" + name + ".list") {
		m.run(t, "dpkg", "--purge", name)
	}
	return m
}

// command enters by the root of the first process: a path would be looked up outside where this runs in a chroot.
func (m *machine) command(args ...string) *exec.Cmd {
	cmd := exec.Command("nsenter", append([]string{"-t", m.pid, "-m", "-p", "-u", "-i", "-C", "-r", "-w"}, args...)...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive"}
	return cmd
}

// run is for what has to succeed.
func (m *machine) run(t *testing.T, args ...string) string {
	t.Helper()
	return output(t, m.command(args...))
}

// status runs what may fail.
func (m *machine) status(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return finish(t, m.command(args...))
}

func finish(t *testing.T, cmd *exec.Cmd) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var failed *exec.ExitError
	if err := cmd.Run(); errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return code, out.String(), errs.String()
}

// outside is where a file of the machine is for this process.
func (m *machine) outside(path string) string { return filepath.Join("/proc", m.pid, "root", path) }

func (m *machine) has(path string) bool {
	_, err := os.Lstat(m.outside(path))
	return err == nil
}

func (m *machine) read(t *testing.T, path string) string {
	t.Helper()
	return string(read(t, m.outside(path)))
}

func (m *machine) write(t *testing.T, path, text string) {
	t.Helper()
	write(t, m.outside(path), text)
}

// bring copies a file of this machine into /tmp there, which is empty.
func (m *machine) bring(t *testing.T, file, to string) {
	t.Helper()
	m.write(t, to, string(read(t, file)))
	m.run(t, "chmod", "755", to)
}

func await(t *testing.T, what string, done func() bool, log func() string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no sign of %s:\n%s", what, log())
		}
	}
}
