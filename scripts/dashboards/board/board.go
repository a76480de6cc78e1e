// Package board makes dashboards of panels: places them, and puts in what all dashboards have, so
// that links carry what is chosen from one to the next.
//
// Reading order: board.go (a dashboard and its file), layout.go (where panels stand), variables.go
// (what a reader chooses), links.go (how a dashboard opens another), month.go (how one of a month
// differs), catchments.go (and one of RIPE Atlas), metrics.go (and one in PromQL), annotations.go
// (marks in graphs), bare.go (what the SDK adds and Grafana must not read).
package board

//lint:file-ignore SA1019 the model that succeeds the classic one is unknown to Grafana 11

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// schemaVersion is that of Grafana 11.1, the oldest that shows all panels; newer ones migrate it.
const schemaVersion = 39

// Board is a dashboard.
type Board struct {
	UID, Title string       // of the one that asks InfluxDB
	Text       string       // what it is for; wrapped in the source
	From       string       // where its time range begins, up to now; empty: six hours ago
	Month      bool         // whether it is about months, of UTC, by what is kept of them
	Catchments bool         // whether it is about windows of RIPE Atlas, which are minutes long at least
	Filter     query.Filter // Everywhere, WithZone or OfCatchments: what its panels are asked with
	Changes    bool         // whether graphs mark changes of site
	Sections   []Section
}

// path is its file, in the folder that is written to.
func (b Board) path() string {
	return b.folder() + "/dashboards/" + strings.ReplaceAll(b.OwnUID(), "-", "_") + ".json"
}

func (b Board) build() (classic, error) {
	var annotations []annotation
	if b.Changes {
		annotations = append(annotations, changes(b.Filter))
	}
	d, err := dashboard.NewDashboardBuilder(b.title()).
		Uid(b.OwnUID()).
		Description(query.Unwrapped(b.Text)).
		Tags([]string{"dns", b.tag(b.kind())}).
		Timezone(b.zone()).
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time(b.from(), "now").
		Refresh(b.refresh()).
		Version(1).
		Links(b.menus()).
		Variables(b.variables()).
		Annotations(annotations).
		Build()
	if err != nil {
		return d, err
	}
	d.SchemaVersion = schemaVersion
	d.Panels, err = placed(b.Sections)
	b.relink(&d)
	bare(&d)
	return d, err
}

// File is the dashboard as Grafana's classic model has it: its path in the folder that is written to,
// and its text.
func (b Board) File() (path string, text []byte, err error) {
	d, err := b.build()
	if err != nil {
		return "", nil, fmt.Errorf("build %s: %w", b.UID, err)
	}
	text, err = json.MarshalIndent(d, "", "  ")
	if err != nil {
		return "", nil, fmt.Errorf("encode %s: %w", b.UID, err)
	}
	for escaped, plain := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&"} {
		text = bytes.ReplaceAll(text, []byte(escaped), []byte(plain))
	}
	return b.path(), append(text, '\n'), nil
}

// PanelID finds a panel, of a folded section too, by its title.
func (b Board) PanelID(title string) (int, error) {
	d, err := b.build()
	if err != nil {
		return 0, fmt.Errorf("build %s: %w", b.UID, err)
	}
	id := 0
	eachPanel(&d, func(p *dashboard.Panel) {
		if *p.Title == title {
			id = int(*p.Id)
		}
	})
	if id == 0 {
		return 0, fmt.Errorf("no panel %q on dashboard %q", title, b.OwnUID())
	}
	return id, nil
}
