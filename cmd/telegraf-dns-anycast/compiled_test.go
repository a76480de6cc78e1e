//go:build unix

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// registration is the file that Telegraf has for each of its own inputs, in plugins/inputs/all.
const registration = `//go:build !custom || inputs || inputs.dns_anycast

package all

import _ "telegraf-dns-anycast/plugins/inputs/dns_anycast"
`

// compileTelegraf builds a Telegraf that has the plugin as an input of its own, and execd beside it, from a copy of its source.
func compileTelegraf(t *testing.T) string {
	t.Helper()
	skiptest.Telegraf(t, "../..") // whoever has built one has its modules
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	source := goTool(t, repository, "list", "-m", "-f", "{{.Dir}}", "github.com/influxdata/telegraf")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(strings.TrimSpace(source))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plugins/inputs/all/dns_anycast.go"), []byte(registration), 0o644); err != nil {
		t.Fatal(err)
	}
	goTool(t, dir, "mod", "edit", "-require", "telegraf-dns-anycast@v0.0.0", "-replace", "telegraf-dns-anycast="+repository)
	goTool(t, dir, "build", "-mod=mod", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", "telegraf",
		"-tags", "custom,inputs.dns_anycast,inputs.execd,outputs.file,parsers.influx,serializers.influx", "./cmd/telegraf")
	return filepath.Join(dir, "telegraf")
}

// goTool leaves a processor to the tests beside it, and what they need of its own.
func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("nice", append([]string{"-n", "19", "go"}, args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOMAXPROCS=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", args[0], err, &stderr)
	}
	return string(out)
}

// TestCompiledIntoTelegraf: as an input among Telegraf's own, the plugin gives the same points as through execd.
func TestCompiledIntoTelegraf(t *testing.T) {
	t.Parallel()
	path := compileTelegraf(t)
	servers := askedOfAllKinds(t)
	conf := strings.NewReplacer(
		"  timeout", "  transports = [\"udp\", \"tcp\"]\n  location = \"LHR\"\n  queries = 2\n  timeout",
		"    site", "    places = \"iata\"\n    sites = [\"LHR\", \"ARN\"]\n    expect = 'lhr[0-9]'\n    zone = \"example\"\n    site",
	).Replace(pluginConf(servers))

	external, compiled := newAgent(t), newAgent(t)
	external.write(t, "plugin.conf", conf)
	external.start(t, path, fmt.Sprintf(execdBlock, binary(t), external.file("plugin.conf")))
	compiled.start(t, path, strings.Replace(conf, "  timeout", "  precision = \"1ms\"\n  timeout", 1))
	var got [2][]string
	for i, a := range []*agent{external, compiled} {
		await(t, a, "three rounds", func() bool {
			b, _ := os.ReadFile(a.file("out"))
			return strings.Count(string(b), "dns_anycast_cloud,") >= 3
		})
		a.cmd.Process.Signal(syscall.SIGTERM)
		a.wait(t)
		got[i] = distinct(a.points(t))
	}
	if !slices.Equal(got[0], got[1]) {
		t.Errorf("through execd:\n%s\ncompiled in:\n%s", strings.Join(got[0], "\n"), strings.Join(got[1], "\n"))
	}
	all := strings.Join(got[0], "\n")
	for _, want := range []string{"instance=lhr1", "result=timeout", "rcode=REFUSED", "transport=tcp", "zone=example", "distance_km=", "dns_anycast_cloud", "dns_anycast_internal", "interval_s=", `version="`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
}

// distinct lists points without what differs from round to round, and without the tag that names the file.
func distinct(points map[string][]point) []string {
	number := regexp.MustCompile(`((?:_ms|serial_lag_s|interval_s)=)[0-9.e-]+`)
	judged := regexp.MustCompile(`,config=[^, ]*|,usual_ms=|,verdict="[a-z]*",verdict_code=[0-9]i`)
	all := map[string]bool{}
	for tags, list := range points {
		for _, p := range list {
			all[judged.ReplaceAllString(number.ReplaceAllString(tags+" "+p.fields, "$1"), "")] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
