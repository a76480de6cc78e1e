package alerts

import (
	"fmt"
	"slices"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// before is what the evaluation before this one recorded. What the same one records is not read, since
// vmalert stores it a moment later.
func before(recorded string) string { return "last_over_time(" + recorded + "[59999ms] offset 30s)" }

// judgedTests are the tests of a minute that judge an address: those of an identity where nobody has
// asked for a zone in ten minutes.
var judgedTests = metrics(`({zones} or {names}
		unless on (cloud, server, address, family, transport)
		group by (cloud, server, address, family, transport) ({lately}))`,
	"{zones}", before(testRecorded+`{zone!=""}`), "{names}", before(testRecorded+`{zone=""}`),
	"{lately}", "last_over_time("+testRecorded+`{zone!=""}[10m] offset 30s)`)

// minutes are what is recorded of each minute: of a transport of an address, for a zone or without one
// by its identity, how many vantage points asked, how many of their tests failed, and how many took no
// longer than so many milliseconds; the same of the service of a zone; and how many tests each vantage
// point made. Where no test was in time there is a 0, of what was asked the minute before: that is
// known already, and adds nothing up.
func minutes() []recording {
	asked := metrics(`count by ({judged}) ({tests})`, "{tests}", judgedTests)
	return slices.Concat([]recording{
		{askedRecorded, asked},
		{failedRecorded, metrics(`count by ({judged}) ({tests} == 0) or 0 * {asked}`,
			"{tests}", judgedTests, "{asked}", asked)},
		{withinRecorded, forEach("le", query.Limits,
			metrics(`(count by ({judged}) ({tests} > 0 <= LIMIT) or 0 * {before})`,
				"{tests}", judgedTests, "{before}", before(askedRecorded)))},
	}, services(), []recording{
		{hostRecorded, metrics(`count by (host) ({tests})`, "{tests}", before(testRecorded))},
	})
}

// services are of a vantage point in a minute in which it asked two servers or more. A server is good
// when all of its addresses that were asked are ok.
func services() []recording {
	servers := metrics(`min by (host, zone, transport, server) ({tests})`,
		"{tests}", before(testRecorded+`{zone!=""}`))
	judge := metrics(`(count by (host, zone, transport) ({servers}) >= 2)`, "{servers}", servers)
	asked := metrics(`count by (zone, transport) ({judge})`, "{judge}", judge)
	return []recording{
		{serviceAskedRecorded, asked},
		{serviceFailedRecorded, metrics(`count by (zone, transport) (
			{judge} unless count by (host, zone, transport) ({servers} > 0) >= 2
		) or 0 * {asked}`, "{judge}", judge, "{servers}", servers, "{asked}", asked)},
	}
}

// down is what is recorded of a minute once it is known who asked, for each number of vantage points
// that may be wanted for it to count: whether it is one down; and of those that are, how many asked and
// how many of them failed, with the month that the minute belongs to.
func down() []recording {
	counts := func(asked string) string {
		return "(" + forEach("minimum", query.Minimums, before(asked)+" >= LIMIT") + ")"
	}
	is := func(failed, most, asked string) string {
		return fmt.Sprintf("(%s * 100 %s 51 * %s)", before(failed), most, before(asked))
	}
	downAsked := metrics(`({counts} and on ({judged}) {down})`,
		"{counts}", counts(askedRecorded), "{down}", is(failedRecorded, ">=", askedRecorded))
	return []recording{
		{minutesRecorded, metrics(`0 * {counts} + on ({judged}) group_left () {down}`,
			"{counts}", counts(askedRecorded), "{down}", is(failedRecorded, ">= bool", askedRecorded))},
		{downAskedRecorded, metrics(`{asked}
			* on () group_left (month) count_values("month", month(vector(time() - {age})))`,
			"{asked}", downAsked, "{age}", query.Number(query.DownAge.Seconds()))},
		{downFailedRecorded, metrics(`0 * {asked} + on ({judged}) group_left () {failed}`,
			"{asked}", downAsked, "{failed}", before(failedRecorded))},
		{serviceDownRecorded, metrics(`0 * {counts} + on (zone, transport) group_left () {down}`,
			"{counts}", counts(serviceAskedRecorded),
			"{down}", is(serviceFailedRecorded, ">= bool", serviceAskedRecorded))},
	}
}

// hours are, from what is recorded of minutes, how many of an hour each transport of an address was
// down, and each address over the worst of them.
func hours() []recording {
	hour := metrics(`(({hour} >= {before}) or {before} or {hour})
		and count by ({judged}) (count_over_time({down}{minimum="1"}[20m]))`,
		"{hour}", downWithin("[1h]"), "{before}", downWithin("[1h] offset 10m"),
		"{down}", minutesRecorded)
	return []recording{
		{hourRecorded, hour},
		{burnedRecorded, metrics(`max by ({address}) ({hour})`, "{hour}", hour)},
	}
}

// downWithin are the minutes of a time in which each transport of an address was down.
func downWithin(within string) string {
	return metrics(`sum by ({judged}) (sum_over_time({down}{minimum="1"}{within}))`,
		"{down}", minutesRecorded, "{within}", within)
}

// forEach is an expression for each LIMIT, which a label tells apart.
func forEach(label string, limits []int, expression string) string {
	var all []string
	for _, limit := range limits {
		all = append(all, fmt.Sprintf(`label_replace(%s, "%s", "%d", "", "")`,
			strings.ReplaceAll(expression, "LIMIT", fmt.Sprint(limit)), label, limit))
	}
	return strings.Join(all, " or ")
}
