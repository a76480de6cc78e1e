package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config/configtest"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/asntest"
)

// TestMisuse: whatever is wrong is refused before anything is sent, and every eighth is refused so by the program, in
// every mode. The texts are config's to test.
func TestMisuse(t *testing.T) {
	t.Parallel()
	for i, m := range configtest.Misuses() {
		file := writeFile(t, m.Conf)
		if _, err := configure(options{config: file}, newConsole(&bytes.Buffer{}, false)); err == nil {
			t.Errorf("%s: accepted", m.Name) // it would send queries
			continue
		}
		if i%8 == 0 {
			checkRefused(t, m.Name, file, "")
		}
	}
}

// TestUnreadable covers what is no file to read.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	for _, m := range []struct{ name, file, want string }{
		{"missing", filepath.Join(dir, "none.conf"), "no such file or directory"},
		{"directory", dir, "is a directory"},
		{"beneath a file", filepath.Join(writeFile(t, "x"), "plugin.conf"), "not a directory"},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			checkRefused(t, m.name, m.file, m.file+": cannot be read: "+m.want)
		})
	}
}

// checkRefused runs the program in its three modes on file. want, unless empty, is the message but for its level.
func checkRefused(t *testing.T, name, file, want string) {
	t.Helper()
	for mode, level := range map[string]string{"--check": "", "--once": "", "--poll_interval_disabled": "E! "} {
		began := time.Now()
		got, err := runProgram(binary(t), "\n", mode, "--config", file)
		lines := strings.Count(got.stderr, "\n")
		switch {
		case err != nil:
			t.Error(err)
		case got.status != statusUsage || got.stdout != "" || lines < 1 || lines > 3:
			t.Errorf("%s, %s: %s, want status %d, nothing on stdout and 1 to 3 lines on stderr", name, mode, got, statusUsage)
		case !strings.HasPrefix(got.stderr, level+file+":"):
			t.Errorf("%s, %s: %s, want the message to begin with %q", name, mode, got, level+file)
		case level != "" && time.Since(began) < 50*time.Millisecond:
			t.Errorf("%s: it ended after %v: execd loses the last message of who ends at once", name, time.Since(began))
		case want != "" && got.stderr != level+want+"\n":
			t.Errorf("%s, %s: %s, want %q", name, mode, got, level+want)
		}
	}
}

// TestOptionOfFileWithServers: the file's options hold for servers on the command line, and so do
// its refusals, also where a flag says the same option.
func TestOptionOfFileWithServers(t *testing.T) {
	t.Parallel()
	const outOfRange = ` is out of range: write one from "1ms" to "1m"`
	for _, test := range []struct{ option, flags, want string }{
		{"max_instances = 0", "", "max_instances: 0 is out of range: write a number from 1 to 1000000"},
		{`timeout = "0s"`, "--timeout 1s", "timeout: 0s" + outOfRange},
		{`timeout = "0s"`, "--timeout 0s", "timeout: 0s" + outOfRange},
		{`transports = ["TCP"]`, "--tcp", `transports[1]: "TCP" is not one of "udp", "tcp"`},
		{`state_file = "state"`, "", `state_file: "state" is no absolute path: write one like "/var/lib/telegraf/dns_anycast.state"`},
	} {
		file := writeFile(t, withOption(test.option))
		args := append([]string{"--once", "--config", file, "127.0.0.1"}, strings.Fields(test.flags)...)
		got := runCommand(t, "", args...)
		want := file + ":2: " + test.want + "\n"
		if got.status != statusUsage || got.stdout != "" || got.stderr != want {
			t.Errorf("%s: %s, want status %d and %q", test.option, got, statusUsage, want)
		}
	}
}

// TestLeftOut: what the families leave out is one warning, in every mode.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	file := writeFile(t, blockLine+"families = [\"ipv6\"]\n"+
		cloudLine+"name = \"a\"\nservers = [\"127.0.0.1\", \"::1\", \"127.0.0.2\"]\n"+cloudB)
	const want = `left out, since families = "ipv6": 127.0.0.1, 127.0.0.2, 127.0.0.1` + "\n"
	if got := runCommand(t, "", "--check", "--config", file); got.status != statusOK || got.stderr != want {
		t.Errorf("--check: %s, want %q on stderr", got, want)
	}
	if got := runCommand(t, "", "--once", "--config", file); got.stderr != want {
		t.Errorf("--once: %s, want %q on stderr", got, want)
	}
	if got := runCommand(t, "", "--config", file); got.status != statusOK || got.stderr != "W! "+want {
		t.Errorf("execd mode: %s, want %q on stderr", got, "W! "+want)
	}
}

func TestSampleLoads(t *testing.T) {
	t.Parallel()
	for name, conf := range map[string]string{"as printed": runCommand(t, "", "--sample-config").stdout, "in full": configtest.FullSample()} {
		file := writeFile(t, conf)
		asntest.Write(t, filepath.Join(filepath.Dir(file), "GeoLite2-ASN.mmdb"), map[string]uint32{"192.0.2.0/24": 64496})
		got := runCommand(t, "", "--check", "--config", file)
		if got.status != statusOK || got.stderr != "" || !regexp.MustCompile(`(?m)^  127\.0\.0\.1 +udp  ipv4$`).MatchString(got.stdout) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if configtest.FullSample() == dns_anycast.New().SampleConfig() {
		t.Error("nothing was commented")
	}
}

func newConsole(out *bytes.Buffer, prefixed bool) *console.Console {
	return console.New(out, telegraf.Info, prefixed)
}

// TestVariablesOfEnvironment: a default holds until the process has the variable, and a number or a duration may have one.
func TestVariablesOfEnvironment(t *testing.T) {
	file := writeFile(t, blockLine+`timeout = "${DNS_ANYCAST_TIME:-1500ms}"
transports = ["${DNS_ANYCAST_TRANSPORT-udp}"]
`+cloudLine+`name = "${DNS_ANYCAST_CLOUD:-cira-1}"
servers = ["127.0.0.1:${DNS_ANYCAST_PORT:-5353}"]
expect = '${DNS_ANYCAST_EXPECTED:-LHR[0-9]{1,2}}'
`)
	check := func(name, want string) {
		t.Helper()
		got := runCommand(t, "", "--check", "--config", file)
		if got.status != statusOK || got.stdout != file+" is valid; a round asks:\n"+want {
			t.Errorf("%s: %s, want %q", name, got, want)
		}
	}
	check("unset", "cira-1\n  127.0.0.1:5353  udp  ipv4\n")
	t.Setenv("DNS_ANYCAST_CLOUD", `$HOME ${HOME} " # é`)
	t.Setenv("DNS_ANYCAST_PORT", "54")
	t.Setenv("DNS_ANYCAST_TRANSPORT", "tcp")
	t.Setenv("DNS_ANYCAST_EXPECTED", "")
	check("set", "$HOME ${HOME} \" # é\n  127.0.0.1:54  tcp  ipv4\n")
	t.Setenv("DNS_ANYCAST_TRANSPORT", "")
	want := file + `:3: transports[1]: "" is not one of "udp", "tcp"` + "\n"
	if got := runCommand(t, "", "--check", "--config", file); got.status != statusUsage || got.stderr != want {
		t.Errorf("empty: %s, want %q", got, want)
	}
}
