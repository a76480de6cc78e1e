package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestNotes(t *testing.T) {
	const source = "package dns_anycast\n\nconst Version = \"1.2.3\"\n"
	const log = "# Changes\n\n## 1.2.4 - soon\n\n- later\n\n## 1.2.3 - 2026-02-01\n\nOf this:\n\n- new\n\n## 1.2.2 - 2026-01-01\n\n- old\n"
	for _, c := range []struct{ name, tag, log, want, refusal string }{
		{"this release", "v1.2.3", log, "Of this:\n\n- new\n", ""},
		{"the last section", "v1.2.3", "## 1.2.3 - 2026-02-01\n\n- new\n", "- new\n", ""},
		{"another tag", "v1.2.4", log, "", `the tag is "v1.2.4", but the source says v1.2.3`},
		{"no tag", "", log, "", `the tag is ""`},
		{"no section", "v1.2.3", "# Changes\n", "", "no date for version 1.2.3"},
		{"an empty section", "v1.2.3", "## 1.2.3 - 2026-02-01\n\n## 1.2.2 - 2026-01-01\n\n- old\n", "", "says nothing of version 1.2.3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, versionFile), source)
			write(t, filepath.Join(dir, "CHANGELOG.md"), c.log)
			var out bytes.Buffer
			err := printNotes(&out, dir, c.tag)
			if out.String() != c.want {
				t.Errorf("notes %q, want %q", &out, c.want)
			}
			if (err != nil) != (c.refusal != "") || err != nil && !strings.Contains(err.Error(), c.refusal) {
				t.Errorf("error %v, want %q", err, c.refusal)
			}
		})
	}
}

// The version in the source is one that CHANGELOG.md tells of.
func TestNotesOfThisRelease(t *testing.T) {
	var out bytes.Buffer
	if err := printNotes(&out, repository, "v"+mustRelease(t).version); err != nil || !strings.Contains(out.String(), "\n- ") {
		t.Errorf("%v, notes %q", err, &out)
	}
}
