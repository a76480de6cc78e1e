package slo

// Profile names whose levels are judged.
type Profile string

const (
	ICANN    Profile = "icann"    // Specification 10 of ICANN's registry agreements
	RSSAC047 Profile = "rssac047" // RSSAC047v2, of root servers
)

// Terms are what a report is about.
type Terms struct {
	Month   Month
	Profile Profile
	Minimum int // vantage points that make a minute count, 1 at least; not in RSSAC047
}

// Levels. Shares are percent of whole counts, so that no level is missed by a rounding.
const (
	DownPercent         = 51  // of vantage points: what fails for so many is down
	addressDownMinutes  = 432 // a month
	withinPercent       = 95  // of tests, and of updates
	updateWithinS       = 3600
	availabilityPercent = 96
	publicationS        = 65 * 60 // the median
	enoughPercent       = 95      // of minutes: where fewer count a note says so
	goodServers         = 2       // a vantage point that sees fewer has no service
)

// Limits in ms.
const (
	tcp = "tcp"

	okUDP, okTCP           = 2500, 7500
	withinUDP, withinTCP   = 500, 1500
	noErrorUDP, noErrorTCP = 250, 500
)

// OKWithinMS is how long a test may take at most.
func OKWithinMS(transport string) int { return either(transport, okUDP, okTCP) }

// WithinMS is the level for most tests in ICANN.
func WithinMS(transport string) int { return either(transport, withinUDP, withinTCP) }

// NoErrorWithinMS is the level for the median in RSSAC047.
func NoErrorWithinMS(transport string) int { return either(transport, noErrorUDP, noErrorTCP) }

func either(transport string, udp, overTCP int) int {
	if transport == tcp {
		return overTCP
	}
	return udp
}

// isDown reports whether so many of those that asked have failed that it is no fault of theirs.
func isDown(asked, failed int) bool { return reaches(failed, asked, DownPercent) }

// reaches reports whether n of all are as many percent.
func reaches(n, all, percent int) bool { return int64(n)*100 >= int64(all)*int64(percent) }
