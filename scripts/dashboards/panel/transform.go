package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// A transformation is what Grafana makes of answers in the browser. The options of each kind are
// unknown to the SDK: their types here are Grafana's, as far as they are used.
type transformation = dashboard.DataTransformerConfig

// organize is Grafana's way to choose, to order and to name columns.
func organize(hidden []string, columns []Column) transformation {
	options := struct {
		Exclude map[string]bool   `json:"excludeByName"`
		Index   map[string]int    `json:"indexByName"` // from left to right
		Rename  map[string]string `json:"renameByName"`
	}{map[string]bool{}, map[string]int{}, map[string]string{}}
	for _, column := range hidden {
		options.Exclude[column] = true
	}
	for i, c := range columns {
		options.Index[c.of] = i
		if c.title != c.of {
			options.Rename[c.of] = c.title
		}
	}
	return transformation{Id: "organize", Options: options}
}

// GroupBy makes one row of all that agree in the tags. It names a column after its calculation:
// "changes (count)".
type GroupBy struct {
	Tags         []string
	Calculations map[string][]string // as Grafana calls them, of the columns besides
}

// Spans makes one row of all that agree in the tags: its first and its last time.
func Spans(tags ...string) GroupBy {
	return GroupBy{Tags: tags, Calculations: map[string][]string{"Time": {"min", "max"}}}
}

// The columns of the first and the last time.
const (
	FirstTime = "Time (min)"
	LastTime  = "Time (max)"
)

func (g GroupBy) transformation() transformation {
	type operation struct {
		Operation    string   `json:"operation"`
		Aggregations []string `json:"aggregations"`
	}
	fields := map[string]operation{}
	for _, tag := range g.Tags {
		fields[tag] = operation{"groupby", []string{}}
	}
	for column, calculations := range g.Calculations {
		fields[column] = operation{"aggregate", calculations}
	}
	return transformation{Id: "groupBy", Options: struct {
		Fields map[string]operation `json:"fields"`
	}{fields}}
}

// Ratio is one column divided by another, under the name share.
type Ratio struct{ Of, By string }

func (r Ratio) transformation() transformation {
	type binary struct {
		Left     string `json:"left"`
		Operator string `json:"operator"`
		Right    string `json:"right"`
	}
	return transformation{Id: "calculateField", Options: struct {
		Alias      string `json:"alias"`
		Binary     binary `json:"binary"`
		Mode       string `json:"mode"`
		TimeSeries bool   `json:"timeSeries"`
	}{"share", binary{r.Of, "/", r.By}, "binary", false}}
}

// apart is the column of how far a column is from 0, by which rows are sorted.
func apart(column string) string { return "apart " + column }

// worstFirst sorts rows by a column that should be 0: the highest first, and unknown before 0.
func worstFirst(column string) []transformation {
	type unary struct {
		Field    string `json:"fieldName"`
		Operator string `json:"operator"`
	}
	type order struct {
		Descending bool   `json:"desc"`
		Field      string `json:"field"`
	}
	return []transformation{
		{Id: "calculateField", Options: struct {
			Alias string `json:"alias"`
			Mode  string `json:"mode"`
			Unary unary  `json:"unary"`
		}{apart(column), "unary", unary{column, "abs"}}},
		{Id: "sortBy", Options: struct {
			Sort []order `json:"sort"`
		}{[]order{{true, apart(column)}}}},
	}
}

// columnsOfLabels makes a table of each series: a column of each label, and one of its values, which is
// called as the label column says.
func columnsOfLabels() transformation {
	return transformation{Id: "labelsToFields", Options: struct {
		Mode  string `json:"mode"`
		Value string `json:"valueLabel"`
	}{"columns", query.ValueLabel}}
}

// numbersOf makes numbers of the texts in columns.
func numbersOf(columns ...string) transformation {
	type conversion struct {
		Column string `json:"targetField"`
		Type   string `json:"destinationType"`
	}
	options := struct {
		Fields      struct{}     `json:"fields"`
		Conversions []conversion `json:"conversions"`
	}{}
	for _, c := range columns {
		options.Conversions = append(options.Conversions, conversion{c, "number"})
	}
	return transformation{Id: "convertFieldType", Options: options}
}

// onceNamed shortens the name of a series of a server that is written as its address.
func onceNamed() transformation {
	return transformation{Id: "renameByRegex", Options: struct {
		Regex   string `json:"regex"`
		Pattern string `json:"renamePattern"`
	}{`^(\S+) +(?:\1 )?(.*)$`, "$1 $2"}}
}

// onlyWith drops the rows that have no value in a column.
func onlyWith(column string) transformation {
	type matcher struct {
		ID      string   `json:"id"`
		Options struct{} `json:"options"`
	}
	type filter struct {
		Field  string  `json:"fieldName"`
		Config matcher `json:"config"`
	}
	return transformation{Id: "filterByValue", Options: struct {
		Filters []filter `json:"filters"`
		Type    string   `json:"type"`
		Match   string   `json:"match"`
	}{[]filter{{column, matcher{ID: "isNull"}}}, "exclude", "any"}}
}
