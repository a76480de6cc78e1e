package grafana

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// Shown is a table as Grafana writes it.
type Shown struct {
	Columns []string
	Rows    [][]string
}

// shower is show.mjs: it takes seconds to read Grafana's code, so that one serves all tests, until their process ends.
type shower struct {
	mu     sync.Mutex
	cmd    *exec.Cmd
	frames io.Writer
	shown  *bufio.Reader
}

var showing shower

// OfMetrics ends the title of a panel that asks in PromQL, where one in InfluxQL has the same.
const OfMetrics = " (metrics)"

// Show returns what Grafana makes of the answers to each panel of that title; nil where node is missing.
func Show(t *testing.T, all map[string][]Frame) (panels map[string][]Shown) {
	t.Helper()
	cmd := Node(t, "show.mjs")
	if cmd == nil {
		return nil
	}
	showing.mu.Lock()
	defer showing.mu.Unlock()
	if showing.cmd == nil {
		showing.start(t, cmd)
	}
	if err := json.NewEncoder(showing.frames).Encode(all); err != nil {
		t.Fatal(err)
	}
	line, err := showing.shown.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &panels)
	}
	if err != nil {
		showing.cmd.Process.Kill()
		t.Fatalf("show.mjs: %v; %v:\n%s", err, showing.cmd.Wait(), showing.cmd.Stderr)
	}
	return panels
}

func (g *shower) start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	frames, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = new(strings.Builder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	g.cmd, g.frames, g.shown = cmd, frames, bufio.NewReader(shown)
}

// Node is a script on Grafana's own packages; nil where they are missing and CI has no way to them. It skips the test where
// Node.js or they are missing. CI need not have Node.js or a registry: without one this says so.
func Node(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	checker := filepath.Join(stacktest.Root(), "scripts/grafana-check")
	what, remedy, unchecked := "", "", false
	if _, err := exec.LookPath("npm"); err != nil {
		what, remedy, unchecked = "npm", "apt-get install npm", os.Getenv("CI") != ""
	} else if _, err := os.Stat(filepath.Join(checker, "node_modules")); err != nil {
		what, remedy = "Grafana's packages", "npm ci --prefix scripts/grafana-check"
		unchecked = os.Getenv("GRAFANA_PACKAGES") == "unreachable"
	}
	if unchecked {
		t.Logf("NOT CHECKED: %s: %s", what, remedy)
		return nil
	}
	if what != "" {
		skiptest.Missing(t, what, remedy)
	}
	return exec.Command("node", append([]string{filepath.Join(checker, script)}, filesOf(append(slices.Clone(Dashboards(t)), MetricDashboards(t)...))...)...)
}

func filesOf(dashboards []*Dashboard) (files []string) {
	for _, d := range dashboards {
		files = append(files, d.File)
	}
	return files
}
