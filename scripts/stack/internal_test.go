package stack

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	itselfTable  = "Which monitors do not keep up?"
	itselfOthers = "What was discarded, without the kernel's stamp, or beyond max_instances?"
)

// TestDashboardItself: all that is told of the plugin is shown, and the panels say when there are no such points.
func TestDashboardItself(t *testing.T) {
	s := readSchema(t)
	asked := ""
	for _, p := range readDashboard(t).Panels {
		for _, q := range p.Targets {
			if s.measurement(q.Query) != "dns_anycast_internal" {
				continue
			}
			asked += q.Query
			if says := p.FieldConfig.Defaults.NoValue; !strings.Contains(says, "internal = false") {
				t.Errorf("%q says %q, also where the plugin tells nothing of itself", p.Title, says)
			}
		}
	}
	for _, field := range s.points["dns_anycast_internal"].fields {
		if !strings.Contains(asked, `("`+field+`")`) {
			t.Errorf("no panel shows %s", field)
		}
	}
}

// checkItselfShown: a row for each plugin.conf and vantage point, who left out most at the top; and a line for each of
// them and each thing that is counted.
func checkItselfShown(t *testing.T, panels map[string][]shown) {
	t.Helper()
	table := panels[itselfTable][0]
	order := []string{"Vantage point", "Configuration", "Targets", "Answered", "Longest round", "Left out", "Last report"}
	if !slices.Equal(table.Columns, order) {
		t.Errorf("%q, want %q", table.Columns, order)
	}
	pattern := regexp.MustCompile(`^(vantage\S*( .*)?) \S+plugin[01]\.conf \d+ \d+ [0-9.]+ m?s \d+ \d+/\d+/\d+, .+$`)
	for _, row := range table.Rows {
		if !pattern.MatchString(strings.Join(row, " ")) {
			t.Errorf("%q", row)
		}
	}
	lines := map[string]bool{}
	for _, line := range panels[itselfOthers] {
		kind, of, _ := strings.Cut(line.Columns[1], ": ")
		file, host, _ := strings.Cut(of, " on ")
		lines[kind+" "+filepath.Base(file)+" "+host] = true
	}
	for _, name := range []string{"discarded plugin0.conf " + near, "no kernel stamp plugin0.conf " + far, "beyond max_instances plugin1.conf " + far} {
		if !lines[name] {
			t.Errorf("no line %q among %v", name, lines)
		}
	}
	if len(table.Rows) != 3 || len(lines) != 9 {
		t.Errorf("%d rows and %d lines, want two plugin.conf of one vantage point and one of another", len(table.Rows), len(lines))
	}
}
