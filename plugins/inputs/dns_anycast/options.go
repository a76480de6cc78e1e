package dns_anycast

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"

// What a configuration may say. Telegraf and the command fill it by the names in the tags.
type (
	Options    = options.Options
	Cloud      = options.Cloud
	Place      = options.Place
	NameServer = options.NameServer
	Thresholds = options.Thresholds
	Atlas      = options.Atlas
	Families   = options.Families
	Zones      = options.Zones
	Duration   = options.Duration
)

// Where in it an error is.
type (
	OptionError = options.Error
	Step        = options.Step
)

// ErrNoServer is Init's error where all servers are addresses of families that are not asked over.
var ErrNoServer = options.ErrNoServer

// At puts a step before the path of an error, which need not have one yet. Without an error it
// returns none.
func At(step Step, err error) error { return options.At(step, err) }
