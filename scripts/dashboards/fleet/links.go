package fleet

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
)

// opensTarget shows the answers to the vantage point of a row.
func opensTarget() field.Option {
	return board.Opens("Who answers it", board.TargetUID, "Vantage point")
}
