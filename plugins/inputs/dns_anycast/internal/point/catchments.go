package point

import "slices"

var windowTags = append(slices.Clip(targetTags), TagSource, TagMeasurementID)

// groupFields are those of countries and of autonomous systems.
var groupFields = []string{
	FieldProbes, FieldAnswered, FieldForeign, FieldP50MS, FieldP90MS, FieldSites, FieldTopSite, FieldTopShare,
	FieldNearestShare, FieldInflationP50MS,
}

// catchments are measurements whose names are so new that a cloud's own tags may have them: points of
// catchments are without the tag, as those of paths.
var catchments = []Measurement{
	{MeasurementCatchment, windowTags, []string{
		FieldProbes, FieldAsked, FieldAnswered, FieldNamed, FieldForeign, FieldTimeout, FieldUnreachable,
		FieldInvalid, FieldRefused, FieldSites, FieldInstances, FieldP10MS, FieldP50MS, FieldP90MS, FieldP95MS,
		FieldNearestShare, FieldFarShare, FieldInflationP50MS, FieldInflationP90MS, FieldMoved, FieldMisplaced,
		FieldLate, FieldDuplicates, FieldUnsynced, FieldUndecodable,
	}},
	{MeasurementCatchmentSite, append(slices.Clip(windowTags), TagSite), []string{
		FieldProbes, FieldShare, FieldShareAS, FieldASNs, FieldCountries, FieldP10MS, FieldP50MS, FieldP90MS,
		FieldDistanceP50KM, FieldNearest, FieldEntered, FieldLeft, FieldLatitude, FieldLongitude,
	}},
	{MeasurementCatchmentCountry, append(slices.Clip(windowTags), TagCountry), groupFields},
	{MeasurementCatchmentAS, append(slices.Clip(windowTags), TagASN), groupFields},
	{MeasurementCatchmentMove, windowTags, []string{
		FieldFrom, FieldTo, FieldProbes, FieldASNs, FieldTopASN, FieldTopCountry, FieldBeforeMS, FieldAfterMS,
	}},
	{MeasurementCatchmentZone, append(slices.Clip(windowTags), TagZone), []string{
		FieldSerials, FieldNewest, FieldBehind, FieldLagP50S, FieldLagMaxS, FieldTopBehindSite,
	}},
}

// OfCatchments reports whether points of catchments are without a cloud's own tag of this name.
func OfCatchments(key string) bool {
	return !slices.Contains(targetTags, key) &&
		slices.ContainsFunc(catchments, func(m Measurement) bool { return m.has(key) })
}
