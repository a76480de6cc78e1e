package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRelease(t *testing.T) {
	const source, log = "package dns_anycast\n\nconst Version = \"1.2.3\"\n", "# Changes\n\n## 1.2.3 - 2026-02-01\n\n## 1.2.2 - 2026-01-01\n"
	for _, c := range []struct{ name, source, log, epoch, want, refusal string }{
		{"date of the release", source, log, "", "2026-02-01T00:00:00Z", ""},
		{"SOURCE_DATE_EPOCH", source, log, "86399", "1970-01-01T23:59:59Z", ""},
		{"SOURCE_DATE_EPOCH without a date", source, "", "86400", "1970-01-02T00:00:00Z", ""},
		{"SOURCE_DATE_EPOCH, no number", source, log, "today", "", `SOURCE_DATE_EPOCH: "today" is no number of seconds`},
		{"SOURCE_DATE_EPOCH, negative", source, log, "-1", "", "no number of seconds"},
		{"no release", source, "## 1.2.30 - 2026-02-01\n## 1x2.3 - 2026-02-01\n", "", "", "no date for version 1.2.3"},
		{"no date", source, "## 1.2.3 - soon\n", "", "", "soon"},
		{"no version", "package dns_anycast\n\nvar Version = \"1\"\n", log, "", "", "no string constant Version"},
		{"no Go", "version", log, "", "", "version.go"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, versionFile), c.source)
			write(t, filepath.Join(dir, "CHANGELOG.md"), c.log)
			r, err := readRelease(dir, func(string) (string, bool) { return c.epoch, c.epoch != "" })
			if c.refusal != "" {
				if err == nil || !strings.Contains(err.Error(), c.refusal) {
					t.Errorf("error %v, want %q", err, c.refusal)
				}
				return
			}
			if err != nil || r.version != "1.2.3" || r.date.Format(time.RFC3339) != c.want {
				t.Errorf("version %q, date %s, error %v, want 1.2.3 of %s", r.version, r.date, err, c.want)
			}
		})
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
