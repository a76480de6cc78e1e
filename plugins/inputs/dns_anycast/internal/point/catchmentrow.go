package point

import (
	"time"

	"github.com/influxdata/telegraf"
)

// CatchmentRow is what all votes of a window say. Zero times and nil shares were not measured.
type CatchmentRow struct {
	Cloud       string // empty: no cloud lists the measurement
	Server      string
	Address     string // empty: not known
	Family      string
	Transport   string
	Measurement string // its id; empty: not known
	Began       time.Time

	Probes, Asked, Answered, Named     int
	Foreign                            *int // nil: no rule tells
	Timeout, Unreachable, Invalid      int
	Sites                              int
	P50, P90                           time.Duration
	NearestShare, FarShare             *float64
	Moved, Misplaced                   int
	Late, Duplicates, Unsynced, Broken int
}

// CatchmentSiteRow is a site in a window.
type CatchmentSiteRow struct {
	Site           string
	Probes         int
	Share, ShareAS *float64
	P50, P90       time.Duration
	Nearest        *int // probes that have no nearer site; nil: not known
}

func readCatchment(m telegraf.Metric) *CatchmentRow {
	k := readTarget(m)
	return &CatchmentRow{
		Cloud: k.Cloud, Server: k.Server, Address: k.Address, Family: tag(m, TagFamily), Transport: k.Transport,
		Measurement: tag(m, TagMeasurementID), Began: m.Time(),
		Probes: number(m, FieldProbes), Asked: number(m, FieldAsked), Answered: number(m, FieldAnswered),
		Named: number(m, FieldNamed), Foreign: numberIf(m, FieldForeign),
		Timeout: number(m, FieldTimeout), Unreachable: number(m, FieldUnreachable), Invalid: number(m, FieldInvalid),
		Sites: number(m, FieldSites),
		P50:   span(m, FieldP50MS, time.Millisecond), P90: span(m, FieldP90MS, time.Millisecond),
		NearestShare: floatIf(m, FieldNearestShare), FarShare: floatIf(m, FieldFarShare),
		Moved: number(m, FieldMoved), Misplaced: number(m, FieldMisplaced),
		Late: number(m, FieldLate), Duplicates: number(m, FieldDuplicates),
		Unsynced: number(m, FieldUnsynced), Broken: number(m, FieldUndecodable),
	}
}

func readCatchmentSite(m telegraf.Metric) *CatchmentSiteRow {
	return &CatchmentSiteRow{
		Site: tag(m, TagSite), Probes: number(m, FieldProbes),
		Share: floatIf(m, FieldShare), ShareAS: floatIf(m, FieldShareAS),
		P50: span(m, FieldP50MS, time.Millisecond), P90: span(m, FieldP90MS, time.Millisecond),
		Nearest: numberIf(m, FieldNearest),
	}
}

// number is a whole field; zero where there is none.
func number(m telegraf.Metric, field string) int {
	n, _ := whole(m, field)
	return int(n)
}

func numberIf(m telegraf.Metric, field string) *int {
	if n, there := whole(m, field); there {
		i := int(n)
		return &i
	}
	return nil
}

func floatIf(m telegraf.Metric, field string) *float64 {
	if f, there := float(m, field); there {
		return &f
	}
	return nil
}
