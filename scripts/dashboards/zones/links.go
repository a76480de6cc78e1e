package zones

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
)

// opensZone stays on this dashboard, with what the row is about chosen.
func opensZone(columns ...string) field.Option {
	return board.Opens("This zone there", board.ZonesUID, columns...)
}
