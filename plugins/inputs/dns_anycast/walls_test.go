package dns_anycast

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "telegraf-dns-anycast/"
	inside = module + "plugins/inputs/dns_anycast/internal/"
)

// wall is what a package below internal may import.
type wall struct {
	own    []string // packages beside it
	others []string // modules beyond the standard library
	std    []string // of what needs a reason: the standard library's packages that touch the world
	why    string
}

// worldly are the packages of the standard library that open sockets and files, or hold a clock's
// end in a context.
var worldly = []string{"context", "log", "net", "os"}

var walls = map[string]wall{
	"places": {nil, nil, nil, "where codes are is a table"},
	"wire":   {nil, []string{"github.com/miekg/dns"}, nil, "bytes become meaning without a socket or a clock"},
	"exchange": {
		nil,
		[]string{"golang.org/x/sys"},
		[]string{"context", "net", "os"},
		"sockets and clocks know nothing of DNS",
	},
	"asn": {
		nil,
		[]string{"github.com/oschwald/maxminddb-golang/v2"},
		[]string{"os"},
		"whose an address is stands in a file: nothing is asked",
	},
	"observation": {[]string{"wire"}, nil, nil, "what passes from asking to judging needs neither"},
	"trace": {
		[]string{"exchange"},
		nil,
		[]string{"context"},
		"a path is followed by any query: of its meaning, of files and of logs nothing is known",
	},
	"prober": {
		[]string{"exchange", "observation", "trace", "wire"},
		nil,
		[]string{"context", "net"},
		"asking knows no site, no verdict and no point",
	},
	"ripeatlas": {
		[]string{"observation", "wire"},
		nil,
		[]string{"context", "net", "os"},
		"what others asked is fetched and read: it opens no socket of DNS, and judges nothing",
	},
	"agenda": {
		[]string{"observation"},
		nil, nil,
		"which target is traced when is known without a clock, and without tracing",
	},
	"catchment": {
		[]string{"judge", "observation", "places", "wire"},
		nil, nil,
		"what many vantage points heard is judged whatever collected it: without a socket, a clock or a file",
	},
	"judge": {
		[]string{"observation", "places"},
		nil, nil,
		"answers are judged whatever asked for them and when: without a socket, a clock, a file or a log",
	},
	"options": {
		[]string{"asn", "judge", "observation", "places", "point"},
		[]string{"github.com/BurntSushi/toml"},
		[]string{"net", "os"},
		"options are read before anything is asked: they need files, and interfaces by their names",
	},
	"point": {
		[]string{"catchment", "judge", "observation", "places", "wire"},
		[]string{"github.com/influxdata/telegraf"},
		nil,
		"the schema is written here, from what has been judged",
	},
}

// TestWalls: each package below internal knows only those that it must.
func TestWalls(t *testing.T) {
	files, err := filepath.Glob("internal/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no packages: ", err)
	}
	standing := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		name := filepath.Base(filepath.Dir(file))
		w, known := walls[name]
		if standing[name] = true; !known {
			t.Errorf("internal/%s: what may it import? Say so in walls", name)
		}
		for _, imported := range importsOf(t, file) {
			if !w.lets(imported) {
				t.Errorf("%s imports %s: %s", file, imported, w.why)
			}
		}
	}
	for name := range walls {
		if !standing[name] {
			t.Errorf("there is no package internal/%s", name)
		}
	}
}

func (w *wall) lets(imported string) bool {
	if own, found := strings.CutPrefix(imported, inside); found {
		return slices.Contains(w.own, own)
	}
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case first+"/" == module:
		return false
	case strings.Contains(first, "."):
		return slices.ContainsFunc(w.others, func(m string) bool { return imported == m || strings.HasPrefix(imported, m+"/") })
	case imported == "net/netip": // addresses as values
		return true
	}
	return !slices.Contains(worldly, first) || slices.Contains(w.std, first)
}

// TestOnlyWireKnowsTheCodec of all packages that are part of the command.
func TestOnlyWireKnowsTheCodec(t *testing.T) {
	for _, folder := range []string{".", "internal/*", "../../../cmd/*", "../../../cmd/*/internal/*"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || filepath.Dir(file) == "internal/wire" {
				continue
			}
			if slices.Contains(importsOf(t, file), "github.com/miekg/dns") {
				t.Errorf("%s imports the codec, of which internal/wire alone knows", file)
			}
		}
	}
}

// TestKitsStayOutside: what tests and tools share is no part of the command.
func TestKitsStayOutside(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", module+"cmd/telegraf-dns-anycast").Output()
	if err != nil {
		t.Fatal(err)
	}
	kits, err := filepath.Glob("*test")
	if err != nil || len(kits) == 0 {
		t.Fatal("no kits: ", err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, inside+"prober") {
		t.Errorf("the command has no prober among %d packages", len(linked))
	}
	for _, kit := range append(kits, "dnstest/daemons") {
		if slices.Contains(linked, module+"plugins/inputs/dns_anycast/"+kit) {
			t.Errorf("%s is linked into the command", kit)
		}
	}
}

// TestJudgingHasNoClock: what passes to judging brings its time along.
func TestJudgingHasNoClock(t *testing.T) {
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"}
	for _, folder := range []string{"agenda", "catchment", "judge", "observation", "point", "wire", "places"} {
		files, err := filepath.Glob("internal/" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal("no files: ", err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, s.Sel.Name) {
					t.Errorf("%s calls time.%s", file, s.Sel.Name)
				}
				return true
			})
		}
	}
}

// TestWallsHold: they let through what they must, and nothing else.
func TestWallsHold(t *testing.T) {
	judge := walls["judge"]
	for imported, want := range map[string]bool{
		inside + "observation": true, inside + "prober": false, inside + "point": false, "time": true, "net/netip": true, "net": false,
		"net/http": false, "os": false, "log/slog": false, "context": false, "github.com/influxdata/telegraf": false,
		module + "plugins/inputs/dns_anycast": false,
	} {
		if got := judge.lets(imported); got != want {
			t.Errorf("judge may import %s: %v, want %v", imported, got, want)
		}
	}
	point := walls["point"]
	if !point.lets("github.com/influxdata/telegraf/metric") || point.lets("github.com/influxdata/telegraf-other") {
		t.Error("point's wall mistakes one module for another")
	}
}

func importsOf(t *testing.T, file string) (names []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range parsed.Imports {
		names = append(names, strings.Trim(i.Path.Value, `"`))
	}
	return names
}
