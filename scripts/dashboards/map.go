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

// asMap is the world with a marker for each row, at its columns Latitude and Longitude; the column
// judged says its colour and its size. The map itself comes from the Internet.
func asMap(q question, judged string, columns ...column) panel {
	b := ask(geomap.NewPanelBuilder(), q).
		ColorScheme(byThresholds()).Thresholds(steps(plain)).
		Controls(geomap.NewControlsOptionsBuilder().
			ShowZoom(true).MouseWheelZoom(false).ShowAttribution(true).
			ShowScale(false).ShowMeasure(false).ShowDebug(false)).
		Basemap(common.NewMapLayerOptionsBuilder().
			Type("default").Name("Map").Config(struct{}{})).
		Layers([]cog.Builder[common.MapLayerOptions]{markers(judged)}).
		Tooltip(geomap.NewTooltipOptionsBuilder().Mode(geomap.TooltipModeDetails))
	return finished{arrange(b, q, columns), func(p *dashboard.Panel) {
		p.Options = struct {
			View mapView `json:"view"`
			*geomap.Options
		}{theWorld, p.Options.(*geomap.Options)}
	}}
}

// markers are the larger the worse.
func markers(judged string) cog.Builder[common.MapLayerOptions] {
	style := map[string]any{
		"color":   map[string]any{"field": judged, "fixed": plain},
		"opacity": 0.6,
		"size":    map[string]any{"field": judged, "fixed": 6, "min": 6, "max": 12},
		"symbol":  map[string]any{"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
	}
	return common.NewMapLayerOptionsBuilder().
		Type("markers").Name("Sites").Tooltip(true).
		Config(map[string]any{"showLegend": false, "style": style}).
		Location(common.NewFrameGeometrySourceBuilder().
			Mode(common.FrameGeometrySourceModeCoords).Latitude("Latitude").Longitude("Longitude"))
}
