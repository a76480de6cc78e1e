package dns_anycast

import (
	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// What Round emits, for the programs that show it: each point as a row, read once.
type (
	Row       = point.Row
	QueryRow  = point.QueryRow
	ChangeRow = point.ChangeRow
	CloudRow  = point.CloudRow
	PathRow   = point.PathRow
	HopRow    = point.HopRow
	TargetKey = point.TargetKey

	CatchmentRow     = point.CatchmentRow
	CatchmentSiteRow = point.CatchmentSiteRow
)

// Values of rows that are compared with.
const (
	CloudReference    = point.CloudReference
	FamilyIPv4        = point.FamilyIPv4
	FamilyIPv6        = point.FamilyIPv6
	TransportUDP      = point.TransportUDP
	RcodeNoError      = point.RcodeNoError
	ResultSuccess     = point.ResultSuccess
	ResultRcodeError  = point.ResultRcodeError
	VerdictImpossible = point.VerdictImpossible
	SiteSplit         = point.SiteSplit
	Silent            = point.Silent
	ReasonChange      = point.ReasonChange
)

// ReadRow reads a point that Round has emitted.
func ReadRow(m telegraf.Metric) Row { return point.Read(m) }

// Results lists the values of the tag result, in the order of result_code.
func Results() []string { return observation.Results() }

// NewerSerial reports whether serial a comes after b (RFC 1982, section 3.2). Of two that are half
// the numbers apart neither does.
func NewerSerial(a, b uint32) bool { return judge.NewerSerial(a, b) }
