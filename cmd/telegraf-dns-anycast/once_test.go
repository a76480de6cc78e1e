//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// refuses is an address where nobody listens: the kernel says port unreachable, or refuses the connection.
const refuses = "127.0.0.1:9"

// jsonPoint is Telegraf's JSON shape.
type jsonPoint struct {
	Name      string            `json:"name"`
	Tags      map[string]string `json:"tags"`
	Fields    map[string]any    `json:"fields"`
	Timestamp int64             `json:"timestamp"`
}

// askOnce runs --once with JSON, checks the exit status and returns the points.
func askOnce(t *testing.T, status int, args ...string) []jsonPoint {
	t.Helper()
	got := runCommand(t, "", append([]string{"--once", "--format", "json"}, args...)...)
	if got.status != status {
		t.Fatalf("%q: %s, want status %d", args, got, status)
	}
	return parseJSON(t, got.stdout)
}

// parseJSON returns the points of queries.
func parseJSON(t *testing.T, text string) (points []jsonPoint) {
	t.Helper()
	for line := range strings.Lines(text) {
		var p jsonPoint
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&p); err != nil || d.More() || !strings.HasSuffix(line, "}\n") {
			t.Fatalf("%q is no object on a line of its own: %v", line, err)
		}
		if p.Name == "dns_anycast" {
			points = append(points, p)
		}
	}
	return points
}

// says returns the values of tags of points, those of a point joined by spaces.
func says(points []jsonPoint, tags ...string) (all []string) {
	for _, p := range points {
		var values []string
		for _, tag := range tags {
			values = append(values, p.Tags[tag])
		}
		all = append(all, strings.Join(values, " "))
	}
	return all
}

func checkSays(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnceStatus(t *testing.T) {
	t.Parallel()
	answers := serve(t, "127.0.0.1:0", named("lhr1")).String()
	other := serve(t, "127.0.0.1:0", named("lhr2")).String()
	nameless := serve(t, "127.0.0.1:0", named("")).String()
	for _, test := range []struct {
		servers []string
		status  int
		results []string
	}{
		{[]string{answers}, statusOK, []string{"success"}},
		{[]string{answers, other}, statusOK, []string{"success", "success"}},
		{[]string{answers, refuses}, statusFailed, []string{"success", "unreachable"}},
		{[]string{nameless}, statusFailed, []string{"no_identity"}},
		{[]string{answers, answers}, statusUsage, nil},
	} {
		checkSays(t, says(askOnce(t, test.status, test.servers...), "result"), test.results...)
	}
}

// TestOnceJSON checks every key: a server on the command line has no cloud.
func TestOnceJSON(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("<lhr1>&"))
	p := askOnce(t, statusOK, server.String())[0]
	tags := fmt.Sprint(p.Tags)
	want := fmt.Sprint(map[string]string{
		"address": "127.0.0.1", "family": "ipv4", "identity_source": "hostname.bind",
		"instance": "<lhr1>&", "rcode": "NOERROR", "result": "success", "server": server.String(), "transport": "udp",
	})
	if p.Name != "dns_anycast" || tags != want {
		t.Errorf("%s of %s, want %s", tags, p.Name, want)
	}
	if ms, ok := p.Fields["query_time_ms"].(float64); !ok || ms <= 0 || ms > 2000 {
		t.Errorf("query_time_ms %v", p.Fields["query_time_ms"])
	}
	if age := time.Now().Unix() - p.Timestamp; age < 0 || age > 60 {
		t.Errorf("time stamp %d, which is no time in seconds just now", p.Timestamp)
	}
	delete(p.Fields, "query_time_ms")
	delete(p.Fields, "time_source")
	fields := fmt.Sprint(p.Fields)
	want = fmt.Sprint(map[string]any{"answered": 1, "discarded": 0, "hostname": "<lhr1>&", "nsid": "<lhr1>&", "rcode_value": 0, "result_code": 0})
	if fields != want {
		t.Errorf("fields %s, want %s", fields, want)
	}
}

func TestOnceFormats(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	const (
		point = `dns_anycast,address=127\.0\.0\.1,.*,transport=udp .*query_time_ms=.* \d{19}\n`
		fail  = `dns_anycast,address=127\.0\.0\.1,.*,result=unreachable,.*,transport=udp .*result_code=2i \d{19}\n`
		table = `  server +instance +time  result
  127\.0\.0\.1:\d+ +lhr1 +\d+\.\d{3} ms  success
  127\.0\.0\.1:9 .*  unreachable.*
1 of 2 queries answered, 1 instance, 1 unreachable, in .*
`
	)
	for format, want := range map[string]string{
		"":       point + fail, // stdout is no terminal
		"influx": point + fail,
		"table":  table,
		"json":   `\{"fields":\{.*\},"name":"dns_anycast","tags":\{.*\},"timestamp":\d{10}\}\n\{.*\}\n`,
	} {
		args := []string{"--once", server.String(), refuses}
		if format != "" {
			args = append(args, "--format", format)
		}
		got := runCommand(t, "", args...)
		if got.status != statusFailed || got.stderr != "" || strings.Contains(got.stdout, "\x1b") || !regexp.MustCompile(`^`+want+`$`).MatchString(got.stdout) {
			t.Errorf("format %q: %s, want stdout like %q", format, got, want)
		}
	}
}

// terminalScript returns the path of script(1), which gives a command a terminal. Other systems' takes other arguments.
func terminalScript(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		skiptest.Missing(t, "script(1) of util-linux", "run the tests on Linux")
	}
	return skiptest.Program(t, "script", "bsdutils")
}

// TestOnceTerminal: a person gets a table, in colour unless NO_COLOR or the terminal says no, and is told how a slow round goes on.
func TestOnceTerminal(t *testing.T) {
	t.Parallel()
	script := terminalScript(t)
	server, silent := serve(t, "127.0.0.1:0", named("lhr1")), serve(t, "127.0.0.1:0", silence)
	for _, test := range []struct{ env, args, want string }{
		{"NO_COLOR= TERM=xterm", server.String(), `^  server .*\n  127.* lhr1 .*  \x1b\[32msuccess\x1b\[0m\n1 of 1 query answered.*\n$`},
		{"NO_COLOR=1 TERM=xterm", server.String(), `^  server .*\n  127.* lhr1 .*  success\n1 of 1 query answered.*\n$`},
		{"NO_COLOR= TERM=dumb", server.String(), `^  server .*\n  127.* lhr1 .*  success\n1 of 1 query answered.*\n$`},
		{"NO_COLOR=", server.String() + " --format influx", `^dns_anycast,.* \d{19}\n$`},
		{"NO_COLOR=1 TERM=xterm", silent.String() + " --timeout 1300ms", `^\r\x1b\[K0 of 1 have answered …(.*\r\x1b\[K)  server .*\n  127.*  timeout\n0 of 1 query`},
	} {
		cmd := exec.Command(script, "-qc", binary(t)+" --once "+test.args, "/dev/null")
		cmd.Env = append(os.Environ(), strings.Fields(test.env)...)
		out, err := cmd.CombinedOutput()
		if text := strings.ReplaceAll(string(out), "\r\n", "\n"); err != nil || !regexp.MustCompile(test.want).MatchString(text) {
			t.Errorf("%s, %s: %v, %q, want %q", test.env, test.args, err, text, test.want)
		}
	}
}

// TestOnceEnvironment has a value with the environment's own characters go all the way.
func TestOnceEnvironment(t *testing.T) {
	t.Parallel()
	conf := asking("2s", serve(t, "127.0.0.1:0", named("lhr1"))) + "[inputs.dns_anycast.cloud.tags]\npath = \"a ${PATH}\"\n"
	checkSays(t, says(askOnce(t, statusOK, "--config", writeFile(t, conf)), "path"), "a "+os.Getenv("PATH"))
}

// TestOnceOrder: the configuration's, whoever answers first, and UDP before TCP.
func TestOnceOrder(t *testing.T) {
	t.Parallel()
	slow := dnstest.After(150*time.Millisecond, named("slow"))
	one, two := serve(t, "127.0.0.1:0", slow), serve(t, "127.0.0.1:0", named("quick"))
	name := fmt.Sprintf("localhost:%d", two.Port())
	conf := blockLine + "families = [\"ipv4\"]\ntransports = [\"tcp\", \"udp\"]\n" +
		cloudLine + fmt.Sprintf("name = %q\nservers = [%q, %q, %q]\n", "z", one, name, two) +
		cloudLine + fmt.Sprintf("name = %q\nservers = [%q]\n", "a", two)
	got := says(askOnce(t, statusFailed, "--config", writeFile(t, conf)), "cloud", "server", "transport")
	var want []string
	for _, server := range []string{"z " + one.String(), "z " + name, "z " + two.String(), "a " + two.String()} {
		want = append(want, server+" udp", server+" tcp")
	}
	checkSays(t, got, want...)
}

// TestOnceOverrides: the command line wins over the file.
func TestOnceOverrides(t *testing.T) {
	skiptest.IPv6(t)
	t.Parallel()
	v4, v6 := serve(t, "127.0.0.1:0", named("v4")).String(), serve(t, "[::1]:0", named("v6")).String()
	file := writeFile(t, withServers(fmt.Sprintf("%q, %q", v4, v6)))
	ipv4 := writeFile(t, blockLine+"families = [\"ipv4\"]\n"+strings.TrimPrefix(withServers(fmt.Sprintf("%q, %q", v4, v6)), blockLine))
	for _, test := range []struct {
		args   []string
		status int
		want   []string
	}{
		{[]string{"--config", file}, statusOK, []string{"a ipv4 udp success", "a ipv6 udp success"}},
		{[]string{"--config", file, "-4"}, statusOK, []string{"a ipv4 udp success"}},
		{[]string{"--config", file, "-6"}, statusOK, []string{"a ipv6 udp success"}},
		{[]string{"--config", ipv4}, statusOK, []string{"a ipv4 udp success"}},
		{[]string{"--config", ipv4, "-6"}, statusOK, []string{"a ipv6 udp success"}},
		{[]string{"--config", file, "--tcp"}, statusFailed, []string{"a ipv4 tcp unreachable", "a ipv6 tcp unreachable"}},
		{[]string{"--config", file, "-4", "--tcp"}, statusFailed, []string{"a ipv4 tcp unreachable"}},
		{[]string{"--config", file, v6}, statusOK, []string{" ipv6 udp success"}},
		{[]string{v4, "-4", v6}, statusOK, []string{" ipv4 udp success"}},
	} {
		checkSays(t, says(askOnce(t, test.status, test.args...), "cloud", "family", "transport", "result"), test.want...)
	}
}

func TestOnceTimeout(t *testing.T) {
	t.Parallel()
	silent := serve(t, "127.0.0.1:0", silence)
	file := writeFile(t, asking("30s", silent))
	began := time.Now()
	got := askOnce(t, statusFailed, "--config", file, "--timeout", "200ms")
	if took := time.Since(began); took < 200*time.Millisecond || took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	checkSays(t, says(got, "cloud", "result"), "a timeout")
}

// TestOnceOptionsHold: servers on the command line replace the clouds alone.
func TestOnceOptionsHold(t *testing.T) {
	t.Parallel()
	silent, answers := serve(t, "127.0.0.1:0", silence).String(), serve(t, "127.0.0.1:0", named("lhr1")).String()
	file := writeFile(t, blockLine+"timeout = \"200ms\"\nidentity_names = [\"id.server\"]\nedns = false\nsource_ipv4 = \"127.0.0.1\"\n"+
		cloudA+"site = \"^([a-z]{3})\"\n[inputs.dns_anycast.cloud.tags]\noperator = \"x\"\n")
	binary(t) // building it is in no time
	began := time.Now()
	points := askOnce(t, statusFailed, "--config", file, silent, answers)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v: the timeout is not the file's", took)
	}
	checkSays(t, says(points, "server", "result", "identity_source", "cloud", "site", "operator"), silent+" timeout    ", answers+" success id.server   ")
	if nsid, ok := points[1].Fields["nsid"]; ok {
		t.Errorf("NSID %v was asked for, though edns is false", nsid)
	}
}

// TestOnceInterrupted: what is in is printed, in order; the status says that it is not all.
func TestOnceInterrupted(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			came := make(chan struct{}, 10)
			one, two := serve(t, "127.0.0.1:0", announced(t, came, named("lhr1"))).String(), serve(t, "127.0.0.1:0", announced(t, came, named("lhr2"))).String()
			silent := serve(t, "127.0.0.1:0", announced(t, came, silence)).String()
			var stdout, stderr strings.Builder
			cmd := exec.Command(binary(t), "--once", "--format", "json", "--timeout", "20s", one, silent, two)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				awaitQuery(t, came)
			}
			time.Sleep(200 * time.Millisecond) // for the answers to arrive
			began := time.Now()
			cmd.Process.Signal(s)
			cmd.Wait()
			if took := time.Since(began); took > time.Second {
				t.Errorf("it ended after %v", took)
			}
			if cmd.ProcessState.ExitCode() != statusFailed || strings.Count(stderr.String(), "\n") != 1 || strings.HasPrefix(stderr.String(), "E! ") {
				t.Errorf("%v, stderr %q, want status 1 and a plain line", cmd.ProcessState, &stderr)
			}
			checkSays(t, says(parseJSON(t, stdout.String()), "server"), one, two)
		})
	}
}

// TestOnceExpected: who is not expected is shown, and is a failure.
func TestOnceExpected(t *testing.T) {
	t.Parallel()
	file := func(expect string) string {
		conf := asking("2s", serve(t, "127.0.0.1:0", named("lhr1")))
		return writeFile(t, strings.Replace(conf, "servers =", "expect = '"+expect+"'\nservers =", 1))
	}
	askOnce(t, statusOK, "--config", file("lhr[0-9]"))
	got := runCommand(t, "", "--once", "--format", "table", "--config", file("lhr"))
	if got.status != statusFailed || !strings.Contains(got.stdout, "success, not expected\n") || !strings.Contains(got.stdout, ", 1 not expected, in ") {
		t.Errorf("%s, want status 1 and it said", got)
	}
}

// TestOnceQueries: every query counts, and has a line.
func TestOnceQueries(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	last := func(q *dnstest.Query) { // only the last of three is answered
		if n.Add(1)%3 == 0 {
			named("lhr1")(q)
		}
	}
	conf := strings.Replace(asking("500ms", serve(t, "127.0.0.1:0", last)), "timeout", "queries = 3\ntimeout", 1)
	checkSays(t, says(askOnce(t, statusFailed, "--config", writeFile(t, conf)), "result"), "timeout", "timeout", "success")
}
