package archive

// What the stack keeps beside the plugin's points.
const (
	policySLO     = "slo"
	policyChanges = "changes"

	measurementMaintenance = "dns_anycast_maintenance"
	measurementMinute      = "dns_anycast_minute"
	measurementService     = "dns_anycast_service"
	measurementHour        = "dns_anycast_hour"
	measurementVantage     = "dns_anycast_vantage"

	tagHost = "host" // Telegraf's

	fieldText  = "text"
	fieldUntil = "until"

	fieldAsked  = "asked"
	fieldFailed = "failed"

	fieldUnsent        = "unsent"        // minutes of vantage points with a query that could not be sent
	fieldUnsentTested  = "unsent_tested" // of these, those with a test
	fieldTests         = "tests"
	fieldNoError       = "noerror"
	fieldNoErrorWithin = "noerror_within"
	fieldLongestWithin = "noerror_within_max"
	fieldShortestAbove = "noerror_above_min"
	fieldTimed         = "timed"
	fieldConnected     = "connected"
	prefixWithin       = "within_" // and a level in ms
	fieldMinutes       = "minutes"
	fieldStart         = "start" // number of the hour's first minute
	fieldFirst         = "first" // number of the first minute with a test
	fieldLast          = "last"
	prefixOfZones      = "soa_" // of tests, minutes, first, last: of queries for zones alone
)
