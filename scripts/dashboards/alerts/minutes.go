package alerts

import "strconv"

// Limits in milliseconds beyond which an answer is no ok test, connecting included.
const (
	slowUDP = 2500
	slowTCP = 7500
)

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
		`dns_anycast_soa_result_code{{asked}, {own}}`,
		`dns_anycast_soa_result_code{{success}, {own}}`, "dns_anycast_soa",
	}
	nameTests = tests{
		`dns_anycast_answered{{vantage}}`, `dns_anycast_answered{{vantage}} == 1`, "dns_anycast",
	}
)

// made is the time of each test of the last minute, by vantage point and what is judged.
func (t tests) made() string {
	return metrics(`(max by (host, {judged}) (timestamp({tests})) > time() - 60)`, "{tests}", t.asked)
}

// failed are those tests of the last minute that were not ok.
func (t tests) failed() string {
	return metrics(`({made} unless max by (host, {judged}) (
		timestamp({tests}) and ({ok}) and (
			{times}_query_time_ms{transport="udp"} <= {slowUDP}
			or ({times}_query_time_ms{transport!="udp"} + {times}_connect_time_ms
				or {times}_query_time_ms{transport!="udp"}) <= {slowTCP}
		)
	) >= {made})`, "{made}", t.made(), "{tests}", t.asked, "{ok}", t.ok, "{times}", t.times,
		"{slowUDP}", strconv.Itoa(slowUDP), "{slowTCP}", strconv.Itoa(slowTCP))
}

// zonesLately are the transports of addresses that were asked for a zone of late: there an identity is
// no test.
const zonesLately = `count by (cloud, server, address, family, transport) (
	last_over_time(dns_anycast_soa_result_code{{asked}, {own}}[10m]))`

// minutes are what is recorded of each minute: how many vantage points asked an address over a
// transport for a zone, or without one for its identity, how many of their tests failed, whether that
// makes it a minute down, by the month that it belongs to, and how many of an hour are. What is made in
// the same minute does not read what was recorded: vmalert stores that a moment later.
func minutes() []recording {
	asked := metrics(`count by ({judged}) ({zones}) or (
		count by ({judged}) ({names}) unless on (cloud, server, address, family, transport) {lately}
	)`, "{zones}", zoneTests.made(), "{names}", nameTests.made(), "{lately}", zonesLately)
	failed := metrics(`count by ({judged}) ({zones}) or (
		count by ({judged}) ({names}) unless on (cloud, server, address, family, transport) {lately}
	) or 0 * ({all})`, "{zones}", zoneTests.failed(), "{names}", nameTests.failed(),
		"{lately}", zonesLately, "{all}", asked)
	hour := metrics(`(({hour} >= {before}) or {before} or {hour})
		and count by ({judged}) (count_over_time({down}[20m]))`,
		"{hour}", downWithin("[1h]"), "{before}", downWithin("[1h] offset 10m"),
		"{down}", minutesRecorded)
	return []recording{
		{askedRecorded, asked},
		{failedRecorded, failed},
		{minutesRecorded, metrics(`(({failed}) * 100 >= bool on ({judged}) 51 * ({all}))
			* on () group_left (month) count_values("month", month(vector(time() - 30)))`,
			"{failed}", failed, "{all}", asked)},
		{hourRecorded, hour},
		{burnedRecorded, metrics(`max by ({address}) ({hour})`, "{hour}", hour)},
	}
}

// downWithin are the minutes of a time in which each transport of an address was down.
func downWithin(within string) string {
	return metrics(`sum by ({judged}) (sum_over_time({down}{within}))`,
		"{down}", minutesRecorded, "{within}", within)
}
