package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// shareLooks are those of a column of shares: in its colour, and grey where nothing was measured.
// With two decimals 99.5 % does not read 100 %.
func shareLooks(t thresholds) []look {
	return append(judgedLooks(t), unit("percentunit"), decimals(2))
}

// judgedLooks are those of a column of numbers whose steps say whether they are good.
func judgedLooks(t thresholds) []look {
	grey := look{Id: "mappings", Value: []dashboard.ValueMapping{unknownAsSuch(), notMeasured()}}
	return append(stepped(t), grey, cell(filledCell()))
}

// stepped colours what it is of by steps of its own.
func stepped(t thresholds) []look {
	return []look{
		{Id: "color", Value: map[string]string{"mode": "thresholds"}},
		{Id: "thresholds", Value: t},
	}
}

// called is what has that name.
func called(name string) dashboard.MatcherConfig {
	return dashboard.MatcherConfig{Id: "byName", Options: name}
}

// darkSteps measure the share of vantage points that something is down for.
func darkSteps() thresholds { return steps(green, step{0.0001, yellow}, step{0.509, red}) }

// reachedSteps measure the share of what answers, as lossSteps that of what does not.
func reachedSteps() thresholds {
	return steps(red, step{0.5, orange}, step{0.75, yellow}, step{0.95, green})
}

// someSteps measure a count of what should not be.
func someSteps() thresholds { return steps(green, step{1, red}) }
