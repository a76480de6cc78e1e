// Package levels has what a profile asks for, the rows that a month is shown by, and whether these meet
// it.
//
// Reading order: profile.go, target.go, rows.go, levels.go, words.go.
package levels

// Profile names whose levels are judged.
type Profile string

const (
	ICANN    Profile = "icann"    // Specification 10 of ICANN's registry agreements
	RSSAC047 Profile = "rssac047" // RSSAC047v2, of root servers
)

// Levels. Shares are percent of whole counts, so that no level is missed by a rounding.
const (
	DownPercent         = 51  // of vantage points: what fails for so many is down
	AddressDownMinutes  = 432 // a month
	WithinPercent       = 95  // of tests, and of updates
	UpdateWithinS       = 3600
	AvailabilityPercent = 96
	PublicationS        = 65 * 60 // the median
	EnoughPercent       = 95      // of minutes: where fewer count a note says so
	GoodServers         = 2       // a vantage point that sees fewer has no service
)

// Limits in ms.
const (
	TCP = "tcp"

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
	if transport == TCP {
		return overTCP
	}
	return udp
}

// IsDown reports whether so many of those that asked have failed that it is no fault of theirs.
func IsDown(asked, failed int) bool { return Reaches(failed, asked, DownPercent) }

// Reaches reports whether n of all are as many percent.
func Reaches(n, all, percent int) bool { return int64(n)*100 >= int64(all)*int64(percent) }
