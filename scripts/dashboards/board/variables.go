package board

import (
	"fmt"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// choice is a variable by which a reader chooses among the values of a tag, several or all.
type choice struct {
	tag         string // and the variable's name
	label       string // and what tables call the column of it
	text        string
	measurement string       // whose points of the time range have the values
	kept        string       // and the one of a month
	among       query.Filter // the variables that leave fewer values
}

// choices are in the order in which they are offered.
var choices = []choice{
	{
		tag: "host", label: "Vantage point",
		text:        "The tag host of Telegraf: the machine that asks.",
		measurement: "dns_anycast", kept: "dns_anycast_vantage",
	},
	{
		tag: "cloud", label: "Cloud",
		text:        "The anycast service.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.By("host"),
	},
	{
		tag: "server", label: "Server",
		text:        "As written in plugin.conf.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.By("host", "cloud"),
	},
	{
		tag: "address", label: "Address",
		text:        "Of the cloud: whom probes ask.",
		measurement: "dns_anycast_catchment",
		among:       query.By("cloud"),
	},
	{
		tag: "family", label: "Family",
		text:        "A name without an address has none: its queries show only with All.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.By("cloud"),
	},
	{
		tag: "transport", label: "Transport",
		text:        "UDP, TCP or both.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.By("cloud"),
	},
	{
		tag: "zone", label: "Zone",
		text: "Of the queries for zones, and of these alone. " +
			"Empty where no cloud names a zone.",
		measurement: "dns_anycast_soa", kept: "dns_anycast_minute",
		among: query.By("host", "cloud"),
	},
	{
		tag: "measurement_id", label: "Measurement",
		text:        "RIPE Atlas' number: two may ask one address, for its name and for a zone.",
		measurement: "dns_anycast_catchment",
		among:       query.By("cloud", "address"),
	},
}

// Everywhere are the variables that all dashboards have.
var Everywhere = query.By("host", "cloud", "server", "family", "transport")

// WithZone is Everywhere, and the variable that dashboards of zones have besides.
var WithZone = query.By(append(slices.Clone(Everywhere.Names), "zone")...)

type variable = cog.Builder[dashboard.VariableModel]

// variables are those of the filter, between those that all panels need.
func (b Board) variables() []variable {
	all := []variable{dataSource(b.language())}
	offered := choices
	if b.Catchments {
		offered = ofCatchments(choices)
	}
	for _, c := range offered {
		if b.Filter.Has(c.tag) {
			all = append(all, c.variable(b.Month, b.language()))
		}
	}
	switch {
	case b.Month:
		return append(all, minimum())
	case b.Catchments:
		return append(all, window())
	}
	return append(all, round(b.language()))
}

// dataSource is the store that all panels ask.
func dataSource(language query.Language) variable {
	text := "The InfluxDB that Telegraf writes to."
	if language == query.PromQL {
		text = "The VictoriaMetrics or Prometheus that Telegraf writes to."
	}
	return dashboard.NewDatasourceVariableBuilder("datasource").
		Label("Data source").
		Description(text).
		Type(language.Kind()).
		Current(chosen("")).
		Regex("")
}

func (c choice) variable(month bool, language query.Language) variable {
	values := c.values(month, language)
	all := dashboard.VariableOption{
		Selected: new(true),
		Text:     dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
		Value:    dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
	}
	return dashboard.NewQueryVariableBuilder(c.tag).
		Label(c.label).
		Description(c.text).
		Query(dashboard.StringOrMap{String: &values}).
		Datasource(language.Source()).
		Multi(true).IncludeAll(true).AllValue(".*").Current(all).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc)
}

// values asks for those that a reader may choose.
func (c choice) values(month bool, language query.Language) string {
	of := c.measurement
	switch {
	case language == query.PromQL && month:
		return c.among.LabelValues(recordedOf[c.kept], c.tag)
	case language == query.PromQL:
		return c.among.LabelValues(of+"_result_code", c.tag)
	case month:
		return c.among.TagValues(`"slo"."`+c.kept+`"`, c.tag)
	}
	return c.among.TagValues(`"`+of+`"`, c.tag)
}

// recordedOf are what is recorded in place of what is kept of a month.
var recordedOf = map[string]string{
	"dns_anycast_vantage": "dns_anycast:host_tests",
	"dns_anycast_minute":  "dns_anycast:minute_asked",
}

// usualRound is that of the telegraf.conf that comes with this, in seconds: where no vantage point
// says how long its rounds are, as those of 0.1.0 do not.
const usualRound = 10

// round is the time between two rounds in whole seconds, of most vantage points: half of them have
// one that is as short. No reader chooses it. It is empty where no point tells of the plugin, and
// where rounds are shorter than half a second: then nothing keeps intervals from being shorter.
func round(language query.Language) variable {
	const label, about = "A round every",
		"The newest interval_s of the vantage points: silence shows as a gap."
	if language == query.PromQL {
		return every(language, label, about, query.By("host").QueryResult(fmt.Sprintf(
			`quantile(0.5, last_over_time(dns_anycast_internal_interval_s{{chosen}}{range})) + 0.5
			or 0 * count(last_over_time(dns_anycast_internal_targets{{chosen}}{range})) + %d`,
			usualRound)))
	}
	text := query.By("host").Fill(fmt.Sprintf(`SELECT last("round") + 0.5 FROM (
		SELECT percentile("interval_s", 50) AS "round" FROM (
			SELECT last("interval_s") AS "interval_s" FROM "dns_anycast_internal"
			WHERE {chosen} AND {range} GROUP BY "host", "config"
		)
	), (
		SELECT count("targets") * 0 + %d AS "round" FROM "dns_anycast_internal"
		WHERE {chosen} AND {range}
	)`, usualRound))
	return every(language, label, about, text)
}

// every is the variable round, of a time between two points in seconds, which nobody chooses.
func every(language query.Language, label, description, text string) variable {
	seconds := `/^([1-9]\d*)/`
	if language == query.PromQL {
		seconds = `/^\{\} ([1-9]\d*)/` // no labels, the value, the time
	}
	return unlinked{dashboard.NewQueryVariableBuilder("round").
		Label(label).
		Description(description).
		Query(dashboard.StringOrMap{String: &text}).
		Datasource(language.Source()).
		Regex(seconds).
		Hide(dashboard.VariableHideHideVariable).
		Current(chosen("")).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged)}
}

// unlinked is a variable that no link carries.
type unlinked struct{ variable }

func (u unlinked) Build() (dashboard.VariableModel, error) {
	v, err := u.variable.Build()
	v.SkipUrlSync = new(true)
	return v, err
}

// chosen is the one value that a variable begins with.
func chosen(value string) dashboard.VariableOption {
	one := dashboard.StringOrArrayOfString{String: &value}
	return dashboard.VariableOption{Selected: new(value != ""), Text: one, Value: one}
}
