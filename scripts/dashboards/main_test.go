package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun: what was written is what a check wants, until somebody changes it.
func TestRun(t *testing.T) {
	out := t.TempDir()
	if err := run(out, true); err == nil {
		t.Error("nothing is there, and nothing is said")
	}
	for _, check := range []bool{false, true} {
		if err := run(out, check); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(out, "grafana", "dashboards", "dns_anycast.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), `"30s"`, `"31s"`, 1)
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(out, true); err == nil || !strings.Contains(err.Error(), path) ||
		!strings.Contains(err.Error(), "make dashboards") {
		t.Errorf("changed: %v", err)
	}
}

func TestPanelID(t *testing.T) {
	for _, tt := range []struct{ uid, title string }{
		{"dns-anycast-zones", "Does any serial fall?"},
		{"dns-anycast-target", "What failed, why, how often, and when last?"}, // folded
	} {
		if id, err := panelID(tt.uid, tt.title); err != nil || id <= 0 {
			t.Errorf("%s, %s: %d, %v", tt.uid, tt.title, id, err)
		}
	}
	for _, tt := range []struct{ uid, title string }{
		{"dns-anycast-zone", "Does any serial fall?"},
		{"dns-anycast-fleet", "Does any serial fall?"},
	} {
		if id, err := panelID(tt.uid, tt.title); err == nil {
			t.Errorf("%s, %s: %d", tt.uid, tt.title, id)
		}
	}
}
