//go:build unix

package dns_anycast

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// nameserver is a kind of real name server. The values are in daemons_conf_test.go.
type nameserver struct {
	name   string
	binary string
	debian string            // what to install to have it
	args   string            // template, split at spaces
	files  map[string]string // templates by file name
}

// startNameserver runs a server until the test ends and returns its addresses as one writes them in plugin.conf.
func startNameserver(t *testing.T, ns nameserver, self string) []string {
	t.Helper()
	path := skiptest.Program(t, ns.binary, ns.debian)
	h := newHome(t, self)
	for name, text := range ns.files {
		h.write(t, name, text)
	}
	servers := h.addresses()
	runNameserver(t, h.Dir, servers, path, strings.Fields(h.fill(t, ns.args))...)
	return servers
}

// daemon is a server's process, in a group of its own since NSD and YADIFA fork.
type daemon struct {
	pid  int
	kill func() // the whole group, once
}

// runNameserver starts a process, which ends with the test, and returns when all servers answer.
func runNameserver(t *testing.T, dir string, servers []string, path string, args ...string) daemon {
	t.Helper()
	log := filepath.Join(dir, "test.log")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	d := daemon{cmd.Process.Pid, sync.OnceFunc(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	})}
	t.Cleanup(d.kill)
	if !awaitReplies(servers, ended) {
		b, _ := os.ReadFile(log)
		t.Fatalf("%s does not answer on %v; it wrote:\n%s", filepath.Base(path), servers, b)
	}
	return d
}

// awaitReplies gives a server ten seconds, and none once its process has ended.
func awaitReplies(servers []string, ended <-chan struct{}) bool {
	deadline := time.After(10 * time.Second)
	for _, server := range servers {
		for _, network := range []string{"udp", "tcp"} {
			for !replies(network, server) {
				select {
				case <-deadline:
					return false
				case <-ended:
					return false
				case <-time.After(20 * time.Millisecond):
				}
			}
		}
	}
	return true
}

// replies asks ". IN NS", which any server answers somehow, and which costs none of the three CHAOS replies a second
// that BIND gives.
func replies(network, server string) bool {
	c, err := net.Dial(network, server)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(200 * time.Millisecond))
	query := []byte("\x00\x11" + "\x1a\x2b\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + "\x00\x00\x02\x00\x01")
	if network == "udp" {
		query = query[2:]
	}
	c.Write(query)
	n, _ := c.Read(make([]byte, 512))
	return n > 0
}
