package alerts

import (
	"strconv"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Limits in milliseconds beyond which an answer is no ok test, connecting included.
const (
	slowUDP = 2500
	slowTCP = 7500
)

// testStep is what the time of a test is rounded up to, in milliseconds: all limits are multiples of
// it, so that none is crossed.
const testStep = 50

// tests are what a vantage point's tests are read from. A store of metrics tells the newest query of a
// series, and not the first one of a minute: so that is the test. A series has one result: of several
// series the newest counts.
type tests struct {
	asked string // a metric of each query that could be sent
	ok    string // those of a result that may be ok
	times string // begins the names of times
}

var (
	zoneTests = tests{
		`dns_anycast_soa_result_code{{asked}, {own}} offset 1m`,
		`dns_anycast_soa_result_code{{success}, {own}} offset 1m`, "dns_anycast_soa",
	}
	nameTests = tests{
		`dns_anycast_answered{{vantage}} offset 1m`, `dns_anycast_answered{{vantage}} offset 1m == 1`,
		"dns_anycast",
	}
)

// made is the time of each test of the last minute but one, by vantage point and what is judged: what
// comes within a minute is in time.
func (t tests) made() string {
	return metrics(`(max by (host, {judged}) (timestamp({tests})) > time() - 120)`,
		"{tests}", t.asked)
}

// took is how many milliseconds each of those tests took, rounded up, and 0 where it was not ok.
func (t tests) took() string {
	return metrics(`(clamp_min(ceil(max by (host, {judged}) (
		({times}_query_time_ms{transport="udp"} offset 1m <= {slowUDP}
			or (
				{times}_query_time_ms{transport!="udp"} offset 1m
					+ {times}_connect_time_ms offset 1m
				or {times}_query_time_ms{transport!="udp"} offset 1m
			) <= {slowTCP})
		and ({ok}) and (timestamp({tests}) >= on (host, {judged}) group_left () {made})
	) / {step}) * {step}, {step}) or 0 * {made})`,
		"{tests}", t.asked, "{ok}", t.ok, "{times}", t.times, "{made}", t.made(),
		"{slowUDP}", strconv.Itoa(slowUDP), "{slowTCP}", strconv.Itoa(slowTCP),
		"{step}", strconv.Itoa(testStep))
}

// taken is recorded of each test: those of zones, and those of identities where the vantage point asked
// the cloud for no zone. All else that is recorded of minutes is made of it, a minute later.
func taken() recording {
	return recording{testRecorded, metrics(`{zones} or ({names} unless on (host, cloud) {asked})`,
		"{zones}", zoneTests.took(), "{names}", nameTests.took(), "{asked}", zoneTests.made())}
}

// late are the updates of the last minute but one that came later than they may, by vantage point and
// what is judged.
func late() recording {
	return recording{lateRecorded, metrics(`sum by (host, {judged}) (
		count_over_time({latency}) and max_over_time({latency}) > {within}
	)`, "{latency}", "dns_anycast_serial_latency_s{{own}}[59999ms] offset 1m",
		"{within}", strconv.Itoa(query.UpdateWithin))}
}
