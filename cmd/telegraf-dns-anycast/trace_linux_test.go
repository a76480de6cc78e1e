//go:build !portable

package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/asntest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// plainTrace is what --trace prints, without times and this host's name.
func plainTrace(text string) string {
	for _, r := range [][2]string{
		{`(?m), from \S+$`, ""},
		{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`, "WHEN"},
		{` +\d+\.\d{3} ms`, " T"},
		{` in \d+(\.\d+)?m?s\n`, " in T\n"},
		{`(?m) +time `, " time "},
	} {
		text = regexp.MustCompile(r[0]).ReplaceAllString(text, r[1])
	}
	return text
}

// unprivileged is the command as a user without any capability runs it: one who may not even come
// to where it lies.
func unprivileged(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	f, err := os.Open(binary(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	cmd := exec.Command("/proc/self/fd/3", args...)
	cmd.ExtraFiles = []*os.File{f}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

// TestTrace: a user without a privilege traces both families, beside each other, over as many hops as
// the file says.
func TestTrace(t *testing.T) {
	t.Parallel()
	newFork(t)
	var stdout, stderr bytes.Buffer
	cmd := unprivileged(t, "--once", "--trace", "--format", "table", forkedV4, forkedV6)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	const want = `  server           instance time  result
  203.0.113.53     LHR1 T  success
  2001:db8:53::53  YYZ1 T  success
2 of 2 queries answered, 2 instances, in T

203.0.113.53: LHR1 at hop 3 in T
  over UDP, WHEN
2001:db8:53::53: YYZ1 at hop 4 in T
  over UDP, WHEN
     hop  IPv4 time  says  IPv6 time  says
       1  192.0.2.2 T        2001:db8::2 T
       2  192.0.2.6 T        2001:db8:1:1::2 T
  >    3  203.0.113.53 T  LHR1  2001:db8:1:2::2 T
       4                                2001:db8:53::53 T  YYZ1
> first hop at which IPv4 and IPv6 part
`
	if got := plainTrace(stdout.String()); err != nil || got != want || stderr.Len() > 0 {
		t.Errorf("%v, %q, and\n%s\nthat is\n%swant\n%s", err, &stderr, &stdout, got, want)
	}
	few := strings.Replace(asking("2s", netip.MustParseAddrPort(forkedV4+":53")), blockLine, blockLine+"trace_hops = 2\n", 1)
	ran := runCommand(t, "", "--once", "--trace", "--format", "table", "--config", writeFile(t, few))
	if within := "\n203.0.113.53:53 (cloud a): no answer within 2 hops\n"; ran.status != statusOK || !strings.Contains(ran.stdout, within) {
		t.Errorf("%s, want %q", ran, within)
	}
}

// forkedConf has both addresses as one cloud, and whose the hops are.
func forkedConf(t *testing.T) (file string) {
	t.Helper()
	numbers := filepath.Join(t.TempDir(), "as.mmdb")
	asntest.Write(t, numbers, map[string]uint32{
		"192.0.2.0/24": 64496, "2001:db8::/48": 64496,
		"198.51.100.0/24": 64497, "2001:db8:1::/48": 64497,
		"203.0.113.0/24": 64511, "2001:db8:53::/48": 64511,
	})
	return writeFile(t, blockLine+fmt.Sprintf("as_database = %q\n", numbers)+cloudLine+
		fmt.Sprintf("name = \"example\"\nservers = [%q, %q]\nsite = '^([A-Z]{3})'\n", forkedV4, forkedV6))
}

// TestTraceREADME: the session that README.md shows is what is printed, but for times. The first page
// has an excerpt of it.
func TestTraceREADME(t *testing.T) {
	t.Parallel()
	file := forkedConf(t) // before there is no network
	newFork(t)
	page, first := readPage(t, "README.md"), readPage(t, "../../README.md")
	_, want, _ := strings.Cut(page, "\n$ telegraf-dns-anycast --once --trace --config plugin.conf\n")
	want, _, _ = strings.Cut(want, "```\n")
	got := runCommand(t, "", "--once", "--trace", "--format", "table", "--config", file)
	if got.status != statusOK || got.stderr != "" || plainTrace(got.stdout) != plainTrace(want) {
		t.Errorf("status %d, %q, and\n%swant\n%s", got.status, got.stderr, got.stdout, want)
	}
	_, excerpt, found := strings.Cut(first, "An excerpt:\n\n```\n")
	excerpt, _, _ = strings.Cut(excerpt, "```\n")
	for line := range strings.Lines(excerpt) {
		if !slices.Contains(strings.SplitAfter(want, "\n"), line) {
			t.Errorf("the first page has a line %q, which is not in\n%s", line, want)
		}
	}
	if !found {
		t.Error("the first page has no excerpt")
	}
}

// TestTracePoints: the points of paths stand behind those of the round, in the order of the
// configuration; TCP is left out, which is said.
func TestTracePoints(t *testing.T) {
	t.Parallel()
	newFork(t)
	at := []netip.AddrPort{netip.AddrPortFrom(netip.MustParseAddr(forkedV6), 53), netip.AddrPortFrom(netip.MustParseAddr(forkedV4), 53)}
	got := runCommand(t, "", "--once", "--trace", "--config", writeFile(t, askingBoth("2s", at...)))
	const (
		v6    = `,address=2001:db8:53::53,cloud=a,family=ipv6`
		v4    = `,address=203\.0\.113\.53,cloud=a,family=ipv4`
		hopV6 = `dns_anycast_hop` + v6 + `,hop=0%d,reason=hand,server=\[2001:db8:53::53\]:53,transport=udp hop_address="%s",hop_time_ms=[0-9.]+ \d{19}\n`
		hopV4 = `dns_anycast_hop` + v4 + `,hop=0%d,reason=hand,server=203\.0\.113\.53:53,transport=udp hop_address="%s",hop_time_ms=[0-9.]+ \d{19}\n`
	)
	want := `^(dns_anycast,.*\n){4}dns_anycast_cloud,.*\n` +
		`dns_anycast_path` + v6 + `,instance=YYZ1,reason=hand,server=\[2001:db8:53::53\]:53,transport=udp ` +
		`hops=4i,last_hop=4i,path="2001:db8::2 2001:db8:1:1::2 2001:db8:1:2::2 2001:db8:53::53",path_hash=\d+i,query_time_ms=[0-9.]+,reached=1i,responded=4i \d{19}\n` +
		fmt.Sprintf(hopV6, 1, "2001:db8::2") + fmt.Sprintf(hopV6, 2, "2001:db8:1:1::2") + fmt.Sprintf(hopV6, 3, "2001:db8:1:2::2") + fmt.Sprintf(hopV6, 4, forkedV6) +
		`dns_anycast_path` + v4 + `,instance=LHR1,reason=hand,server=203\.0\.113\.53:53,transport=udp ` +
		`hops=3i,last_hop=3i,path="192\.0\.2\.2 192\.0\.2\.6 203\.0\.113\.53",path_hash=\d+i,query_time_ms=[0-9.]+,reached=1i,responded=3i \d{19}\n` +
		fmt.Sprintf(hopV4, 1, "192.0.2.2") + fmt.Sprintf(hopV4, 2, "192.0.2.6") + fmt.Sprintf(hopV4, 3, forkedV4) + `$`
	const said = "2 targets over TCP left out: paths are traced by queries over UDP alone\n"
	if got.status != statusOK || got.stderr != said || !regexp.MustCompile(want).MatchString(got.stdout) {
		t.Errorf("status %d, %q, and\n%s\nwant %q and\n%s", got.status, got.stderr, got.stdout, said, want)
	}
}

// TestTraceOff: without --trace nothing is traced behind a round, whatever the file says.
func TestTraceOff(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	file := writeFile(t, strings.Replace(asking("2s", server), blockLine, blockLine+"trace = \"change\"\n", 1))
	for _, flags := range []string{"--once", "--once --trace"} {
		got := runCommand(t, "", append(strings.Fields(flags), "--config", file)...)
		want := map[string]int{"--once --trace": 1}[flags]
		if n := strings.Count(got.stdout, "\ndns_anycast_path,"); got.status != statusOK || n != want {
			t.Errorf("%s: %d paths, want %d: %s", flags, n, want, got)
		}
	}
}

// TestTraceJSON: in Telegraf's JSON shape, too. The status is that of the round, whatever a path
// comes to.
func TestTraceJSON(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := serve(t, "127.0.0.1:0", func(q *dnstest.Query) {
		if asked.Add(1) == 1 {
			named("lhr1")(q)
		}
	})
	got := runCommand(t, "", "--once", "--trace", "--format", "json", server.String())
	lines := strings.Split(got.stdout, "\n")
	want := fmt.Sprintf(`^\{"fields":\{"reached":0,"responded":0\},"name":"dns_anycast_path","tags":\{"address":"127.0.0.1",`+
		`"family":"ipv4","reason":"hand","server":"%s","transport":"udp"\},"timestamp":\d{10}\}$`, server)
	if got.status != statusOK || len(lines) != 3 || !regexp.MustCompile(want).MatchString(lines[1]) {
		t.Errorf("%s, want a second line %s", got, want)
	}
}

// TestTraceInterrupted: on a terminal it says how far it is, and an interrupt prints what has come.
func TestTraceInterrupted(t *testing.T) {
	t.Parallel()
	answers, dead := serve(t, "127.0.0.1:0", named("lhr1")), serve(t, "127.0.0.1:0", silence)
	run := "timeout --preserve-status -s INT 2.5 " + binary(t) + " --once --trace --timeout 300ms " + answers.String() + " " + dead.String()
	for _, c := range []struct{ environment, begin, end string }{
		{"TERM=dumb", "", "\n"}, {"TERM=xterm NO_COLOR=1", clearLine, clearLine},
	} {
		cmd := exec.Command(terminalScript(t), "-qc", "env COLUMNS=132 "+c.environment+" "+run+"; echo status $?", "/dev/null")
		out, _ := cmd.CombinedOutput()
		text := strings.ReplaceAll(string(out), "\r\n", "\n")
		progress := "(" + regexp.QuoteMeta(c.begin) + "tracing: 1 of 2 paths …" + regexp.QuoteMeta(strings.TrimPrefix(c.end, clearLine)) + ")+"
		if c.begin != "" {
			progress += regexp.QuoteMeta(clearLine)
		}
		want := `^  server .*\n  127.* lhr1 .*\n  127.* timeout\n1 of 2 queries answered.*\n` + progress +
			`\n127\.0\.0\.1:\d+: lhr1 at hop 1 in .* ms\n  over UDP, .* UTC, from .*\n  hop  address +time  says\n    1  127\.0\.0\.1 +.* ms  lhr1\n` +
			`interrupted: 2 queries had a result, 1 of 2 paths were traced\nstatus 1\n$`
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("%s: %q, want %q", c.environment, text, want)
		}
	}
}

// TestWatchVia: the route to a server moves at a fork. Its change says so at once, and which way it
// goes now as soon as the path is known, for which the last trace has to be a minute old.
func TestWatchVia(t *testing.T) {
	t.Parallel()
	f := newFork(t)
	conf := strings.Replace(asking("2s", netip.MustParseAddrPort(forkedV4+":53")), blockLine, blockLine+"trace = \"change\"\n", 1)
	args := []string{"--watch", "500ms", "--config", writeFile(t, conf)}
	m := startTerminal(t)
	m.keys(t, "clear; "+binary(t)+" "+strings.Join(args, " "), "Enter")
	m.shows(t, `(?s)LHR1 .*\n1 of 1 query`)
	cmd := exec.Command(binary(t), args...)
	out, lines := collect(t)
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.Close()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	await := func(want string) {
		t.Helper()
		re := regexp.MustCompile(want)
		for end := time.After(75 * time.Second); ; {
			select {
			case line := <-lines:
				if re.MatchString(line) {
					return
				}
			case <-end:
				t.Fatalf("no line %s", want)
			}
		}
	}
	await(`^dns_anycast_path,.*instance=LHR1,.*reason=start,.*[ ,]path="192.0.2.2 192.0.2.6 203.0.113.53",`)
	f.Choose(t, true, false)
	await(`^dns_anycast_change,`)
	m.shows(t, `\d  203.0.113.53:53: LHR1 -> YYZ1, after \d+s\n`)
	await(`^dns_anycast_path,.*instance=YYZ1,.*reason=change,.*[ ,]changed_hop=2i,changed_to="198.51.100.2",hops=4i,`)
	m.shows(t, `\d  203.0.113.53:53: LHR1 -> YYZ1, after \d+s via 198.51.100.2\n`)
	m.keys(t, "C-c", "")
	m.shows(t, `after \d+s via 198.51.100.2\n\d+ rounds in 1m.*, 1 change\n\$ ?\n`)
}
