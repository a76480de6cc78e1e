package point

import (
	"strconv"
	"strings"
	"time"

	"github.com/influxdata/telegraf"
)

// PathRow is a traced path to a target. Empty text, a number and a time of zero are not known.
type PathRow struct {
	TargetKey
	Began  time.Time
	Family string // FamilyIPv4, FamilyIPv6
	Reason string // "start", "regular", ReasonChange, "hand"

	Hops       []string      // addresses from hop 1 on, Silent for none; the server's last, if it answered
	Reached    bool          // the server answered
	Far        bool          // and lies behind silence of unknown length
	Local      bool          // this host could not send on: it is no whole path
	ChangedHop int           // the first that tells it from the path before, from 1 on
	ChangedTo  string        // who is there, or Silent; empty: the path has ended before
	ASPath     string        // AS numbers, separated by blanks
	QueryTime  time.Duration // of the server's answer
	Instance   string        // that answered
	Site       string
	Cause      string // the field error
}

// HopRow is a hop of a path that spoke.
type HopRow struct {
	TargetKey
	Began   time.Time // the path
	Number  int       // from 1 on; zero: behind silence of unknown length
	Address string
	Time    time.Duration
	ASN     uint32 // zero: not known
	Said    string // by ICMP; empty: time exceeded, or the server's answer
}

func readPath(m telegraf.Metric) *PathRow {
	_, known := whole(m, FieldHops)
	reached, whether := whole(m, FieldReached)
	changed, _ := whole(m, FieldChangedHop)
	return &PathRow{
		TargetKey: readTarget(m), Began: m.Time(), Family: tag(m, TagFamily), Reason: tag(m, TagReason),
		Hops: strings.Fields(text(m, FieldPath)), Reached: reached == 1, ChangedHop: int(changed),
		ASPath: text(m, FieldASPath), QueryTime: span(m, FieldQueryTimeMS, time.Millisecond),
		Instance: tag(m, TagInstance), Site: tag(m, TagSite), Cause: text(m, FieldError),
		Far: reached == 1 && !known, Local: !whether, ChangedTo: text(m, FieldChangedTo),
	}
}

func readHop(m telegraf.Metric) *HopRow {
	number, _ := strconv.Atoi(tag(m, TagHop))
	asn, _ := whole(m, FieldASN)
	return &HopRow{
		TargetKey: readTarget(m), Began: m.Time(), Number: number, Address: text(m, FieldHopAddress),
		Time: span(m, FieldHopTimeMS, time.Millisecond), ASN: uint32(asn), Said: text(m, FieldICMP),
	}
}
