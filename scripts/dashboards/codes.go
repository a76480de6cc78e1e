package main

import (
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// code is a number that points carry, with the name and the colour that it has everywhere.
type code struct {
	number int
	name   string
	colour string
}

var success = code{0, "success", green}

// failures are the results of queries for identities other than success.
var failures = []code{
	{1, "timeout", red},
	{2, "unreachable", darkRed},
	{3, "rcode_error", orange},
	{4, "no_identity", blue},
	{5, "truncated", yellow},
	{6, "invalid", purple},
	{7, "unresolved", darkOrange},
	{8, "local", darkPurple},
}

// zoneFailures are those of queries for zones.
var zoneFailures = append(without("no_identity", failures),
	code{9, "not_authoritative", darkBlue},
	code{10, "no_soa", darkYellow},
)

// verdicts, from the best to the worst.
var verdicts = []code{
	{0, "near", green},
	{1, "far", blue},
	{2, "slow", orange},
	{3, "impossible", red},
}

// familiesAgree is whether both families reach the same sites.
var familiesAgree = []code{
	{0, "different", orange},
	{1, "same", green},
}

// reports is whether a vantage point does.
var reports = []code{
	{0, "silent", red},
	{1, "reports", green},
}

func without(name string, codes []code) (rest []code) {
	for _, c := range codes {
		if c.name != name {
			rest = append(rest, c)
		}
	}
	return rest
}

// named shows codes by their names, in their colours.
func named(codes []code) []dashboard.ValueMapping {
	options := map[string]dashboard.ValueMappingResult{}
	for i, c := range codes {
		index := int32(i)
		options[strconv.Itoa(c.number)] = dashboard.ValueMappingResult{
			Text: &c.name, Color: &c.colour, Index: &index,
		}
	}
	return []dashboard.ValueMapping{{
		ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options},
	}}
}

// notMeasured shows a value that is missing as such: it is neither good nor bad.
func notMeasured() dashboard.ValueMapping {
	text, colour := "not measured", grey
	return dashboard.ValueMapping{SpecialValueMap: &dashboard.SpecialValueMap{
		Type: dashboard.MappingTypeSpecialValue,
		Options: dashboard.DashboardSpecialValueMapOptions{
			Match:  dashboard.SpecialValueMatchNullAndNan,
			Result: dashboard.ValueMappingResult{Text: &text, Color: &colour},
		},
	}}
}

// codeSteps are the colours of codes that follow each other, for panels that do not colour by name.
func codeSteps(codes []code) thresholds {
	var all []step
	for _, c := range codes {
		all = append(all, step{float64(c.number), c.colour})
	}
	return steps(plain, all...)
}

// coloured gives a series that is named as a code the code's colour.
func coloured[B asker[B]](b B, codes []code) B {
	for _, c := range codes {
		fixed := map[string]string{"mode": "fixed", "fixedColor": c.colour}
		b = b.WithOverride(
			dashboard.MatcherConfig{Id: "byName", Options: c.name},
			[]look{{Id: "color", Value: fixed}},
		)
	}
	return b
}

// verdictLooks are those of a column of verdicts. Maps colour by thresholds, and size by the range.
func verdictLooks() []look {
	return []look{
		unit("none"), dash(),
		{Id: "mappings", Value: named(verdicts)},
		{Id: "color", Value: map[string]string{"mode": "thresholds"}},
		{Id: "thresholds", Value: codeSteps(verdicts)},
		{Id: "min", Value: verdicts[0].number},
		{Id: "max", Value: verdicts[len(verdicts)-1].number},
	}
}
