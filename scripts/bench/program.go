//go:build linux

package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// program is one that runs as execd runs the plugin.
type program struct {
	contestant
	*execdtest.Process
	points int // in a round; 0: a cloud's ends it
}

// contestant is a program that can be started on any servers.
type contestant struct {
	name    string
	options string // the plugin's, as TOML
	cloud   string // and its cloud's
	nofile  uint64 // hard limit of descriptors; 0: this process's
	asks    int    // queries to a target in a round; 0: one
}

const pluginName = "plugin"

// start runs it in a place. dir is for its configuration.
func (c contestant) start(ctx context.Context, at *place, dir, plugin string, servers []netip.Addr, timeout time.Duration) (*program, error) {
	p := &program{contestant: c}
	args, err := c.command(dir, plugin, servers, timeout)
	if err != nil {
		return nil, err
	}
	if c.nofile > 0 {
		args = append([]string{"/proc/self/exe", "limit", strconv.FormatUint(c.nofile, 10)}, args...)
	}
	if !c.isPlugin() {
		p.points = len(servers)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	if p.Process, err = execdtest.StartBy(cmd, func() error { return at.start(cmd) }); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return p, nil
}

func (c contestant) isPlugin() bool { return strings.HasPrefix(c.name, pluginName) }

// command writes the configuration and returns the command line.
func (c contestant) command(dir, plugin string, servers []netip.Addr, timeout time.Duration) ([]string, error) {
	file := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-"))
	var text strings.Builder
	args := []string{"/proc/self/exe", "as", c.name, file, timeout.String()}
	if c.isPlugin() {
		args = []string{plugin, "--config", file}
		fmt.Fprintf(&text, "[[inputs.dns_anycast]]\ntimeout = %q\n%s\n", timeout, strings.ReplaceAll(c.options, "DIR", dir))
		fmt.Fprintf(&text, "[[inputs.dns_anycast.cloud]]\nname = \"bench\"\n%s\nservers = [\n", c.cloud)
		for _, s := range servers {
			fmt.Fprintf(&text, "  \"%v\",\n", s)
		}
		text.WriteString("]\n")
	} else {
		for _, s := range servers {
			fmt.Fprintln(&text, s)
		}
	}
	return args, os.WriteFile(file, []byte(text.String()), 0o644)
}

// round asks for one and returns its lines, and the time until the last.
func (p *program) round() (text []byte, took time.Duration, err error) {
	last := execdtest.Clouds(1)
	if p.points > 0 {
		last = execdtest.Lines(p.points)
	}
	began := time.Now()
	if text, err = p.Round(last); err != nil {
		err = fmt.Errorf("%s: %w", p.name, err)
	}
	return text, time.Since(began), err
}

// cpu is what the process has used so far, user and system, of all its threads (clock_getcpuclockid in the C library).
func (p *program) cpu() time.Duration {
	const scheduled = 2 // CPUCLOCK_SCHED
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^p.Cmd.Process.Pid<<3|scheduled), &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// peak is the most memory that was resident at a time, in bytes.
func (p *program) peak() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, _, _ := strings.Cut(after, "kB")
	n, err := strconv.Atoi(strings.TrimSpace(kilobytes))
	return n << 10, err
}
