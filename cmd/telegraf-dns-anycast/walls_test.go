package main

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestWalls: a month is judged, and written, without a socket, a file or a clock's end; what reads
// the database knows neither pages nor name servers.
func TestWalls(t *testing.T) {
	const inside = "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/"
	pure := []string{"context", "net", "net/http", "os", "os/exec", "log", "io/fs"}
	for folder, forbidden := range map[string][]string{
		"slo":      append([]string{inside + "archive", inside + "influxql", inside + "report", "telegraf-dns-anycast/plugins/", "github.com/"}, pure...),
		"levels":   append([]string{inside, "telegraf-dns-anycast/plugins/", "github.com/"}, pure...),
		"report":   append([]string{inside + "archive", inside + "influxql", "telegraf-dns-anycast/plugins/"}, pure...),
		"archive":  {inside + "report", "net", "net/http", "os"},
		"influxql": {inside, "telegraf-dns-anycast/plugins/", "os"},
	} {
		files, err := filepath.Glob("internal/" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal("no files: ", err)
		}
		files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range parsed.Imports {
				imported := strings.Trim(i.Path.Value, `"`)
				if slices.ContainsFunc(forbidden, func(f string) bool {
					return imported == f || strings.HasSuffix(f, "/") && strings.HasPrefix(imported, f)
				}) {
					t.Errorf("%s imports %s", file, imported)
				}
			}
		}
	}
}
