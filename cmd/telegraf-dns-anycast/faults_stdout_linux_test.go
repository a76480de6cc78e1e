package main

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// closedPorts are servers of which nobody is there: each point is in at once.
func closedPorts(n int) (servers []netip.AddrPort) {
	for i := range n {
		servers = append(servers, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 7, byte(i >> 8), byte(i)}), 9))
	}
	return servers
}

// memory is what /proc says of a process, in kB: VmHWM is the most that it ever had.
func (p *process) memory(t *testing.T, field string) (kB int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(field + `:\s*(\d+) kB`).FindSubmatch(status)
	if m == nil {
		t.Fatalf("no %s in\n%s", field, status)
	}
	kB, _ = strconv.Atoi(string(m[1]))
	return kB
}

// TestStdoutBlocked: for as long as nobody reads, rounds are asked for, a hundred thousand in all. They are one more,
// which says so; of both nothing is lost, and memory stays what it was.
func TestStdoutBlocked(t *testing.T) {
	t.Parallel()
	const targets, asked = 1000, 100_000
	stdout, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	p := startExecd(t, asking("2s", closedPorts(targets)...), w, nil)
	p.write(t, "\n")
	p.awaitStuck(t)
	before := p.memory(t, "VmHWM")
	for range 100 {
		p.write(t, strings.Repeat("\n", asked/100))
	}
	if said := next(t, p.stderr); !strings.HasPrefix(said, "W! ") || !strings.Contains(said, "longer") {
		t.Errorf("said %q", said)
	}
	p.awaitTaken(t)
	if after := p.memory(t, "VmHWM"); after > before+2000 {
		t.Errorf("%d kB, before %d", after, before)
	}
	lines := bufio.NewScanner(stdout)
	checkBlocked(t, lines, targets, asked-1) // of those asked for one is left
	checkBlocked(t, lines, targets, 0)
	p.write(t, "\n")
	checkBlocked(t, lines, targets, 0)
	p.In.Close()
	p.end(t, time.Second)
	if lines.Scan() {
		t.Errorf("one line more: %s", lines.Text())
	}
	if said := rest(p.stderr); len(said) > 0 {
		t.Errorf("said %q", said)
	}
}

// awaitTaken waits until the process has read what was written to it, and worked off what it reads at a time.
func (p *process) awaitTaken(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if n, err := unix.IoctlGetInt(int(p.In.Fd()), unix.TIOCINQ); err == nil && n == 0 {
			time.Sleep(300 * time.Millisecond)
			return
		}
	}
	t.Fatal("it does not read")
}

// awaitStuck waits until the process sleeps in a write.
func (p *process) awaitStuck(t *testing.T) {
	t.Helper()
	threads := fmt.Sprintf("/proc/%d/task", p.Cmd.Process.Pid)
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		all, _ := os.ReadDir(threads)
		for _, thread := range all {
			if call, _ := os.ReadFile(threads + "/" + thread.Name() + "/wchan"); strings.Contains(string(call), "pipe_write") {
				return
			}
		}
	}
	t.Fatal("it does not write")
}

// checkBlocked reads a round: a point of each target, of the plugin itself, and of the cloud.
func checkBlocked(t *testing.T, lines *bufio.Scanner, targets, coalesced int) {
	t.Helper()
	want := map[string]bool{
		fmt.Sprintf("rounds_coalesced=%di", coalesced):                                                            true,
		"dns_anycast_cloud,cloud=a instances=0i,ipv4_answered=0i,ipv4_asked=1000i,ipv6_answered=0i,ipv6_asked=0i": true,
	}
	for _, s := range closedPorts(targets) {
		want[refusedBy(s)] = true
	}
	for range targets + 2 {
		if !lines.Scan() {
			t.Fatal("it wrote no more")
		}
		line := exact(lines.Text())
		if strings.HasPrefix(line, "dns_anycast_internal,") {
			line = regexp.MustCompile(`rounds_coalesced=\d+i`).FindString(line)
		}
		if !want[line] {
			t.Errorf("got %s", line)
		}
		delete(want, line)
	}
	if len(want) > 0 {
		t.Errorf("%d points are missing", len(want))
	}
}

const noSpace = "cannot write to stdout: write /dev/stdout: no space left on device\n"

// TestStdoutNoSpace: points or text that a full disk does not take are said to be lost, in every mode.
func TestStdoutNoSpace(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	file := writeFile(t, asking("2s", server))
	for _, c := range []struct {
		args, stdin, level string
	}{
		{"--config FILE", "\n", "E! "},
		{"--once SERVER", "", ""},
		{"--once --format table SERVER", "", ""},
		{"--once --format json SERVER", "", ""},
		{"--check --config FILE", "", ""},
		{"--sample-config", "", ""},
		{"--version", "", ""},
		{"--help", "", ""},
	} {
		args := strings.NewReplacer("FILE", file, "SERVER", server.String()).Replace(c.args)
		cmd := exec.Command(binary(t), strings.Fields(args)...)
		var stderr strings.Builder
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.stdin), full, &stderr
		cmd.Run()
		if status := cmd.ProcessState.ExitCode(); status != statusFailed || stderr.String() != c.level+noSpace {
			t.Errorf("%s: status %d, said %q, want %q", c.args, status, &stderr, c.level+noSpace)
		}
	}
}

// TestStdoutNoSpaceAtEnd: likewise where it shows only in what is written after the signal.
func TestStdoutNoSpaceAtEnd(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := inMidRound(t, full, nil)
	p.signal(t, syscall.SIGTERM)
	select {
	case <-p.Ended:
	case <-time.After(soon):
		t.Fatal("it does not end")
	}
	if said := rest(p.stderr); p.Cmd.ProcessState.ExitCode() != statusFailed || len(said) != 1 || said[0]+"\n" != "E! "+noSpace {
		t.Errorf("status %d, said %q", p.Cmd.ProcessState.ExitCode(), said)
	}
}
