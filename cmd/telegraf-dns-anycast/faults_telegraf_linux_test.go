package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// members are the processes of a group, but for those that have ended and that nobody has buried yet.
func members(t *testing.T, group int) (pids []int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		b, _ := os.ReadFile(file)
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:])) // state, parent, group
		if len(fields) > 2 && fields[0] != "Z" && fields[2] == strconv.Itoa(group) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// plugin is the one process that Telegraf has started.
func (a *agent) plugin(t *testing.T) (pid int) {
	t.Helper()
	await(t, a, "one plugin", func() bool {
		all := members(t, a.cmd.Process.Pid)
		for _, p := range all {
			if p != a.cmd.Process.Pid {
				pid = p
			}
		}
		return len(all) == 2 && pid != 0
	})
	return pid
}

// TestTelegrafKilled: nobody tells the plugin that Telegraf is gone, and it ends all the same, between rounds and in one
// that a silent server holds open.
func TestTelegrafKilled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer dnstest.Handler
	}{{"between rounds", named("lhr1")}, {"in a round", silence}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newAsked(t, "127.0.0.1", 1, c.answer, "%s", "")
			a := startTelegraf(t, strings.Replace(pluginConf([]*asked{s}), `"300ms"`, `"30s"`, 1))
			await(t, a, "a round", func() bool { return s.queries.Load() > 0 })
			a.plugin(t)
			a.cmd.Process.Kill()
			<-a.ended
			killed := time.Now()
			for len(members(t, a.cmd.Process.Pid)) > 0 {
				if time.Since(killed) > 10*time.Second {
					t.Fatal("the plugin outlives Telegraf")
				}
				time.Sleep(20 * time.Millisecond)
			}
			if took := time.Since(killed); took > 5500*time.Millisecond {
				t.Errorf("the plugin ended after %v", took)
			}
		})
	}
}

// replace puts a copy of a file at path by renaming it. Another program writes it: what this one has open to write, others
// could inherit for a moment, and nobody can run it then.
func replace(t *testing.T, file, path string) {
	t.Helper()
	nstest.Tool(t, "coreutils", "cp", "", file, path+".new")
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// runs reports whether a process runs the file that is at path now.
func runs(t *testing.T, pid int, path string) bool {
	t.Helper()
	mine, err := os.Stat(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		t.Fatal(err)
	}
	now, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return os.SameFile(mine, now)
}

const (
	lhrTags   = "family=ipv4,identity_source=hostname.bind,instance=lhr1,operator=one,rcode=NOERROR,result=success,server=%s,site=LHR,transport=udp"
	lhrFields = `answered=1i,discarded=0i,hostname="lhr1",nsid="lhr1",query_time_ms=…,rcode_value=0i,result_code=0i,time_source=…`
)

// TestTelegrafReplaced: under a running Telegraf the program is renamed over and its configuration changed. Both hold
// from the reload on; before it the old ones go on; every query has its point, also those that a silent server
// holds open.
func TestTelegrafReplaced(t *testing.T) {
	t.Parallel()
	var servers []*asked // stays, goes, comes
	for range 3 {
		servers = append(servers, newAsked(t, "127.0.0.1", 1, named("lhr1"), lhrTags, lhrFields))
	}
	stays, goes, comes := servers[0], servers[1], servers[2]
	silent := newAsked(t, "127.0.0.1", 1, silence, "family=ipv4,operator=one,result=timeout,server=%s,transport=udp", `answered=0i,discarded=0i,result_code=1i`)
	path := skiptest.Telegraf(t, "../..")
	a := newAgent(t)
	program := a.file("plugin")
	replace(t, binary(t), program)
	a.write(t, "plugin.conf", pluginConf([]*asked{stays, silent, goes}))
	a.start(t, path, fmt.Sprintf(execdBlock, program, a.file("plugin.conf")))
	rounds := func(n int64) {
		want := stays.queries.Load() + n
		await(t, a, "rounds", func() bool { return stays.queries.Load() >= want })
	}
	rounds(1)
	old := a.plugin(t)
	replace(t, binary(t), program)
	a.write(t, "plugin.conf", pluginConf([]*asked{stays, silent, comes}))
	rounds(1)
	if a.plugin(t) != old || runs(t, old, program) || comes.queries.Load() > 0 {
		t.Error("the new ones hold before the reload")
	}
	a.cmd.Process.Signal(syscall.SIGHUP)
	await(t, a, "the new configuration", func() bool { return comes.queries.Load() > 0 })
	gone := goes.queries.Load()
	if pid := a.plugin(t); pid == old || !runs(t, pid, program) {
		t.Error("the old program runs after the reload")
	}
	rounds(1)
	a.cmd.Process.Signal(syscall.SIGTERM)
	a.wait(t)
	if n := goes.queries.Load(); n != gone {
		t.Errorf("%d queries to the old server after the reload", n-gone)
	}
	a.checkPoints(t, append(servers, silent)...)
}

// checkPoints: each query to a server has one point that is as it should be, and there are no others of queries.
func (a *agent) checkPoints(t *testing.T, servers ...*asked) {
	t.Helper()
	points := a.points(t)
	for _, s := range servers {
		got := points[s.tags]
		delete(points, s.tags)
		if n := s.queries.Load(); int64(len(got)) != n || n == 0 {
			t.Errorf("%d points of %d queries: %s", len(got), n, s.tags)
		}
		for _, p := range got {
			if p.fields != s.fields {
				t.Errorf("%s\n got %s\nwant %s", s.tags, p.fields, s.fields)
			}
		}
	}
	for tags := range points {
		if strings.HasPrefix(tags, "dns_anycast,") {
			t.Errorf("points that nobody expects: %s", tags)
		}
	}
}
