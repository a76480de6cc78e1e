package field

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// OfNames is a colour for each name, the same wherever it stands: Grafana's timelines have
// none by the text. Each of three sets of letters and digits holds about half of them; whether a
// name has an even or an odd number of characters of a set is one bit of its colour.
func OfNames() (all []Mapping) {
	sets := []string{"124689aceghjlnoqsuvxz", "013478bcfgijmnpqtuwx", "015-8d-gk-nr-uyz"}
	colours := []string{
		Green, Blue, Orange, Purple, Yellow, superLightBlue, darkGreen, superLightPurple,
	}
	for i, colour := range colours {
		pattern := "/^"
		for bit, set := range sets {
			pattern += ahead(set, i>>bit&1 == 1)
		}
		pattern += "/i"
		index := int32(i)
		all = append(all, Mapping{RegexMap: &dashboard.RegexMap{
			Type: dashboard.MappingTypeRegexToText,
			Options: dashboard.DashboardRegexMapOptions{
				Pattern: pattern,
				Result:  dashboard.ValueMappingResult{Color: &colour, Index: &index},
			},
		}})
	}
	return all
}

// ahead looks for an odd number of characters of the set, or for an even one.
func ahead(set string, odd bool) string {
	pattern := "(?=(?:OTHER*ONE OTHER*ONE)*OTHER*$)"
	if odd {
		pattern = "(?=OTHER*ONE(?:OTHER*ONE OTHER*ONE)*OTHER*$)"
	}
	return strings.NewReplacer("OTHER", "[^"+set+"]", "ONE", "["+set+"]", " ", "").Replace(pattern)
}
