package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// unknown is what a column of now holds for what was asked about in the time range and not within
// the time that counts as now: no share, no code and no lag is as low. A column that is missing
// would be no more than a dash.
const unknown = -1

// orUnknown is what was selected of now, by tags, and unknown for all others that meet the
// conditions, which say of what time. What is selected is called as the column.
func orUnknown(column, now, measurement, conditions, tags string) string {
	return fmt.Sprintf(`SELECT max("%[1]s") AS "%[1]s" FROM (%[2]s), (
		SELECT last("result_code") * 0.0 - %[3]d AS "%[1]s" FROM "%[4]s"
		WHERE %[5]s {chosen} GROUP BY %[6]s
	) GROUP BY %[6]s`, column, now, -unknown, measurement, conditions, tags)
}

// unknownAsSuch shows it in words, in grey.
func unknownAsSuch() dashboard.ValueMapping {
	text, colour, index := "not measured", grey, int32(0)
	return dashboard.ValueMapping{ValueMap: &dashboard.ValueMap{
		Type: dashboard.MappingTypeValueToText,
		Options: map[string]dashboard.ValueMappingResult{
			fmt.Sprint(unknown): {Text: &text, Color: &colour, Index: &index},
		},
	}}
}

// badShare is the look of a column of shares that should be 0; from a majority on it is red.
func badShare() []look {
	return measured(steps(grey, step{0, green}, step{0.00001, orange}, step{0.509, red}))
}

// measured is the look of a column of now that is coloured by its value: grey where it has none.
func measured(colours thresholds) []look {
	return []look{
		unit("percentunit"), decimals(2), cell(colouredText()),
		{Id: "color", Value: map[string]string{"mode": "thresholds"}},
		{Id: "thresholds", Value: colours},
		{Id: "mappings", Value: []dashboard.ValueMapping{unknownAsSuch(), notMeasured()}},
	}
}

// inUnit is a look in another unit, the last of a kind being the one that counts.
func inUnit(of string, places int, looks []look) []look {
	return append([]look{unit(of), decimals(places)}, looks[2:]...)
}
