package alerts

import (
	"slices"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// recording is an expression that Prometheus, or vmalert, stores the rows of each time its group is
// evaluated. What is recorded is there for as long as a rule remembers it, and is cheap to look back
// at for a month.
type recording struct{ name, promql string }

// Names of what is recorded.
const (
	darkRecorded     = "dns_anycast:address_dark"
	unservedRecorded = "dns_anycast:zone_unserved_at_address"
	downRecorded     = "dns_anycast:zone_unserved"
	reportsRecorded  = "dns_anycast:host_reports"
	leftOutRecorded  = "dns_anycast:rounds_left_out"
	familyRecorded   = "dns_anycast:family_asked"
	expectedRecorded = "dns_anycast:host_expected" // by the file of scripts/vantage: 1, or 0 for who is removed
	testRecorded     = "dns_anycast:test_ms"
	lateRecorded     = "dns_anycast:update_late"
	askedRecorded    = "dns_anycast:minute_asked"
	failedRecorded   = "dns_anycast:minute_failed"
	withinRecorded   = "dns_anycast:minute_within"
	hostRecorded     = "dns_anycast:host_tests"
	minutesRecorded  = "dns_anycast:minute_down"
	hourRecorded     = "dns_anycast:hour_down"
	burnedRecorded   = "dns_anycast:address_hour_down"

	downAskedRecorded     = "dns_anycast:minute_down_asked"
	downFailedRecorded    = "dns_anycast:minute_down_failed"
	serviceAskedRecorded  = "dns_anycast:service_asked"
	serviceFailedRecorded = "dns_anycast:service_failed"
	serviceDownRecorded   = "dns_anycast:service_down"
)

// eachMinute are recorded before the rules of each minute are asked.
func eachMinute() []recording {
	return slices.Concat([]recording{
		{darkRecorded, ofAll(query.DarkMetric)},
		{unservedRecorded, ofAll(query.UnservedMetric)},
		{downRecorded, metrics(`avg by (zone) (min by (host, zone) (
			min_over_time(dns_anycast_soa_result_code{{asked}, {own}}[2m])
		) > bool 0)`)},
		{reportsRecorded, metrics(reportsMetric)},
		taken(), late(),
	}, minutes(), down(), hours())
}

// eachFewMinutes are recorded before the rules that look back for hours are asked, each five minutes:
// whether rounds were left out in these, and which families were asked.
func eachFewMinutes() []recording {
	return []recording{
		{leftOutRecorded, metrics(`max by (host, config) (
			max_over_time(dns_anycast_internal_rounds_coalesced[299999ms])
		) > bool 0`)},
		{familyRecorded, familyMetric("5m")},
	}
}

// metrics makes one line of PromQL, with texts in place of {names}: those of the pairs, and what all
// PromQL has in common.
func metrics(text string, pairs ...string) string {
	more := map[string]string{"askers": askersMetric}
	for i := 0; i < len(pairs); i += 2 {
		more[strings.Trim(pairs[i], "{}")] = pairs[i+1]
	}
	return query.FillPromQL(text, more)
}

// remembered is what was recorded last, up to two hours ago: what is wrong stays so, unless a vantage
// point says otherwise.
func remembered(recorded string) string { return "last_over_time(" + recorded + "[2h])" }
