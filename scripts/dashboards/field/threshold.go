package field

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Thresholds are the steps by which values have colours, and a builder of themselves.
type Thresholds struct{ dashboard.ThresholdsConfig }

// Build is what the SDK's builders of panels take thresholds by.
func (t Thresholds) Build() (dashboard.ThresholdsConfig, error) { return t.ThresholdsConfig, nil }

// Step is the colour from a value on.
type Step struct {
	from   float64 // in the unit of the field; a share is from 0 to 1
	colour string
}

// From is the step that begins at a value.
func From(value float64, colour string) Step { return Step{value, colour} }

// Steps are a colour below them all, then each from its value on.
func Steps(below string, above ...Step) Thresholds {
	all := []dashboard.Threshold{{Color: below}}
	for _, s := range above {
		all = append(all, dashboard.Threshold{Value: &s.from, Color: s.colour})
	}
	return Thresholds{dashboard.ThresholdsConfig{
		Mode: dashboard.ThresholdsModeAbsolute, Steps: all,
	}}
}

// LossSteps judge each share of queries that were lost.
func LossSteps() Thresholds {
	return Steps(Green, From(0.05, Yellow), From(0.25, Orange), From(0.5, Red))
}

// ReachedSteps judge the share of what answers, as LossSteps that of what does not.
func ReachedSteps() Thresholds {
	return Steps(Red, From(0.5, Orange), From(0.75, Yellow), From(0.95, Green))
}

// DarkSteps judge the share of vantage points that something is down for: any is more than none.
func DarkSteps() Thresholds {
	return Steps(Green, From(0.0001, Yellow), From(query.Majority, Red))
}

// LateSteps judge for how many seconds a newer serial is known.
func LateSteps() Thresholds { return Steps(Green, From(query.LateAfter, Orange)) }

// FaultSteps judge a count of what should not be.
func FaultSteps() Thresholds { return Steps(Green, From(1, Red)) }

// DoubtSteps judge a count of what nothing is known of, or what may mend itself.
func DoubtSteps() Thresholds { return Steps(Green, From(1, Orange)) }
