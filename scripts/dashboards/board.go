package main

//lint:file-ignore SA1019 the model that succeeds the classic one is unknown to Grafana 11

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// schemaVersion is that of Grafana 11.1, the oldest that shows all panels; newer ones migrate it.
const schemaVersion = 39

// board is a dashboard.
type board struct {
	uid, title  string // links and alert rules name the uid
	text        string
	tags        []string
	links       []cog.Builder[dashboard.DashboardLink]
	variables   []cog.Builder[dashboard.VariableModel]
	annotations []cog.Builder[dashboard.AnnotationQuery]
	sections    []section
}

// classic is Grafana's model of a dashboard.
type classic = dashboard.Dashboard

func (b board) build() (classic, error) {
	d, err := dashboard.NewDashboardBuilder(b.title).
		Uid(b.uid).
		Description(fold(b.text)).
		Tags(b.tags).
		Timezone("browser").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time("now-6h", "now").
		Refresh("30s").
		Version(1).
		Links(b.links).
		Variables(b.variables).
		Annotations(b.annotations).
		Build()
	if err != nil {
		return d, err
	}
	d.SchemaVersion = schemaVersion
	d.Panels, err = placed(b.sections)
	bare(&d)
	return d, err
}

// json is the dashboard as a file of Grafana's classic model.
func (b board) json() ([]byte, error) {
	d, err := b.build()
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", b.uid, err)
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", b.uid, err)
	}
	for escaped, plain := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&"} {
		text = bytes.ReplaceAll(text, []byte(escaped), []byte(plain))
	}
	return append(text, '\n'), nil
}
