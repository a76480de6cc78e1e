package stack

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestMetricsCommands: what METRICS.md starts by hand starts, on ports and in a directory of the test's own.
func TestMetricsCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rules := stacktest.Read(t, stacktest.Shipped("prometheus/rules.yaml"))
	older := regexp.MustCompile(`(?m)^ *keep_firing_for: .*\n`).ReplaceAllString(rules, "") // Debian's vmalert
	stacktest.Write(t, filepath.Join(dir, "rules.yaml"), older)
	stacktest.Write(t, filepath.Join(dir, "prometheus.yml"), stacktest.Read(t, stacktest.Shipped("prometheus/prometheus.yml")))
	victoria, alert, prometheus := stacktest.FreePort(t), stacktest.FreePort(t), stacktest.FreePort(t)
	for _, of := range []struct {
		program, debian, at string
		own                 []string
	}{
		{"victoria-metrics", "victoria-metrics", victoria, []string{"-httpListenAddr=" + victoria, "-storageDataPath=" + filepath.Join(dir, "victoria")}},
		{"vmalert", "victoria-metrics", alert, []string{"-httpListenAddr=" + alert}},
		{"prometheus", "prometheus", prometheus, []string{"--web.listen-address=" + prometheus, "--storage.tsdb.path=" + filepath.Join(dir, "prometheus")}},
	} {
		words := strings.Fields(strings.NewReplacer("'", "", "127.0.0.1:8428", victoria).Replace(commandOf(t, of.program)))
		cmd := exec.Command(skiptest.Program(t, of.program, of.debian), append(words[1:], of.own...)...)
		cmd.Dir = dir
		p := stacktest.Start(t, filepath.Join(dir, of.program+".log"), cmd)
		stacktest.Eventually(t, p, "an answer", func() bool {
			r, err := http.Get("http://" + of.at + "/-/ready")
			if err != nil {
				return false
			}
			r.Body.Close()
			return r.StatusCode == http.StatusOK
		})
	}
}

// commandOf is the command of METRICS.md that begins with a program.
func commandOf(t *testing.T, program string) string {
	t.Helper()
	command := regexp.MustCompile(`(?m)^    ` + program + ` .*$`).FindString(stacktest.Read(t, stacktest.Shipped("METRICS.md")))
	if command == "" {
		t.Fatalf("METRICS.md starts no %s", program)
	}
	return command
}
