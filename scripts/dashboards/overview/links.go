package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
)

// opensTarget opens the target of an address, from all that is known of it here.
func opensTarget() field.Option {
	return board.Opens("Who answers there, from each vantage point", board.TargetUID,
		"Cloud", "Server", "Family")
}
