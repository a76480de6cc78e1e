package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// tellCatchments emits what windows of RIPE Atlas said beside rounds.
func (m *monitor) tellCatchments(emit func(*point.Point)) {
	if m.atlas == nil {
		return
	}
	var made point.Point
	for _, w := range m.atlas.take() {
		for _, s := range w.summaries {
			tellSummary(&made, w.cloud, s, &m.atlas.settings, emit)
		}
		m.tellWatched(w, emit)
	}
}

// tellSummary emits the points of a window of one address: that of all votes first.
func tellSummary(
	p *point.Point, c *cloud, s *catchment.Summary, by *options.AtlasSettings, emit func(*point.Point),
) {
	emit(p.Catchment(c.tags, s))
	if by.Sites {
		for i := range s.Sites {
			emit(p.CatchmentSite(c.tags, s, &s.Sites[i]))
		}
	}
	if by.Countries {
		for i := range s.Countries {
			emit(p.CatchmentCountry(c.tags, s, &s.Countries[i]))
		}
	}
	if by.ASes {
		for i := range s.ASes {
			emit(p.CatchmentAS(c.tags, s, &s.ASes[i]))
		}
	}
	for n := range s.Moves {
		emit(p.CatchmentMove(c.tags, s, n))
	}
	if s.Zone != nil {
		emit(p.CatchmentZone(c.tags, s))
	}
}
