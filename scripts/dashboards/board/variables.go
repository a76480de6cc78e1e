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
		among: query.Filter{"host"},
	},
	{
		tag: "server", label: "Server",
		text:        "As written in plugin.conf.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.Filter{"host", "cloud"},
	},
	{
		tag: "address", label: "Address",
		text:        "Of the cloud: whom probes ask.",
		measurement: "dns_anycast_catchment",
		among:       query.Filter{"cloud"},
	},
	{
		tag: "family", label: "Family",
		text:        "A name without an address has none: its queries show only with All.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.Filter{"cloud"},
	},
	{
		tag: "transport", label: "Transport",
		text:        "UDP, TCP or both.",
		measurement: "dns_anycast", kept: "dns_anycast_minute",
		among: query.Filter{"cloud"},
	},
	{
		tag: "zone", label: "Zone",
		text: "Of the queries for zones, and of these alone. " +
			"Empty where no cloud names a zone.",
		measurement: "dns_anycast_soa", kept: "dns_anycast_minute",
		among: query.Filter{"host", "cloud"},
	},
	{
		tag: "measurement_id", label: "Measurement",
		text:        "RIPE Atlas' number: two may ask one address, for its name and for a zone.",
		measurement: "dns_anycast_catchment",
		among:       query.Filter{"cloud", "address"},
	},
}

// Everywhere are the variables that all dashboards have.
var Everywhere = query.Filter{"host", "cloud", "server", "family", "transport"}

// WithZone is Everywhere, and the variable that dashboards of zones have besides.
var WithZone = append(slices.Clone(Everywhere), "zone")

type variable = cog.Builder[dashboard.VariableModel]

// variables are those of the filter, between those that all panels need.
func (b Board) variables() []variable {
	all := []variable{dataSource()}
	offered := choices
	if b.Catchments {
		offered = ofCatchments(choices)
	}
	for _, c := range offered {
		if slices.Contains(b.Filter, c.tag) {
			all = append(all, c.variable(b.Month))
		}
	}
	switch {
	case b.Month:
		return append(all, minimum())
	case b.Catchments:
		return append(all, window())
	}
	return append(all, round())
}

// dataSource is the InfluxDB that all panels ask.
func dataSource() variable {
	return dashboard.NewDatasourceVariableBuilder("datasource").
		Label("Data source").
		Description("The InfluxDB that Telegraf writes to.").
		Type("influxdb").
		Current(chosen("")).
		Regex("")
}

func (c choice) variable(month bool) variable {
	of := `"` + c.measurement + `"`
	if month {
		of = `"slo"."` + c.kept + `"`
	}
	values := c.among.TagValues(of, c.tag)
	all := dashboard.VariableOption{
		Selected: new(true),
		Text:     dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
		Value:    dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
	}
	return dashboard.NewQueryVariableBuilder(c.tag).
		Label(c.label).
		Description(c.text).
		Query(dashboard.StringOrMap{String: &values}).
		Datasource(query.InfluxDB()).
		Multi(true).IncludeAll(true).AllValue(".*").Current(all).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc)
}

// usualRound is that of the telegraf.conf that comes with this, in seconds: where no vantage point
// says how long its rounds are, as those of 0.1.0 do not.
const usualRound = 10

// round is the time between two rounds in whole seconds, of most vantage points: half of them have
// one that is as short. No reader chooses it. It is empty where no point tells of the plugin, and
// where rounds are shorter than half a second: then nothing keeps intervals from being shorter.
func round() variable {
	text := query.Filter{"host"}.Fill(fmt.Sprintf(`SELECT last("round") + 0.5 FROM (
		SELECT percentile("interval_s", 50) AS "round" FROM (
			SELECT last("interval_s") AS "interval_s" FROM "dns_anycast_internal"
			WHERE {chosen} AND {range} GROUP BY "host", "config"
		)
	), (
		SELECT count("targets") * 0 + %d AS "round" FROM "dns_anycast_internal"
		WHERE {chosen} AND {range}
	)`, usualRound))
	return every("A round every", "The newest interval_s of the vantage points: silence shows as a gap.",
		text)
}

// every is the variable round, of a time between two points in seconds, which nobody chooses.
func every(label, description, text string) variable {
	return unlinked{dashboard.NewQueryVariableBuilder("round").
		Label(label).
		Description(description).
		Query(dashboard.StringOrMap{String: &text}).
		Datasource(query.InfluxDB()).
		Regex(`/^([1-9]\d*)/`).
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
