package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const dashboardFiles = "grafana/dashboards/*.json"

// dashboard is what the tests read of Grafana's classic model.
type dashboard struct {
	UID, Title    string
	file          string
	SchemaVersion int
	Tags          []string
	Links         []struct {
		Type                              string
		Tags                              []string
		AsDropdown, IncludeVars, KeepTime bool
	}
	Panels      []panel
	Templating  struct{ List []variable }
	Annotations struct{ List []annotation }
}

type panel struct {
	ID                                 int
	Type, Title, Description, Interval string
	Collapsed                          bool
	Datasource                         source
	GridPos                            struct{ H, W, X, Y int }
	Targets                            []target
	FieldConfig                        struct {
		Defaults struct {
			Unit, NoValue string
			Decimals      *int
			Max           *float64
			Color         colour
			Mappings      []mapping
			Custom        map[string]any
		}
		Overrides []struct {
			Matcher    struct{ ID, Options string }
			Properties []property
		}
	}
	Options struct {
		Legend *struct{ Placement string }
		SortBy []struct{ DisplayName string }
		Layers []layer
		Series []xySeries
	}
	Transformations []transformation
	Panels          []panel
}

// layer is a layer of a map.
type layer struct {
	Location struct{ Latitude, Longitude string }
	Config   struct {
		Style struct{ Color, Size struct{ Field string } }
	}
}

// xySeries is a series of an xychart.
type xySeries struct {
	X, Y, Color struct {
		Matcher struct{ Options string }
	}
}

// tabular panels show a table, if not as one: Grafana joins the answers to their queries.
func (p *panel) tabular() bool {
	return slices.Contains([]string{"table", "geomap", "xychart"}, p.Type)
}

// named are the columns that the options of a tabular panel name.
func (p *panel) named() (columns []string) {
	for _, sort := range p.Options.SortBy {
		columns = append(columns, sort.DisplayName)
	}
	for _, l := range p.Options.Layers {
		columns = append(columns, l.Location.Latitude, l.Location.Longitude, l.Config.Style.Color.Field, l.Config.Style.Size.Field)
	}
	for _, s := range p.Options.Series {
		columns = append(columns, s.X.Matcher.Options, s.Y.Matcher.Options)
		if s.Color.Matcher.Options != "" {
			columns = append(columns, s.Color.Matcher.Options)
		}
	}
	return columns
}

type colour struct{ Mode, FixedColor string }

type mapping struct {
	Type    string
	Options json.RawMessage
}

type property struct {
	ID    string
	Value json.RawMessage
}

type source struct{ Type, UID string }

type target struct {
	RefID, Query, ResultFormat, Alias string
	RawQuery, Hide                    bool
	Datasource                        source
}

type transformation struct {
	ID      string
	Filter  struct{ ID, Options string }
	Options struct {
		// of organize
		ExcludeByName map[string]bool
		IndexByName   map[string]int
		RenameByName  map[string]string
		// of groupBy
		Fields map[string]struct {
			Operation    string
			Aggregations []string
		}
		// of calculateField
		Mode, Alias string
		Binary      struct{ Left, Operator, Right string }
		Unary       struct{ Operator, FieldName string }
		// of sortBy
		Sort []struct {
			Field string
			Desc  bool
		}
	}
}

type variable struct {
	Name, Label, Description, Type, AllValue string
	Query                                    string
	Multi, IncludeAll                        bool
	Datasource                               source
	Regex                                    string
	Hide                                     int
	SkipURLSync                              bool
	Current                                  struct{ Value any }
}

// dashboards are read once: tests do not change them.
var dashboards = sync.OnceValues(func() (all []*dashboard, err error) {
	files, err := filepath.Glob(shipped + dashboardFiles)
	if err != nil || len(files) < 5 {
		return nil, fmt.Errorf("dashboards %q, error %w", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		d := &dashboard{file: file}
		if err := json.Unmarshal(text, d); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, d)
	}
	return all, nil
})

func readDashboards(t *testing.T) []*dashboard {
	t.Helper()
	all, err := dashboards()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// all are the panels and the rows, each row before what it holds, whether it is collapsed or not.
func (d *dashboard) all() (panels []panel) {
	for _, p := range d.Panels {
		panels = append(append(panels, p), p.Panels...)
	}
	return panels
}

// readDashboard makes one of all dashboards, with every panel and variable of any, and no row collapsed.
func readDashboard(t *testing.T) *dashboard {
	t.Helper()
	var one dashboard
	for _, d := range readDashboards(t) {
		one.Panels = append(one.Panels, d.all()...)
		for _, v := range d.Templating.List {
			if one.variable(v.Name) == nil {
				one.Templating.List = append(one.Templating.List, v)
			}
		}
		for _, a := range d.Annotations.List {
			if !slices.Contains(one.Annotations.List, a) {
				one.Annotations.List = append(one.Annotations.List, a)
			}
		}
	}
	return &one
}

// ofUID returns the dashboard of that uid, or nil.
func ofUID(all []*dashboard, uid string) *dashboard {
	i := slices.IndexFunc(all, func(d *dashboard) bool { return d.UID == uid })
	if i < 0 {
		return nil
	}
	return all[i]
}

// titled returns the panel of that title.
func (d *dashboard) titled(t *testing.T, title string) *panel {
	t.Helper()
	i := slices.IndexFunc(d.Panels, func(p panel) bool { return p.Title == title })
	if i < 0 {
		t.Fatalf("no panel %q", title)
	}
	return &d.Panels[i]
}

// asking are the panels, and each annotation as one.
func (d *dashboard) asking() []panel {
	all := slices.Clone(d.Panels)
	for _, a := range d.Annotations.List {
		all = append(all, panel{Title: a.Name, Targets: []target{a.query()}})
	}
	return all
}

// numbered returns the panel of that id, or nil.
func (d *dashboard) numbered(id int) *panel {
	all := d.all()
	i := slices.IndexFunc(all, func(p panel) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func (d *dashboard) variable(name string) *variable {
	i := slices.IndexFunc(d.Templating.List, func(v variable) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &d.Templating.List[i]
}

// selection is what is chosen in the dashboard's variables; All where a variable is absent.
type selection map[string][]string

var special = regexp.MustCompile(`[\\^$*+?.()|[\]{}/]`)

// expand puts the values of variables in place of ${x:regex}, as Grafana does: special characters escaped, several
// values as a group, and for All the variable's allValue as it stands. It leaves the ends of the time range to macros.
func (d *dashboard) expand(text string, chosen selection) (string, error) {
	var unknown []string
	text = regexp.MustCompile(`\$\{([^}]*)\}`).ReplaceAllStringFunc(text, func(s string) string {
		if s == "${__from}" || s == "${__to}" {
			return s
		}
		name, isRegex := strings.CutSuffix(s[2:len(s)-1], ":regex")
		v := d.variable(name)
		if v == nil || !isRegex {
			unknown = append(unknown, s)
			return s
		}
		if len(chosen[name]) == 0 {
			return v.AllValue
		}
		var escaped []string
		for _, value := range chosen[name] {
			escaped = append(escaped, special.ReplaceAllString(value, `\$0`))
		}
		if len(escaped) == 1 {
			return escaped[0]
		}
		return "(" + strings.Join(escaped, "|") + ")"
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("unknown or not as :regex: %q", unknown)
	}
	return text, nil
}

// window is the time range of a query and its $__interval.
type window struct {
	from, to time.Time
	interval time.Duration
}

// macros replaces the ends of the time range, and what Grafana's InfluxDB data source does, in its order.
func (w window) macros(query string) string {
	filter := fmt.Sprintf("time >= %dms and time <= %dms", w.from.UnixMilli(), w.to.UnixMilli())
	interval := fmt.Sprintf("%ds", int(w.interval.Seconds()))
	for _, m := range [][2]string{
		{"${__from}", fmt.Sprint(w.from.UnixMilli())},
		{"${__to}", fmt.Sprint(w.to.UnixMilli())},
		{"$timeFilter", filter},
		{"$interval", interval},
		{"$__interval_ms", fmt.Sprint(w.interval.Milliseconds())},
		{"$__interval", interval},
	} {
		query = strings.ReplaceAll(query, m[0], m[1])
	}
	return query
}

// unexpanded finds what Grafana would have left in a query: a macro or variable that it does not know.
func unexpanded(query string) string { return regexp.MustCompile(`\$[a-zA-Z_{]\w*`).FindString(query) }
