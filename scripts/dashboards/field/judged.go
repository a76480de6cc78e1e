package field

import (
	"slices"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// JudgedText is a column of now in the colour of its value: grey where it has none.
func JudgedText(unit string, decimals int, t Thresholds) []Option {
	return slices.Concat(
		[]Option{Unit(unit), Decimals(decimals), ColouredText()},
		ColouredBy(t),
		[]Option{mapped(unknown(), NotMeasured())},
	)
}

// BadShare is JudgedText of a share that should be 0; from a majority on it is red.
func BadShare() []Option {
	return ShareText(Steps(Grey, From(0, Green), From(0.00001, Orange), From(query.Majority, Red)))
}

// ShareText is JudgedText of a share from 0 to 1. With two decimals 99.5 % does not read 100 %.
func ShareText(t Thresholds) []Option { return JudgedText("percentunit", 2, t) }

// JudgedCell is a column of now with the colour of its value behind it: grey where it has none.
func JudgedCell(t Thresholds) []Option {
	return append(ColouredBy(t), mapped(unknown(), NotMeasured()), ColouredCell())
}

// ShareCell is JudgedCell of a share from 0 to 1.
func ShareCell(t Thresholds) []Option {
	return append(JudgedCell(t), Unit("percentunit"), Decimals(2))
}

// Verdict is a column of verdicts, and of more codes. Maps colour by thresholds, and size by the range.
func Verdict(more ...Code) []Option {
	return slices.Concat(
		[]Option{Unit("none"), Dash(), mapped(Names(slices.Concat(Verdicts, more)...))},
		ColouredBy(codeSteps(Verdicts...)),
		between(Verdicts[0].number, Verdicts[len(Verdicts)-1].number),
	)
}

// Result is a column of the newest results.
func Result() []Option {
	return []Option{
		Unit("none"), ColouredText(), MinWidth(100), mapped(Names(Results...), unknown()),
	}
}

// State is a column of whether a vantage point reports.
func State() []Option {
	return append(ColouredBy(codeSteps(Silent, Reports)),
		Unit("none"), mapped(Names(Silent, Reports)), ColouredCell())
}

// Asked is a column of whether a family is asked, where the host's routes decide.
func Asked() []Option {
	return append(ColouredBy(codeSteps(asked...)),
		Unit("none"), mapped(Names(asked...)), ColouredText(), Dash())
}

// Expected is a column of whether a vantage point should report.
func Expected() []Option {
	return append(ColouredBy(codeSteps(expected...)),
		Unit("none"), mapped(Names(expected...)), ColouredText(), Dash())
}

// Rounds is a column of those that a vantage point reported now, for a map's colour and size.
func Rounds() []Option {
	return slices.Concat(
		[]Option{Unit("none"), Decimals(0)},
		ColouredBy(Steps(Grey, From(1, Green))),
		between(0, 1),
	)
}

// MinutesLeft is a column of the minutes of a month that an address may yet be down.
func MinutesLeft() []Option {
	steps := Steps(Grey,
		From(query.NoneLeft+1, Red), From(0, Orange), From(query.MonthMinutes/2, Green))
	return append(ColouredBy(steps), Unit("none"), ColouredCell(),
		mapped(Names(Code{query.NoneLeft, "not measured", Grey}), NotMeasured()))
}

// Counted is a column of a count that says nothing where nothing was measured.
func Counted() []Option { return []Option{Unit("none"), mapped(unknown(), NotMeasured())} }

// InTime is a column of the share of what was in time, green where the level of a month is met.
func InTime() []Option { return ShareCell(Steps(Red, From(query.InTime, Green))) }

// Share is a column of shares that nothing judges.
func Share() []Option { return []Option{Unit("percentunit"), Decimals(2), Dash()} }

// Milliseconds is a column of times that may not be known.
func Milliseconds() []Option { return []Option{Unit("ms"), Decimals(1), Dash()} }

// ShareMarker is a column of shares for a map's colour and size: grey where there is none.
func ShareMarker(t Thresholds) []Option {
	return append(ColouredBy(t), Unit("percentunit"), Decimals(2), mapped(NotMeasured()), fromZero())
}

// TimeMarker is a column of times for a map's colour and size.
func TimeMarker(t Thresholds) []Option {
	return append(ColouredBy(t), Unit("ms"), Decimals(1), fromZero())
}
