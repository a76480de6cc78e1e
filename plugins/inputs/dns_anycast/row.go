package dns_anycast

import (
	"github.com/influxdata/telegraf"

	schema "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// What Round emits, for the programs that show it: each point as a row, read once.
type (
	Row       = schema.Row
	QueryRow  = schema.QueryRow
	ChangeRow = schema.ChangeRow
	CloudRow  = schema.CloudRow
	TargetKey = schema.TargetKey
)

// Values of rows that are compared with.
const (
	CloudReference    = schema.CloudReference
	TransportUDP      = schema.TransportUDP
	RcodeNoError      = schema.RcodeNoError
	ResultSuccess     = schema.ResultSuccess
	ResultRcodeError  = schema.ResultRcodeError
	VerdictImpossible = schema.VerdictImpossible
	SiteSplit         = schema.SiteSplit
)

// ReadRow reads a point that Round has emitted.
func ReadRow(m telegraf.Metric) Row { return schema.Read(m) }
