// Package grafana does for tests what Grafana does with the dashboards and alert rules in config: it
// reads them, makes their queries, and shows and judges the answers. What only Grafana's own code
// knows is asked of that, through scripts/grafana-check.
package grafana

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// Titles of panels that several packages look at.
const (
	CloudsTitle = "How well is each cloud reached, from how many sites, and how much is lost?"
	ZonesTitle  = "Which zones are not served, or late?"
	DarkTitle   = "Which addresses are dark, and for which share of the vantage points?"
	SitesTitle  = "Where are the sites that answer, and who asks?"
)

// dashboardFiles are those that ask InfluxDB, metricFiles those that ask a store of metrics.
const (
	dashboardFiles = "grafana/dashboards/*.json"
	metricFiles    = "prometheus/dashboards/*.json"
)

// Dashboard is what the tests read of Grafana's classic model.
type Dashboard struct {
	UID, Title    string
	File          string `json:"-"` // its path
	SchemaVersion int
	Timezone      string
	Time          struct{ From, To string }
	Tags          []string
	Links         []struct {
		Type                              string
		Tags                              []string
		AsDropdown, IncludeVars, KeepTime bool
	}
	Panels      []Panel
	Templating  struct{ List []Variable }
	Annotations struct{ List []annotation }
}

// Panel is a panel, or a row, which holds the panels that it hides when it is closed.
type Panel struct {
	ID                                 int
	Type, Title, Description, Interval string
	Collapsed                          bool
	Datasource                         Source
	GridPos                            struct{ H, W, X, Y int }
	Targets                            []Target
	FieldConfig                        struct {
		Defaults struct {
			Unit, NoValue string
			Decimals      *int
			Max           *float64
			Color         Colour
			Mappings      []Mapping
			Custom        map[string]any
		}
		Overrides []struct {
			Matcher    struct{ ID, Options string }
			Properties []Property
		}
	}
	Options struct {
		Legend *struct{ Placement string }
		SortBy []struct{ DisplayName string }
		Layers []layer
		Series []xySeries
	}
	Transformations []Transformation
	Panels          []Panel
}

// layer is a layer of a map.
type layer struct {
	Location location
	Config   struct {
		Style struct{ Color, Size struct{ Field string } }
	}
}

// location says where markers are: at degrees, or in a country.
type location struct{ Latitude, Longitude, Lookup string }

func (l location) columns() []string {
	if l.Lookup != "" {
		return []string{l.Lookup}
	}
	return []string{l.Latitude, l.Longitude}
}

// xySeries is a series of an xychart.
type xySeries struct {
	X, Y, Color struct {
		Matcher struct{ Options string }
	}
}

// Tabular panels show a table, if not as one: Grafana joins the answers to their queries.
func (p *Panel) Tabular() bool {
	return slices.Contains([]string{"table", "geomap", "xychart"}, p.Type)
}

// Named are the columns that the options of a tabular panel name.
func (p *Panel) Named() (columns []string) {
	for _, sort := range p.Options.SortBy {
		columns = append(columns, sort.DisplayName)
	}
	for _, l := range p.Options.Layers {
		columns = append(columns, l.Location.columns()...)
		columns = append(columns, l.Config.Style.Color.Field, l.Config.Style.Size.Field)
	}
	for _, s := range p.Options.Series {
		columns = append(columns, s.X.Matcher.Options, s.Y.Matcher.Options)
		if s.Color.Matcher.Options != "" {
			columns = append(columns, s.Color.Matcher.Options)
		}
	}
	return columns
}

// Colour is a colour, or the way by which a value gets one.
type Colour struct{ Mode, FixedColor string }

// Mapping gives values a text and a colour.
type Mapping struct {
	Type    string
	Options json.RawMessage
}

// Property is one that a panel sets for some columns or lines.
type Property struct {
	ID    string
	Value json.RawMessage
}

// Source is a data source.
type Source struct{ Type, UID string }

// Target is a query of a panel.
type Target struct {
	RefID, Query, ResultFormat, Alias string
	RawQuery, Hide                    bool
	Datasource                        Source

	Expr, Format, LegendFormat, Interval string // in PromQL
	Instant, Range                       bool
}

// Transformation is what a panel makes of the answers before it shows them.
type Transformation struct {
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
		// of filterByValue
		Filters []struct {
			FieldName string
			Config    struct{ ID string }
		}
		Type, Match string
		// of sortBy
		Sort []struct {
			Field string
			Desc  bool
		}
	}
}

// Variable is what one may choose by.
type Variable struct {
	Name, Label, Description, Type, AllValue string
	Query                                    string
	Multi, IncludeAll                        bool
	Datasource                               Source
	Regex                                    string
	Hide                                     int
	SkipURLSync                              bool
	Current                                  struct{ Value any }
}

// dashboards and metricDashboards are read once: tests do not change them.
var (
	dashboards       = sync.OnceValues(func() ([]*Dashboard, error) { return readAll(dashboardFiles, 7) })
	metricDashboards = sync.OnceValues(func() ([]*Dashboard, error) { return readAll(metricFiles, 2) })
)

// readAll reads files, of which there are so many at least.
func readAll(pattern string, least int) (all []*Dashboard, err error) {
	files, err := filepath.Glob(stacktest.Shipped(pattern))
	if err != nil || len(files) < least {
		return nil, fmt.Errorf("dashboards %q, error %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		d := &Dashboard{File: file}
		if err := json.Unmarshal(text, d); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, d)
	}
	return all, nil
}

// Dashboards are those in config/grafana/dashboards.
func Dashboards(t *testing.T) []*Dashboard {
	t.Helper()
	return shipped(t, dashboards)
}

// MetricDashboards are those in config/prometheus/dashboards, in PromQL.
func MetricDashboards(t *testing.T) []*Dashboard {
	t.Helper()
	return shipped(t, metricDashboards)
}

func shipped(t *testing.T, read func() ([]*Dashboard, error)) []*Dashboard {
	t.Helper()
	all, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// All are the panels and the rows, each row before what it holds, whether it is collapsed or not.
func (d *Dashboard) All() (panels []Panel) {
	for _, p := range d.Panels {
		panels = append(append(panels, p), p.Panels...)
	}
	return panels
}

// First are the panels that are seen, and ask, without opening a row.
func (d *Dashboard) First() (panels []Panel) {
	for _, p := range d.Panels {
		if p.Type != "row" {
			panels = append(panels, p)
		}
	}
	return panels
}

// MonthUID is the dashboard of a month, which reads what is kept of it and no point of a query.
const MonthUID = "dns-anycast-levels"

// CatchmentsUID is the dashboard of what probes of RIPE Atlas say, whoever read it.
const CatchmentsUID = "dns-anycast-catchments"

// AllInOne makes one of all dashboards but that of a month, with every panel and variable of any, and no row collapsed.
func AllInOne(t *testing.T) *Dashboard {
	t.Helper()
	var one Dashboard
	for _, d := range Dashboards(t) {
		if d.UID == MonthUID {
			continue
		}
		one.Panels = append(one.Panels, d.All()...)
		for _, v := range d.Templating.List {
			if one.Variable(v.Name) == nil {
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

// OfUID returns the dashboard of that uid, or nil.
func OfUID(all []*Dashboard, uid string) *Dashboard {
	i := slices.IndexFunc(all, func(d *Dashboard) bool { return d.UID == uid })
	if i < 0 {
		return nil
	}
	return all[i]
}

// Titled returns the panel of that title.
func (d *Dashboard) Titled(t *testing.T, title string) *Panel {
	t.Helper()
	i := slices.IndexFunc(d.Panels, func(p Panel) bool { return p.Title == title })
	if i < 0 {
		t.Fatalf("no panel %q", title)
	}
	return &d.Panels[i]
}

// Asking are the panels, and each annotation as one.
func (d *Dashboard) Asking() []Panel {
	all := slices.Clone(d.Panels)
	for _, a := range d.Annotations.List {
		all = append(all, Panel{Title: a.Name, Targets: []Target{a.Query()}})
	}
	return all
}

// Numbered returns the panel of that id, or nil.
func (d *Dashboard) Numbered(id int) *Panel {
	all := d.All()
	i := slices.IndexFunc(all, func(p Panel) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// Variable returns the variable of that name, or nil.
func (d *Dashboard) Variable(name string) *Variable {
	i := slices.IndexFunc(d.Templating.List, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &d.Templating.List[i]
}
