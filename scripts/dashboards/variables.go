package main

import (
	"fmt"
	"strings"

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
// measurement have and that the variables of the filter leave.
func byTag(name, label, text, measurement string, f filter) variable {
	query := fmt.Sprintf(`SHOW TAG VALUES FROM "%s" WITH KEY = "%s"`, measurement, name)
	if len(f) > 0 {
		query = f.fill(query + " WHERE {chosen}")
	}
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

// round is the interval of Telegraf.
func round() variable {
	lengths, usual := []string{"5s", "10s", "15s", "30s", "1m", "2m", "5m"}, "10s"
	var options []dashboard.VariableOption
	for _, length := range lengths {
		option := chosen(length)
		option.Selected = new(length == usual)
		options = append(options, option)
	}
	return dashboard.NewCustomVariableBuilder("round").
		Label("A round every").
		Description(fold(`The interval of Telegraf, so that silence shows as a gap: shorter than it,
			and gaps appear between answers; longer, and short outages vanish.`)).
		Values(dashboard.StringOrMap{String: new(strings.Join(lengths, ","))}).
		Options(options).
		Current(chosen(usual))
}

// chosen is the one value that a variable begins with.
func chosen(value string) dashboard.VariableOption {
	one := dashboard.StringOrArrayOfString{String: &value}
	return dashboard.VariableOption{Selected: new(value != ""), Text: one, Value: one}
}
