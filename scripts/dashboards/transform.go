package main

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

type transformation = dashboard.DataTransformerConfig

// joined makes one table of the answers to several queries: rows that agree in all that they share
// become one. What they do not share is hidden before.
func (q question) joined() (all []transformation) {
	if len(q.queries) < 2 {
		return nil
	}
	for i, query := range q.queries {
		if len(query.hidden) == 0 {
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
func organize(hidden []string, columns []column) transformation {
	exclude, index, rename := map[string]bool{}, map[string]int{}, map[string]string{}
	for _, column := range hidden {
		exclude[column] = true
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

// computed are the columns that are made of those of the answers.
func (q question) computed() (all []transformation) {
	if len(q.sums) > 0 {
		all = append(all, sums(q.sums))
	}
	if q.share[0] != "" {
		all = append(all, transformation{Id: "calculateField", Options: map[string]any{
			"mode": "binary", "alias": "share", "timeSeries": false,
			"binary": map[string]string{
				"left": q.share[0], "operator": "/", "right": q.share[1],
			},
		}})
	}
	for _, column := range slices.Backward(q.worst) { // what is sorted last tells first
		all = append(all, worstFirst(column)...)
	}
	return all
}

// sums makes one row of all that agree in the columns for which there is no calculation.
func sums(calculations map[string]string) transformation {
	fields := map[string]operation{}
	for column, calculation := range calculations {
		if calculation == "" {
			fields[column] = operation{"groupby", []string{}}
		} else {
			fields[column] = operation{"aggregate", []string{calculation}}
		}
	}
	return transformation{Id: "groupBy", Options: map[string]any{"fields": fields}}
}

// apart is how far a column is from 0, by which rows are sorted.
func apart(column string) string { return "apart " + column }

// worstFirst sorts rows by a column that should be 0: the highest first, and unknown before 0.
func worstFirst(column string) []transformation {
	return []transformation{
		{Id: "calculateField", Options: map[string]any{
			"mode": "unary", "alias": apart(column),
			"unary": map[string]string{"operator": "abs", "fieldName": column},
		}},
		{Id: "sortBy", Options: map[string]any{
			"sort": []map[string]any{{"field": apart(column), "desc": true}},
		}},
	}
}

// operation is what groupBy does with a column.
type operation struct {
	Operation    string   `json:"operation"`
	Aggregations []string `json:"aggregations"`
}
