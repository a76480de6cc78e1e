package main

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	here = "telegraf-dns-anycast/scripts/dashboards/"
	sdk  = "github.com/grafana/grafana-foundation-sdk/"
)

// wall is what a package may import of this module, and whether it may of Grafana's SDK.
type wall struct {
	may []string
	sdk bool
	why string
}

// content is the wall of each dashboard.
var content = wall{
	[]string{"board", "field", "panel", "query"},
	false,
	"a dashboard says what is asked and shown; how Grafana spells it stands below",
}

var walls = map[string]wall{
	"query":      {nil, true, "a query knows no panel"},
	"field":      {[]string{"query"}, true, "a value looks the same in every panel"},
	"panel":      {[]string{"field", "query"}, true, "a panel knows no measurement and no dashboard"},
	"board":      {[]string{"field", "panel", "query"}, true, "it places panels of any dashboard"},
	"overview":   content,
	"cloud":      content,
	"catchments": content,
	"target":     content,
	"zones":      content,
	"fleet":      content,
	"levels":     content,
	"alerts":     {[]string{"board", "query"}, false, "rules link to panels by their titles"},
}

// TestWalls: each package knows only those below it.
func TestWalls(t *testing.T) {
	folders, err := filepath.Glob("*/*.go")
	if err != nil || len(folders) == 0 {
		t.Fatal("no packages: ", err)
	}
	for _, path := range folders {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		w, known := walls[filepath.Dir(path)]
		if !known {
			t.Errorf("%s: what may this package import? Say it in walls", path)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			name := strings.Trim(i.Path.Value, `"`)
			own, isOwn := strings.CutPrefix(name, here)
			if isOwn && !slices.Contains(w.may, own) || strings.HasPrefix(name, sdk) && !w.sdk {
				t.Errorf("%s imports %s: %s", path, name, w.why)
			}
		}
	}
}
