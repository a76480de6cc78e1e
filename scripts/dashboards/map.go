package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/geomap"
)

// mapView is where a map opens; the SDK's zooms by whole steps only.
type mapView struct {
	ID        string  `json:"id"`
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	Zoom      float64 `json:"zoom"`
	AllLayers bool    `json:"allLayers"`
}

// theWorld fills half the width of a dashboard.
var theWorld = mapView{ID: "coords", Lat: 20, Lon: 10, Zoom: 1.3, AllLayers: true}

// layer is what a map shows of one query: a marker for each row, at its columns Latitude and
// Longitude.
type layer struct {
	name    string
	judged  string  // the column that says a marker's colour
	size    [2]int  // the smallest and the largest, as the column judged is low or high
	opacity float64 // of what lies above others
	columns []column
}

// asMap is the world with a layer for each query. The map itself comes from the Internet.
func asMap(q question, layers ...layer) panel {
	b := ask(geomap.NewPanelBuilder(), q).
		ColorScheme(byThresholds()).Thresholds(steps(plain)).
		Controls(geomap.NewControlsOptionsBuilder().
			ShowZoom(true).MouseWheelZoom(false).ShowAttribution(true).
			ShowScale(false).ShowMeasure(false).ShowDebug(false)).
		Basemap(common.NewMapLayerOptionsBuilder().
			Type("default").Name("Map").Config(struct{}{})).
		Tooltip(geomap.NewTooltipOptionsBuilder().Mode(geomap.TooltipModeDetails))
	var all []cog.Builder[common.MapLayerOptions]
	for i, l := range layers {
		t := organize(q.queries[i].hidden, l.columns)
		t.Filter = &dashboard.MatcherConfig{Id: "byRefId", Options: refID(i)}
		b = looked(b.WithTransformation(t), l.columns)
		all = append(all, l.markers(refID(i)))
	}
	return finished{b.Layers(all), func(p *dashboard.Panel) {
		p.Options = struct {
			View mapView `json:"view"`
			*geomap.Options
		}{theWorld, p.Options.(*geomap.Options)}
	}}
}

// markers are those of the answer to the query of that name.
func (l layer) markers(refID string) cog.Builder[common.MapLayerOptions] {
	size := map[string]any{
		"field": l.judged, "fixed": l.size[0], "min": l.size[0], "max": l.size[1],
	}
	style := map[string]any{
		"color":   map[string]any{"field": l.judged, "fixed": plain},
		"opacity": l.opacity,
		"size":    size,
		"symbol":  map[string]any{"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
	}
	return common.NewMapLayerOptionsBuilder().
		Type("markers").Name(l.name).Tooltip(true).
		FilterData(dashboard.MatcherConfig{Id: "byRefId", Options: refID}).
		Config(map[string]any{"showLegend": false, "style": style}).
		Location(common.NewFrameGeometrySourceBuilder().
			Mode(common.FrameGeometrySourceModeCoords).Latitude("Latitude").Longitude("Longitude"))
}
