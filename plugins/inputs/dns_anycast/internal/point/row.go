package point

import (
	"math"
	"time"

	"github.com/influxdata/telegraf"
)

// Row is a point that has been read. Which of the others is set is said by its measurement; of
// MeasurementSerial and MeasurementInternal there is the metric alone.
type Row struct {
	Metric telegraf.Metric // the point as it was made, with the cloud's own tags
	Query  *QueryRow       // of MeasurementQuery and of MeasurementZone
	Change *ChangeRow
	Cloud  *CloudRow
	Path   *PathRow
	Hop    *HopRow

	Catchment     *CatchmentRow
	CatchmentSite *CatchmentSiteRow
}

// TargetKey says which target was asked: one address and transport. It can be compared.
type TargetKey struct {
	Cloud     string // empty: the server was given on the command line
	Server    string // as written in the configuration, or the name of a name server
	Address   string // without a port; empty: a name that did not resolve
	Transport string // TransportUDP, TransportTCP
}

// QueryRow is a query for the identity, or with a Zone one for that zone. Empty text and a time of
// zero were not measured.
type QueryRow struct {
	Metric telegraf.Metric
	TargetKey
	Sent   time.Time
	Zone   string // whose SOA record was asked for; empty: the identity was
	Family string // FamilyIPv4, FamilyIPv6; empty: not known

	Instance string
	Site     string
	Result   string // never empty
	Rcode    string
	Cause    string // the field error

	Asked      bool // the server could be asked: whether it answered is known
	Answered   bool
	Unexpected bool // expected is 0

	QueryTime   time.Duration
	ConnectTime time.Duration // over TCP, once connected
	DistanceKM  *float64      // nil: not known
	Verdict     string        // "near", "far", "slow", VerdictImpossible

	Serial *uint32        // of the zone's SOA record; nil: none came
	Lag    *time.Duration // of the serial; nil: not known, zero: it is the newest
}

// ChangeRow is a change of the site that answers a target.
type ChangeRow struct {
	TargetKey
	At           time.Time
	From         string // site, or instance where none is known; SiteSplit: several by turns
	FromInstance string // empty: From is SiteSplit
	To           string
	ToInstance   string
	Held         time.Duration // between the first answer from the old site and the last
}

// CloudRow is a cloud in one round.
type CloudRow struct {
	Cloud          string
	FamiliesDiffer bool // IPv4 and IPv6 reach different sites; false also where that is not known
}

// Read reads a point of the plugin's.
func Read(m telegraf.Metric) Row {
	r := Row{Metric: m}
	switch m.Name() {
	case MeasurementQuery, MeasurementZone:
		r.Query = readQuery(m)
	case MeasurementChange:
		r.Change = readChange(m)
	case MeasurementCloud:
		r.Cloud = &CloudRow{Cloud: tag(m, TagCloud), FamiliesDiffer: isZero(m, FieldFamiliesAgree)}
	case MeasurementPath:
		r.Path = readPath(m)
	case MeasurementHop:
		r.Hop = readHop(m)
	case MeasurementCatchment:
		r.Catchment = readCatchment(m)
	case MeasurementCatchmentSite:
		r.CatchmentSite = readCatchmentSite(m)
	}
	return r
}

func readQuery(m telegraf.Metric) *QueryRow {
	answered, asked := whole(m, FieldAnswered)
	q := &QueryRow{
		Metric: m, TargetKey: readTarget(m), Sent: m.Time(),
		Zone: tag(m, TagZone), Family: tag(m, TagFamily),
		Instance: tag(m, TagInstance), Site: tag(m, TagSite),
		Result: tag(m, TagResult), Rcode: tag(m, TagRcode), Cause: text(m, FieldError),
		Asked: asked, Answered: asked && answered == 1, Unexpected: isZero(m, FieldExpected),
		QueryTime:   span(m, FieldQueryTimeMS, time.Millisecond),
		ConnectTime: span(m, FieldConnectTimeMS, time.Millisecond),
		Verdict:     text(m, FieldVerdict),
	}
	if km, known := float(m, FieldDistanceKM); known {
		q.DistanceKM = &km
	}
	if n, known := whole(m, FieldSerial); known {
		serial := uint32(n)
		q.Serial = &serial
	}
	if m.HasField(FieldSerialLagS) {
		lag := span(m, FieldSerialLagS, time.Second)
		q.Lag = &lag
	}
	return q
}

func readChange(m telegraf.Metric) *ChangeRow {
	return &ChangeRow{
		TargetKey: readTarget(m), At: m.Time(),
		From: text(m, FieldFrom), FromInstance: text(m, FieldFromInstance),
		To: text(m, FieldTo), ToInstance: text(m, FieldToInstance),
		Held: span(m, FieldHeldS, time.Second),
	}
}

func readTarget(m telegraf.Metric) TargetKey {
	return TargetKey{
		Cloud: tag(m, TagCloud), Server: tag(m, TagServer),
		Address: tag(m, TagAddress), Transport: tag(m, TagTransport),
	}
}

func tag(m telegraf.Metric, key string) string {
	v, _ := m.GetTag(key)
	return v
}

func text(m telegraf.Metric, key string) string {
	v, _ := m.GetField(key)
	s, _ := v.(string)
	return s
}

func whole(m telegraf.Metric, key string) (n int64, known bool) {
	v, _ := m.GetField(key)
	n, known = v.(int64)
	return n, known
}

func isZero(m telegraf.Metric, key string) bool {
	n, known := whole(m, key)
	return known && n == 0
}

func float(m telegraf.Metric, key string) (f float64, known bool) {
	v, _ := m.GetField(key)
	f, known = v.(float64)
	return f, known
}

// span reads a time in a unit; zero: the point has none. It is rounded to the nanosecond, which is
// what it was made of.
func span(m telegraf.Metric, key string, unit time.Duration) time.Duration {
	f, _ := float(m, key)
	return time.Duration(math.Round(f * float64(unit)))
}
