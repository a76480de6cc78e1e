package dns_anycast

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"

// Names of the schema, for the program that reads stored points.
const (
	MeasurementQuery  = point.MeasurementQuery
	MeasurementZone   = point.MeasurementZone
	MeasurementSerial = point.MeasurementSerial

	TagServer    = point.TagServer
	TagAddress   = point.TagAddress
	TagCloud     = point.TagCloud
	TagFamily    = point.TagFamily
	TagTransport = point.TagTransport
	TagSite      = point.TagSite
	TagResult    = point.TagResult
	TagRcode     = point.TagRcode
	TagZone      = point.TagZone
	TagProbe     = point.TagProbe

	FieldQueryTimeMS   = point.FieldQueryTimeMS
	FieldConnectTimeMS = point.FieldConnectTimeMS
	FieldResultCode    = point.FieldResultCode
	FieldAnswered      = point.FieldAnswered
	FieldSerial        = point.FieldSerial
	FieldLatencyS      = point.FieldLatencyS
	FieldMissing       = point.FieldMissing
)
