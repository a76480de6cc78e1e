package dns_anycast

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"

// tellCatchments emits what windows of RIPE Atlas said beside rounds.
func (m *monitor) tellCatchments(emit func(*point.Point)) {
	if m.atlas == nil {
		return
	}
	var made point.Point
	for _, w := range m.atlas.take() {
		for _, s := range w.summaries {
			made.Catchments(w.cloud.tags, s, m.atlas.parts(), emit)
		}
		m.tellWatched(w, emit)
	}
}

// parts are those that windows are told of by.
func (a *atlas) parts() point.Parts {
	return point.Parts{Sites: a.settings.Sites, Countries: a.settings.Countries, ASes: a.settings.ASes}
}
