package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

type transformation = dashboard.DataTransformerConfig

// joined makes one table of the answers to several queries: rows that agree in all that they share
// become one. What they do not share is hidden before.
func (q question) joined() (all []transformation) {
	if len(q.queries) < 2 {
		return nil
	}
	for i, query := range q.queries {
		if query.hidden == "" {
			continue
		}
		t := organize(query.hidden, nil)
		t.Filter = &dashboard.MatcherConfig{Id: "byRefId", Options: refID(i)}
		all = append(all, t)
	}
	all = append(all, transformation{Id: "merge", Options: struct{}{}})
	if len(q.each) > 0 {
		all = append(all, spans(q.each))
	}
	return all
}

// organize is Grafana's way to choose, to order and to name columns.
func organize(hidden string, columns []column) transformation {
	exclude, index, rename := map[string]bool{}, map[string]int{}, map[string]string{}
	if hidden != "" {
		exclude[hidden] = true
	}
	for i, c := range columns {
		index[c.of] = i
		if c.title != c.of {
			rename[c.of] = c.title
		}
	}
	return transformation{Id: "organize", Options: map[string]any{
		"excludeByName": exclude, "indexByName": index, "renameByName": rename,
	}}
}

// What spans calls the first and the last time.
const (
	firstTime = "Time (min)"
	lastTime  = "Time (max)"
)

// spans makes one row of all that agree in the tags: its first and its last time.
func spans(tags []string) transformation {
	type operation struct {
		Operation    string   `json:"operation"`
		Aggregations []string `json:"aggregations"`
	}
	fields := map[string]operation{"Time": {"aggregate", []string{"min", "max"}}}
	for _, tag := range tags {
		fields[tag] = operation{"groupby", []string{}}
	}
	return transformation{Id: "groupBy", Options: map[string]any{"fields": fields}}
}

// onceNamed shortens the name of a line of a server that is written as its address.
func onceNamed() transformation {
	return transformation{Id: "renameByRegex", Options: map[string]string{
		"regex": `^(\S+) +(?:\1 )?(.*)$`, "renamePattern": "$1 $2",
	}}
}
