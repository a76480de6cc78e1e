package field

import "slices"

// Arrivals are whether a trace came to the server's answer.
var Arrivals = []Code{
	{0, "not reached", Red},
	{1, "reached", Green},
}

// Arrived is a column of whether a trace came to the server's answer, grey where this host could
// not trace.
func Arrived() []Option {
	return []Option{
		Unit("none"), ColouredText(), MinWidth(100), mapped(Names(Arrivals...), NotMeasured()),
	}
}

// ArrivedIfTraced is Arrived in a table of which not each row is a trace.
func ArrivedIfTraced() []Option {
	return []Option{
		Unit("none"), ColouredText(), MinWidth(100), mapped(Names(Arrivals...)), Dash(),
	}
}

// Behind is what a column of silence holds where no trace went as far.
const Behind = -1

// Silence is a column of the share of traces in which a hop was silent. None is red: a router that
// answers few probes passes packets on all the same.
func Silence() []Option {
	return slices.Concat(
		[]Option{Unit("percentunit"), Decimals(2), MinWidth(70), ColouredText()},
		ColouredBy(Steps(Plain, From(0.00001, Yellow), From(0.5, Orange))),
		[]Option{mapped(Names(Code{Behind, "-", Plain}), NotMeasured())},
	)
}
