package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

func TestFlags(t *testing.T) {
	for _, test := range []struct {
		args string // as one types them
		want options
	}{
		{"--config f", options{config: "f"}},
		{"--config=f --poll_interval 10s", options{config: "f", poll: 10 * time.Second}},
		{"--config f --poll_interval 10s --poll_interval_disabled", options{config: "f", pollDisabled: true}},
		{"--config f --poll_interval_disabled", options{config: "f", pollDisabled: true}},
		{"--config f --log-level debug", options{config: "f", level: telegraf.Debug}},
		{"--check --config f", options{mode: modeCheck, config: "f"}},
		{"--once a", options{mode: modeOnce, servers: []string{"a"}}},
		{"--once --config f", options{mode: modeOnce, config: "f"}},
		{"--once a --config f b", options{mode: modeOnce, config: "f", servers: []string{"a", "b"}}},
		{"a --once", options{mode: modeOnce, servers: []string{"a"}}},
		{"a --tcp b --timeout 3s --once c -4", options{mode: modeOnce, servers: []string{"a", "b", "c"}, tcp: true, ipv4: true, timeout: 3e9, timeoutGiven: true}},
		{"--once -6 --format json a", options{mode: modeOnce, servers: []string{"a"}, ipv6: true, format: "json"}},
		{"a --trace --once", options{mode: modeOnce, servers: []string{"a"}, trace: true}},
		{"--once -- a --tcp", options{mode: modeOnce, servers: []string{"a", "--tcp"}}},
		{"--once a -- b --", options{mode: modeOnce, servers: []string{"a", "b", "--"}}},
		{"--once a --", options{mode: modeOnce, servers: []string{"a"}}},
		{"--watch a", options{mode: modeWatch, watch: 1e9, servers: []string{"a"}}},
		{"--watch 5s a", options{mode: modeWatch, watch: 5e9, servers: []string{"a"}}},
		{"--watch=5s a", options{mode: modeWatch, watch: 5e9, servers: []string{"a"}}},
		{"a --watch 500ms --tcp b", options{mode: modeWatch, watch: 5e8, tcp: true, servers: []string{"a", "b"}}},
		{"--watch a 5s", options{mode: modeWatch, watch: 1e9, servers: []string{"a", "5s"}}},
		{"--watch -- 5s", options{mode: modeWatch, watch: 1e9, servers: []string{"5s"}}},
		{"--config f --watch", options{mode: modeWatch, watch: 1e9, config: "f"}},
		{"--sample-config", options{mode: modeSample}},
		{"--report 2026-10 --influxdb http://127.0.0.1:8086", options{mode: modeReport, report: reportOf2026(nil)}},
		{"--influxdb http://127.0.0.1:8086 --report=2026-10 --format csv --log-level debug", options{mode: modeReport, format: "csv", level: telegraf.Debug, report: reportOf2026(nil)}},
		{"--report 2026-10 --influxdb http://127.0.0.1:8086 --database d --profile rssac047 --minimum-vantage-points 20", options{mode: modeReport, report: reportOf2026(func(o *reportOptions) { o.database, o.terms.Profile, o.terms.Minimum = "d", "rssac047", 20 })}},
		{"--version", options{mode: modeVersion}},
		{"--help", options{mode: modeHelp}},
		{"--h", options{mode: modeHelp}},
		{"--help --version --once", options{mode: modeHelp}},
		{"--help --config f --config g", options{mode: modeHelp, config: "g"}},
	} {
		if test.want.level == 0 {
			test.want.level = telegraf.Info
		}
		for _, args := range [][]string{strings.Fields(test.args), oneDash(strings.Fields(test.args))} {
			if got, err := parseFlags(args); err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("%q: %+v, %v, want %+v", args, got, err, test.want)
			}
		}
	}
}

// oneDash writes -flag for --flag, up to a "--".
func oneDash(args []string) []string {
	args = slices.Clone(args)
	for i := range args {
		if args[i] == "--" {
			break
		}
		if strings.HasPrefix(args[i], "--") {
			args[i] = args[i][1:]
		}
	}
	return args
}

// TestFlagsRefused: status 2, nothing on stdout, one line on stderr, with a level in execd mode alone.
func TestFlagsRefused(t *testing.T) {
	t.Parallel()
	file := writeFile(t, blockLine+cloudA)
	for _, test := range []struct{ args, want string }{
		{"", "E! --config FILE is missing: --sample-config prints one to begin with, --help the rest"},
		{"--poll_interval 10s", "E! --config FILE is missing: --sample-config prints one to begin with, --help the rest"},
		{"--check", "--config FILE is missing: --sample-config prints one to begin with, --help the rest"},
		{"--once", "nothing to ask: name servers, or a --config FILE"},
		{"--config", "E! --config needs a value"},
		{"--config FILE --colour", "E! unknown flag --colour: --help lists the flags"},
		{"--config FILE --config other.conf", `E! --config is given twice, "FILE" and "other.conf": give one file, which holds all clouds`},
		{"--config=FILE -config=FILE --log-level debug", `E! --config is given twice, "FILE" and "FILE": give one file, which holds all clouds`},
		{"--check -config other.conf --config FILE", `--config is given twice, "other.conf" and "FILE": give one file, which holds all clouds`},
		{"--check --config FILE --config=", `--config is given twice, "FILE" and "": give one file, which holds all clouds`},
		{"--once --config FILE 127.0.0.1 --config FILE", `--config is given twice, "FILE" and "FILE": give one file, which holds all clouds`},
		{"--config FILE --watch 127.0.0.1 -config FILE", `--config is given twice, "FILE" and "FILE": give one file, which holds all clouds`},
		{"--config= --check", "--config FILE is missing: --sample-config prints one to begin with, --help the rest"},
		{"--confg FILE", "E! unknown flag --confg: did you mean --config?"},
		{"-5", "E! unknown flag --5: --help lists the flags"},
		{"--once 127.0.0.1 --colour", "unknown flag --colour: --help lists the flags"},
		{"--colour --once 127.0.0.1", "unknown flag --colour: --help lists the flags"},
		{"--once --check --config FILE", "--once and --check exclude each other"},
		{"--once --watch --config FILE", "--once and --watch exclude each other"},
		{"--watch --check --config FILE", "--watch and --check exclude each other"},
		{"--watch", "nothing to ask: name servers, or a --config FILE"},
		{"--watch 5 127.0.0.1", `invalid value "5" for --watch: 5 has no unit: write "5s"`},
		{"--watch=soon 127.0.0.1", `invalid value "soon" for --watch: "soon" is no duration: write it like "2s" or "500ms"`},
		{"--watch 0 127.0.0.1", `invalid value "0" for --watch: 0 has no unit: write it like "2s" or "500ms"`},
		{"--watch 10ms 127.0.0.1", "--watch 10ms: write 100ms or more"},
		{"--watch --format json 127.0.0.1", "--format goes with --once or --report alone"},
		{"--watch --poll_interval 10s 127.0.0.1", "--poll_interval goes with neither --once, --watch nor --check"},
		{"--once --tcp=maybe 127.0.0.1", `invalid boolean value "maybe" for -tcp: parse error`},
		{"--config FILE 127.0.0.1", `E! "127.0.0.1": servers on the command line go with --once or --watch`},
		{"--check --config FILE 127.0.0.1", `"127.0.0.1": servers on the command line go with --once or --watch`},
		{"--config FILE --format json", "E! --format goes with --once or --report alone"},
		{"--config FILE -4", "E! -4 goes with --once or --watch alone"},
		{"--check --config FILE -6", "-6 goes with --once or --watch alone"},
		{"--check --config FILE --tcp", "--tcp goes with --once or --watch alone"},
		{"--config FILE --timeout 2s", "E! --timeout goes with --once or --watch alone"},
		{"--once -4 -6 --config FILE", "-4 and -6 together leave no server: give one of them, or neither for both families"},
		{"--once -6 127.0.0.1", `command line: -6 leaves no server: all are addresses of the other family`},
		{"--once --format xml --config FILE", "--format xml: write table, influx or json"},
		{"--once --format JSON --config FILE", "--format JSON: write table, influx or json"},
		{"--once --timeout 2 127.0.0.1", `invalid value "2" for --timeout: 2 has no unit: write "2s"`},
		{"--timeout 2 --once 127.0.0.1", `invalid value "2" for --timeout: 2 has no unit: write "2s"`},
		{"--once --timeout 0 127.0.0.1", `invalid value "0" for --timeout: 0 has no unit: write it like "2s" or "500ms"`},
		{"--once --timeout soon 127.0.0.1", `invalid value "soon" for --timeout: "soon" is no duration: write it like "2s" or "500ms"`},
		{"--once --timeout -1s 127.0.0.1", `command line: timeout: -1s is out of range: write one from "1ms" to "1m"`},
		{"--once --timeout 0s 127.0.0.1", `command line: timeout: 0s is out of range: write one from "1ms" to "1m"`},
		{"--once --timeout 2m 127.0.0.1", `command line: timeout: 2m0s is out of range: write one from "1ms" to "1m"`},
		{"--once --poll_interval 10s 127.0.0.1", "--poll_interval goes with neither --once, --watch nor --check"},
		{"--check --config FILE --poll_interval 10s", "--poll_interval goes with neither --once, --watch nor --check"},
		{"--config FILE --poll_interval 10", `E! invalid value "10" for --poll_interval: 10 has no unit: write "10s"`},
		{"--config FILE --poll_interval 0", `E! invalid value "0" for --poll_interval: 0 has no unit: write it like "2s" or "500ms"`},
		{"--config FILE --poll_interval 0s", "E! --poll_interval 0s: write 100ms or more"},
		{"--config FILE --poll_interval -1s", "E! --poll_interval -1s: write 100ms or more"},
		{"--config FILE --log-level loud", "E! --log-level loud: write error, warn, info or debug"},
		{"--config FILE --log-level trace", "E! --log-level trace: write error, warn, info or debug"},
		{"--once 127.0.0.1 --log-level INFO", "--log-level INFO: write error, warn, info or debug"},
		{"--once 127.0.0.256", `command line: server[1]: "127.0.0.256" is no IPv4 address`},
		{"--once 127.0.0.1 127.0.0.1:53", `command line: server[2]: "127.0.0.1:53" is listed twice: server[1] is the same`},
		{"--report", "--report needs a value"},
		{"--report 2026-10", "--influxdb URL is missing: where the points are, such as http://127.0.0.1:8086"},
		{"--report= --influxdb http://127.0.0.1", `--report: "" is no month: write it like 2026-10`},
		{"--report 2026-13 --influxdb http://127.0.0.1", `--report: "2026-13" is no month: write it like 2026-10`},
		{"--report october --influxdb http://127.0.0.1", `--report: "october" is no month: write it like 2026-10`},
		{"--report 2026-10 --influxdb 127.0.0.1:8086", "--influxdb is no URL: write it like http://127.0.0.1:8086"},
		{"--report 2026-10 --influxdb ftp://127.0.0.1", "--influxdb is no URL of http or https: write it like http://127.0.0.1:8086"},
		{"--report 2026-10 --influxdb http://me:sesame@127.0.0.1", "--influxdb holds a user: set INFLUXDB_READ_USER and INFLUXDB_READ_PASSWORD instead"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --database=", "--database is empty: write the name of one, or leave it out for telegraf"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --profile ICANN", "--profile ICANN: write icann or rssac047"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --format table", "--format table: write markdown, csv or json"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --minimum-vantage-points 0", "--minimum-vantage-points 0: write a whole number, 1 or more"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --minimum-vantage-points -3", "--minimum-vantage-points -3: write a whole number, 1 or more"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --minimum-vantage-points few", "--minimum-vantage-points few: write a whole number, 1 or more"},
		{"--report 2026-10 --influxdb http://127.0.0.1 192.0.2.1", `"192.0.2.1": --report asks no servers: it reads a database`},
		{"--report 2026-10 --influxdb http://127.0.0.1 --config FILE", "--config does not go with --report, which reads a database alone"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --once", "--once and --report exclude each other"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --watch", "--watch and --report exclude each other"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --check", "--check and --report exclude each other"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --tcp", "--tcp does not go with --report, which reads a database alone"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --poll_interval 10s", "--poll_interval does not go with --report, which reads a database alone"},
		{"--report 2026-10 --influxdb http://127.0.0.1 --poll_interval_disabled", "--poll_interval_disabled does not go with --report, which reads a database alone"},
		{"--report 2026-10 --influx http://127.0.0.1", "unknown flag --influx: did you mean --influxdb?"},
		{"--config FILE --influxdb http://127.0.0.1", "E! --influxdb goes with --report alone"},
		{"--once --profile icann 127.0.0.1", "--profile goes with --report alone"},
		{"--check --config FILE --minimum-vantage-points 2", "--minimum-vantage-points goes with --report alone"},
		{"--watch --database d 127.0.0.1", "--database goes with --report alone"},
		{"--config FILE --trace", "E! --trace goes with --once alone"},
		{"--check --config FILE --trace", "--trace goes with --once alone"},
		{"--watch --trace 127.0.0.1", `--trace goes with --once alone: --watch traces where its --config FILE says trace = "change"`},
		{"--report 2026-10 --influxdb http://127.0.0.1 --trace", "--trace does not go with --report, which reads a database alone"},
		{"--once --trace", "nothing to ask: name servers, or a --config FILE"},
		{"--once --trac 127.0.0.1", "unknown flag --trac: did you mean --trace?"},
		{"--once -- --tcp", `command line: server[1]: "--tcp" is neither an address nor a host name`},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, "\n", strings.Fields(strings.ReplaceAll(test.args, "FILE", file))...)
			if got.status != statusUsage || got.stdout != "" || got.stderr != strings.ReplaceAll(test.want, `"FILE"`, strconv.Quote(file))+"\n" {
				t.Errorf("%s, want status %d and %q", got, statusUsage, test.want)
			}
		})
	}
}

// TestTimeoutOfCommandLine: a value that stands on the command line is not looked for in the file.
func TestTimeoutOfCommandLine(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "", "--once", "--timeout", "2m", "--config", writeFile(t, blockLine+cloudA))
	if want := `command line: timeout: 2m0s is out of range: write one from "1ms" to "1m"`; got.status != statusUsage || !strings.HasSuffix(got.stderr, want+"\n") || strings.Contains(got.stderr, "plugin.conf") {
		t.Errorf("%s, want %q and no file named", got, want)
	}
}

// newestVersion is the heading of the first release in CHANGELOG.md.
var newestVersion = regexp.MustCompile(`(?m)^## \[?v?(\d+\.\d+\.\d+)`)

func TestVersion(t *testing.T) {
	t.Parallel()
	log, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	newest := newestVersion.FindSubmatch(log)
	if newest == nil {
		t.Fatal("CHANGELOG.md names no version")
	}
	want := fmt.Sprintf("telegraf-dns-anycast %s %s/%s ", newest[1], runtime.GOOS, runtime.GOARCH)
	if got := runCommand(t, "", "--version"); got.status != statusOK || got.stderr != "" || !strings.HasPrefix(got.stdout, want) {
		t.Errorf("%s, want %q at the start", got, want)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "", "--help")
	if got.status != statusOK || got.stderr != "" {
		t.Error(got)
	}
	for _, flag := range strings.Fields(`--config --once --check --sample-config --poll_interval --log-level --version
		--help --format -4 -6 --tcp --timeout --trace --report --influxdb --database --profile --minimum-vantage-points`) {
		if !regexp.MustCompile(`(?m)[ ]` + flag + `([ ,]|$)`).MatchString(got.stdout) {
			t.Errorf("--help does not name %s", flag)
		}
	}
	for line := range strings.Lines(got.stdout) {
		if len([]rune(line)) > 121 {
			t.Errorf("%d columns: %s", len([]rune(line))-1, line)
		}
	}
}

// TestLogLevel: a level lets through what is at least as grave.
func TestLogLevel(t *testing.T) {
	file := writeFile(t, blockLine+"families = [\"ipv4\"]\n"+
		cloudLine+"name = \"a\"\nservers = [\"::1\", \""+serve(t, "127.0.0.1:0", named("lhr1")).String()+"\"]\n")
	for level, want := range map[string]string{"error": "", "warn": "W! ", "info": "W! ", "debug": "W! D! "} {
		t.Run(level, func(t *testing.T) {
			got := runCommand(t, "\n", "--config", file, "--log-level", level)
			said := ""
			for line := range strings.Lines(got.stderr) {
				said += line[:3]
			}
			if said != want || got.status != statusOK {
				t.Errorf("%s, want the levels %q", got, want)
			}
		})
	}
}

// TestCheck prints the plan in the order of the file.
func TestCheck(t *testing.T) {
	t.Parallel()
	file := writeFile(t, blockLine+"transports = [\"udp\", \"tcp\"]\n"+
		cloudLine+"name = \"z\"\nservers = [\"name.invalid\", \"::1\"]\n"+cloudA)
	want := file + ` is valid; a round asks:
z
  name.invalid  udp  each address the name has
  name.invalid  tcp  each address the name has
  ::1           udp  ipv6
  ::1           tcp  ipv6
a
  127.0.0.1     udp  ipv4
  127.0.0.1     tcp  ipv4
`
	if got := runCommand(t, "\n", "--check", "--config", file); got.status != statusOK || got.stderr != "" || got.stdout != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestCheckSendsNothing(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", func(q *dnstest.Query) { t.Errorf("a query came: %x", q.Data) })
	got := runCommand(t, "\n", "--check", "--config", writeFile(t, withServers(`"`+server.String()+`"`)))
	if got.status != statusOK {
		t.Error(got)
	}
}

// ran is what a run of the program left behind.
type ran struct {
	status         int
	stdout, stderr string
}

func (r ran) String() string {
	return fmt.Sprintf("status %d, stdout %q, stderr %q", r.status, r.stdout, r.stderr)
}

// runCommand runs the program to its end.
func runCommand(t *testing.T, stdin string, args ...string) ran {
	t.Helper()
	got, err := runProgram(binary(t), stdin, args...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func runProgram(path, stdin string, args ...string) (ran, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return ran{}, err
	}
	return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}, nil
}

// reportOf2026 is what --report 2026-10 stands for, changed.
func reportOf2026(change func(*reportOptions)) reportOptions {
	o, err := (&reportFlags{"2026-10", "http://127.0.0.1:8086", "telegraf", "icann", "1"}).options(time.Now())
	if err != nil {
		panic(err)
	}
	if change != nil {
		change(&o)
	}
	return o
}

// TestReportNotBegun: the next month has no figures.
func TestReportNotBegun(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	next := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	got := runCommand(t, "", "--report", next, "--influxdb", "http://127.0.0.1:1")
	want := "--report: " + next + " has not begun: it is " + now.Format(time.DateOnly) + " (UTC)\n"
	if got.status != statusUsage || got.stdout != "" || got.stderr != want {
		t.Errorf("%s, want %q", got, want)
	}
}
