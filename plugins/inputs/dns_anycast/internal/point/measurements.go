package point

import "slices"

// Measurement is what points of one name may hold, beside the tags of a cloud's own.
type Measurement struct {
	Name   string
	Tags   []string
	Fields []string
}

var (
	targetTags = []string{TagServer, TagAddress, TagCloud, TagFamily, TagTransport}
	queryTags  = slices.Concat(targetTags, []string{TagInstance, TagSite, TagIdentitySource, TagResult, TagRcode})
)

// Paths have names so new that a cloud's own tags may have them: points of paths are without the
// tag.
var (
	measurementPath = Measurement{
		MeasurementPath, append(slices.Clip(targetTags), TagReason, TagInstance, TagSite), []string{
			FieldPath, FieldHops, FieldReached, FieldResponded, FieldLastHop, FieldChangedHop, FieldChangedFrom,
			FieldChangedTo, FieldPartedAfter, FieldPathBefore, FieldPathHash, FieldASPath, FieldQueryTimeMS, FieldError,
		},
	}
	measurementHop = Measurement{
		MeasurementHop, append(slices.Clip(targetTags), TagReason, TagHop), []string{
			FieldHopAddress, FieldHopTimeMS, FieldASN, FieldICMP,
		},
	}
)

// has reports whether a point may hold a tag or a field of that name, beside a cloud's own.
func (m *Measurement) has(key string) bool {
	return slices.Contains(m.Tags, key) || slices.Contains(m.Fields, key)
}

// OfPaths reports whether points of paths are without a cloud's own tag of this name.
func OfPaths(key string) bool {
	return !slices.Contains(targetTags, key) && (measurementPath.has(key) || measurementHop.has(key))
}

// Measurements lists all that the plugin writes, as its README does.
func Measurements() []Measurement { return append(ofRounds(), catchments...) }

// ofRounds are those that the plugin's own queries make.
func ofRounds() []Measurement {
	return []Measurement{
		{MeasurementQuery, append(slices.Clip(queryTags), TagProbe), []string{
			FieldQueryTimeMS, FieldConnectTimeMS, FieldResultCode, FieldAnswered, FieldRcodeValue, FieldHostname,
			FieldNSID, FieldDiscarded, FieldTimeSource, FieldExpected, FieldLatitude, FieldLongitude,
			FieldDistanceKM, FieldFloorMS, FieldUsualMS, FieldVerdict, FieldVerdictCode, FieldError,
		}},
		{MeasurementChange, targetTags, []string{
			FieldFrom, FieldTo, FieldFromInstance, FieldToInstance, FieldHeldS, FieldChanges,
		}},
		{MeasurementCloud, []string{TagCloud}, []string{
			FieldIPv4Asked, FieldIPv6Asked, FieldIPv4Answered, FieldIPv6Answered, FieldSites, FieldSitesAnnounced,
			FieldInstances, FieldFamiliesAgree, FieldMinMS, FieldMaxMS,
		}},
		{MeasurementZone, append(slices.Clip(queryTags), TagZone), []string{
			FieldQueryTimeMS, FieldConnectTimeMS, FieldResultCode, FieldAnswered, FieldRcodeValue, FieldSerial,
			FieldRefreshS, FieldAA, FieldNSID, FieldSerialLagS, FieldError,
		}},
		{MeasurementSerial, append(slices.Clip(queryTags), TagZone), []string{
			FieldSerial, FieldLatencyS, FieldMissing,
		}},
		measurementPath,
		measurementHop,
		{MeasurementInternal, []string{TagConfig}, []string{
			FieldTargets, FieldTargetsAnswered, FieldRoundMS, FieldRoundsCoalesced, FieldDiscarded,
			FieldStampsMissing, FieldOverMaxInstances, FieldIntervalS, FieldLatitude, FieldLongitude, FieldVersion,
			FieldIPv4Asked, FieldIPv6Asked, FieldTracesSkipped,
		}},
	}
}

// newNames are new since 0.1.0. A tag of a cloud may have such a name, so that a file that was
// accepted stays so: a point with the tag is without the field, but for those of paths. Names that
// catchments alone have are new as well.
var newNames = []string{
	FieldIntervalS, FieldVersion, FieldRefreshS, FieldSitesAnnounced, FieldLatencyS, FieldMissing,
	TagReason, TagHop, FieldPath, FieldHops, FieldReached, FieldResponded, FieldLastHop, FieldChangedHop,
	FieldChangedFrom, FieldChangedTo, FieldPartedAfter, FieldPathBefore, FieldPathHash, FieldASPath,
	FieldHopAddress, FieldHopTimeMS, FieldASN, FieldICMP, FieldTracesSkipped, TagProbe,
}

// foreignNames are Telegraf's tag for the vantage point, and what InfluxDB keeps for itself.
var foreignNames = []string{"host", "time", "_field", "_measurement"}

// Reserved reports whether a cloud's own tag may not have this name.
func Reserved(key string) bool {
	if slices.Contains(newNames, key) {
		return false
	}
	return slices.Contains(foreignNames, key) || slices.ContainsFunc(ofRounds(), func(m Measurement) bool {
		return m.has(key)
	})
}
