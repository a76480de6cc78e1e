package field

import (
	"slices"
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Code is a number that points carry, with the name and the colour that it has everywhere.
type Code struct {
	number int
	name   string
	colour string
}

// Failures are the results of queries for identities other than success.
var Failures = []Code{
	{1, "timeout", Red},
	{2, "unreachable", darkRed},
	{3, "rcode_error", Orange},
	{4, "no_identity", Blue},
	{5, "truncated", Yellow},
	{6, "invalid", Purple},
	{7, "unresolved", darkOrange},
	{8, "local", darkPurple},
}

// Results are success and all failures.
var Results = append([]Code{{0, "success", Green}}, Failures...)

// ZoneFailures are those of queries for zones.
var ZoneFailures = append(without("no_identity", Failures),
	Code{9, "not_authoritative", darkBlue},
	Code{10, "no_soa", darkYellow},
)

// Verdicts, from the best to the worst.
var Verdicts = []Code{
	{0, "near", Green},
	{1, "far", Blue},
	{2, "slow", Orange},
	{3, "impossible", Red},
}

// NoVerdict is what a map in PromQL, which has a value for each marker, says where there is none.
var NoVerdict = Code{query.Unknown, "-", Plain}

// FamiliesAgree is whether both families reach the same sites.
var FamiliesAgree = []Code{
	{0, "different", Orange},
	{1, "same", Green},
}

// Silent and Reports are the states of a vantage point.
var (
	Silent  = Code{0, "silent", Red}
	Reports = Code{1, "reports", Green}
)

// asked are whether a family is asked, where the host's routes decide.
var asked = []Code{{0, "no route", Orange}, {1, "asked", Green}}

// expected are what the list says of vantage points that should report.
var expected = []Code{{0, "removed", Grey}, {1, "yes", Green}}

func without(name string, codes []Code) []Code {
	return slices.DeleteFunc(slices.Clone(codes), func(c Code) bool { return c.name == name })
}

// Name is how the code is written.
func (c Code) Name() string { return c.name }

// Options are those of a series that is named as the code: its colour.
func (c Code) Options() []Option { return []Option{Fixed(c.colour)} }

// Names shows codes by their names, in their colours.
func Names(codes ...Code) Mapping {
	options := map[string]dashboard.ValueMappingResult{}
	for i, c := range codes {
		index := int32(i)
		options[strconv.Itoa(c.number)] = dashboard.ValueMappingResult{
			Text: &c.name, Color: &c.colour, Index: &index,
		}
	}
	return Mapping{
		ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options},
	}
}

// unknown shows query.Unknown as NotMeasured shows what is missing.
func unknown() Mapping {
	return Names(Code{query.Unknown, "not measured", Grey})
}

// codeSteps are the colours of codes that follow each other, for panels that do not colour by name.
func codeSteps(codes ...Code) Thresholds {
	var all []Step
	for _, c := range codes {
		all = append(all, From(float64(c.number), c.colour))
	}
	return Steps(Plain, all...)
}
