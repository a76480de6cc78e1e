package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

type variable = cog.Builder[dashboard.VariableModel]

// dataSource is the InfluxDB that all panels ask.
func dataSource() variable {
	return dashboard.NewDatasourceVariableBuilder("datasource").
		Label("Data source").
		Description("The InfluxDB that Telegraf writes to.").
		Type("influxdb").
		Current(chosen("")).
		Regex("")
}

// byTag is a choice among the values of the tag of its name, of several or all, that points of the
// measurement have in the time range, as exactly as InfluxDB's shards part it, and that the
// variables of the filter leave.
func byTag(name, label, text, measurement string, f filter) variable {
	query := fmt.Sprintf(`SHOW TAG VALUES FROM "%s" WITH KEY = "%s" WHERE `, measurement, name)
	if len(f) > 0 {
		query = f.fill(query + "{chosen} AND ")
	}
	query += " $timeFilter"
	query = fold(query)
	all := dashboard.VariableOption{
		Selected: new(true),
		Text:     dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
		Value:    dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
	}
	return dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Description(text).
		Query(dashboard.StringOrMap{String: &query}).
		Datasource(influxDB()).
		Multi(true).IncludeAll(true).AllValue(".*").Current(all).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc)
}

func vantagePoint() variable {
	return byTag("host", "Vantage point", "The tag host of Telegraf: the machine that asks.",
		"dns_anycast", nil)
}

func cloud() variable {
	return byTag("cloud", "Cloud", "The anycast service.", "dns_anycast", filter{"host"})
}

func server() variable {
	return byTag("server", "Server", "As written in plugin.conf.",
		"dns_anycast", filter{"host", "cloud"})
}

func family() variable {
	return byTag("family", "Family",
		"A name without an address has none: its queries show only with All.",
		"dns_anycast", filter{"cloud"})
}

func transport() variable {
	return byTag("transport", "Transport", "UDP, TCP or both.", "dns_anycast", filter{"cloud"})
}

func zone() variable {
	return byTag("zone", "Zone",
		"Of the queries for zones, and of these alone. Empty where no cloud names a zone.",
		"dns_anycast_soa", filter{"host", "cloud"})
}

// usualRound is that of the telegraf.conf that comes with this, in seconds: where no vantage point
// says how long its rounds are, as those of 0.1.0 do not.
const usualRound = 10

// round is the time between two rounds in whole seconds, of most vantage points: half of them have
// one that is as short. Nobody chooses it. It is empty where no point tells of the plugin, and
// where rounds are shorter than half a second: then nothing keeps intervals from being shorter.
func round() variable {
	query := filter{"host"}.fill(fmt.Sprintf(`SELECT last("round") + 0.5 FROM (
		SELECT percentile("interval_s", 50) AS "round" FROM (
			SELECT last("interval_s") AS "interval_s" FROM "dns_anycast_internal"
			WHERE {chosen} AND {range} GROUP BY "host", "config"
		)
	), (
		SELECT count("targets") * 0 + %d AS "round" FROM "dns_anycast_internal"
		WHERE {chosen} AND {range}
	)`, usualRound))
	return unlinked{dashboard.NewQueryVariableBuilder("round").
		Label("A round every").
		Description("The newest interval_s of the vantage points: silence shows as a gap.").
		Query(dashboard.StringOrMap{String: &query}).
		Datasource(influxDB()).
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
