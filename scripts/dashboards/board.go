package main

//lint:file-ignore SA1019 the model that succeeds the classic one is unknown to Grafana 11

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// schemaVersion is that of Grafana 11.1, the oldest that shows all panels; newer ones migrate it.
const schemaVersion = 39

// The dashboards: links and alert rules name them by these.
const (
	overviewUID = "dns-anycast"
	cloudUID    = "dns-anycast-cloud"
	targetUID   = "dns-anycast-target"
	zonesUID    = "dns-anycast-zones"
	fleetUID    = "dns-anycast-fleet"
)

// boards are all dashboards.
func boards() []board {
	return []board{overviewBoard(), cloudBoard(), targetBoard(), zonesBoard(), fleetBoard()}
}

// board is a dashboard.
type board struct {
	uid, title  string
	text        string
	from        string // where its time range begins; empty: six hours ago
	tags        []string
	links       []cog.Builder[dashboard.DashboardLink]
	variables   []cog.Builder[dashboard.VariableModel]
	annotations []cog.Builder[dashboard.AnnotationQuery]
	sections    []section
}

// everywhere are the variables that all dashboards have, in the order in which they are offered.
var everywhere = filter{"host", "cloud", "server", "family", "transport"}

// withZone is everywhere, and the variable that dashboards of zones have besides.
var withZone = append(slices.Clone(everywhere), "zone")

// shared puts into a dashboard what all have, so that links carry what is chosen to the next one.
func shared(b board) board {
	b.tags = []string{"dns", "anycast"}
	b.links = []cog.Builder[dashboard.DashboardLink]{toDashboards("Dashboards", "anycast")}
	b.variables = []variable{
		dataSource(), vantagePoint(), cloud(), server(), family(), transport(),
	}
	if b.uid == zonesUID {
		b.variables = append(b.variables, zone())
	}
	b.variables = append(b.variables, round())
	return b
}

// path is its file, in the folder of what Grafana is provisioned with.
func (b board) path() string {
	return "dashboards/" + strings.ReplaceAll(b.uid, "-", "_") + ".json"
}

// classic is Grafana's model of a dashboard.
type classic = dashboard.Dashboard

func (b board) build() (classic, error) {
	from := b.from
	if from == "" {
		from = "now-6h"
	}
	d, err := dashboard.NewDashboardBuilder(b.title).
		Uid(b.uid).
		Description(fold(b.text)).
		Tags(b.tags).
		Timezone("browser").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time(from, "now").
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
