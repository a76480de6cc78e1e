package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// startUnder is startExecd in what a shell command has prepared for its own process.
func startUnder(t *testing.T, prepare, conf string, flags ...string) *process {
	t.Helper()
	args := append([]string{"-ec", prepare + "\nexec \"$0\" \"$@\"", binary(t), "--config", writeFile(t, conf)}, flags...)
	return startProcess(t, exec.Command("sh", args...), nil, nil)
}

// TestFewDescriptors: 200 streams and 200 datagrams, with room for a few: they wait for each other and none is lost.
func TestFewDescriptors(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	var servers []netip.AddrPort
	port := serveStreams(t, "0.0.0.0:0", named("lhr1")).Port()
	for i := range 200 {
		servers = append(servers, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 7, 0, byte(i + 1)}), port))
	}
	conf := askingBoth("5s", servers...)
	p := startUnder(t, `ulimit -n 20`, conf)
	for range 2 {
		var want []string
		for _, s := range servers {
			want = append(want, answeredBy(s, "tcp", "lhr1"), refusedBy(s))
		}
		p.round(t, want...)
	}
}

// newMemory makes a cgroup whose processes may have so much memory together, the kernel's for them and cached files
// included, and no swap.
func newMemory(t *testing.T, bytes int) (dir string) {
	t.Helper()
	name := fmt.Sprintf("telegraf-dns-anycast-%d-%d", os.Getpid(), bytes)
	limits := map[string]string{"memory.max": strconv.Itoa(bytes), "memory.swap.max": "0"}
	dir = filepath.Join("/sys/fs/cgroup", name)
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err == nil { // version 1
		limits = map[string]string{"memory.limit_in_bytes": strconv.Itoa(bytes), "memory.swappiness": "0"}
		dir = filepath.Join("/sys/fs/cgroup/memory", name)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		skiptest.Missing(t, "a cgroup of its own", errors.Unwrap(err).Error())
	}
	t.Cleanup(func() {
		if err := os.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	for file, value := range limits {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(value), 0); err != nil && !strings.Contains(file, "swap") {
			skiptest.Missing(t, "a cgroup that limits memory", errors.Unwrap(err).Error())
		}
	}
	return dir
}

// TestLittleMemory: in little memory, rounds are whole and the process lives. A third of the targets answers, a third
// refuses, a third is silent.
func TestLittleMemory(t *testing.T) {
	for _, c := range []struct{ targets, megabytes int }{{1000, 16}, {10_000, 32}} {
		t.Run(fmt.Sprint(c.targets), func(t *testing.T) {
			t.Parallel()
			nstest.Enter(t, 0)
			dir := newMemory(t, c.megabytes<<20)
			ports := []uint16{dnstest.Anywhere(t, named("lhr1")), 9, serve(t, "0.0.0.0:0", silence).Port()}
			var servers []netip.AddrPort
			var want []string
			for i := range c.targets {
				s := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 7, byte(i >> 8), byte(i)}), ports[i%3])
				servers = append(servers, s)
				want = append(want, []string{answeredBy(s, "udp", "lhr1"), refusedBy(s), unanswered(s, "udp", "")}[i%3])
			}
			p := startUnder(t, "echo $$ >"+dir+"/cgroup.procs", asking("1s", servers...))
			for range 2 {
				p.round(t, want...)
			}
			p.In.Close()
			p.end(t, soon)
		})
	}
}
