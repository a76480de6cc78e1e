package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/geomap"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// view is where a map opens; the SDK's zooms by whole steps only.
type view struct {
	ID        string  `json:"id"`
	Lat       float64 `json:"lat"` // degrees
	Lon       float64 `json:"lon"`
	Zoom      float64 `json:"zoom"`
	AllLayers bool    `json:"allLayers"`
}

// world fills half the width of a dashboard.
var world = view{ID: "coords", Lat: 20, Lon: 10, Zoom: 1.3, AllLayers: true}

// Layer is what a map shows of one query: a marker for each row, at its columns Latitude and
// Longitude, or in the midst of a country.
type Layer struct {
	Name     string
	Judged   string // the column that says a marker's colour, by its title
	Country  string // the column with a country in two letters; empty: there are the other two
	Smallest int    // size of a marker in pixels where the column judged is low
	Largest  int    // and where it is high
	Opacity  float64
	Columns  []Column
}

// Map is the world with a layer for each query, the first one lowest. The map itself comes from the
// Internet.
func Map(q Question, layers ...Layer) Panel {
	b := ask(geomap.NewPanelBuilder(), q).
		ColorScheme(field.ByThresholds()).Thresholds(field.Steps(field.Plain)).
		Controls(geomap.NewControlsOptionsBuilder().
			ShowZoom(true).MouseWheelZoom(false).ShowAttribution(true).
			ShowScale(false).ShowMeasure(false).ShowDebug(false)).
		Basemap(common.NewMapLayerOptionsBuilder().
			Type("default").Name("Map").Config(struct{}{})).
		Tooltip(geomap.NewTooltipOptionsBuilder().Mode(geomap.TooltipModeDetails))
	if q.language() == query.PromQL {
		b = b.WithTransformation(numbersOf("latitude", "longitude"))
	}
	var all []cog.Builder[common.MapLayerOptions]
	for i, l := range layers {
		t := organize(q.Queries[i].Hidden, q.columnsOf(i, l))
		t.Filter = ofQuery(i)
		b = overridden(b.WithTransformation(t), l.Columns)
		all = append(all, l.markers(i))
	}
	return finished{b.Layers(all), func(p *dashboard.Panel) {
		p.Options = struct {
			View view `json:"view"`
			*geomap.Options
		}{world, p.Options.(*geomap.Options)}
	}}
}

// columnsOf are the columns of the layer that shows the query at i, as its store calls them.
func (q Question) columnsOf(i int, l Layer) (all []Column) {
	one := q.Queries[i]
	one.RefID = refID(i)
	name, values := one.ValueColumns()
	for _, c := range l.Columns {
		if c.of != name {
			all = append(all, c)
			continue
		}
		for _, value := range values {
			all = append(all, Col(value, c.title))
		}
	}
	return all
}

// markers are those of the answer to the query at i.
func (l Layer) markers(i int) cog.Builder[common.MapLayerOptions] {
	return common.NewMapLayerOptionsBuilder().
		Type("markers").Name(l.Name).Tooltip(true).
		FilterData(*ofQuery(i)).
		Config(l.config()).
		Location(l.location())
}

// location is where markers are. Where countries are Grafana knows itself.
func (l Layer) location() cog.Builder[common.FrameGeometrySource] {
	b := common.NewFrameGeometrySourceBuilder()
	if l.Country != "" {
		return b.Mode(common.FrameGeometrySourceModeLookup).Lookup(l.Country).
			Gazetteer("public/gazetteer/countries.json")
	}
	return b.Mode(common.FrameGeometrySourceModeCoords).
		Latitude("Latitude").Longitude("Longitude")
}

// Grafana's own types of a layer of markers, as far as they are used: the SDK has none.
type (
	markersConfig struct {
		ShowLegend bool        `json:"showLegend"`
		Style      markerStyle `json:"style"`
	}
	markerStyle struct {
		Color   markerColour `json:"color"`
		Opacity float64      `json:"opacity"`
		Size    markerSize   `json:"size"`
		Symbol  markerSymbol `json:"symbol"`
	}
	markerColour struct {
		Field string `json:"field"`
		Fixed string `json:"fixed"`
	}
	markerSize struct {
		Field string `json:"field"`
		Fixed int    `json:"fixed"`
		Max   int    `json:"max"`
		Min   int    `json:"min"`
	}
	markerSymbol struct {
		Fixed string `json:"fixed"`
		Mode  string `json:"mode"`
	}
)

func (l Layer) config() markersConfig {
	return markersConfig{Style: markerStyle{
		Color:   markerColour{Field: l.Judged, Fixed: field.Plain},
		Opacity: l.Opacity,
		Size:    markerSize{Field: l.Judged, Fixed: l.Smallest, Min: l.Smallest, Max: l.Largest},
		Symbol:  markerSymbol{Fixed: "img/icons/marker/circle.svg", Mode: "fixed"},
	}}
}
