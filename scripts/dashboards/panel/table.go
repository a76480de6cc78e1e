package panel

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Table is a table of columns.
func Table(q Question, columns ...Column) *table.PanelBuilder {
	b := ask(table.NewPanelBuilder(), q).CellOptions(field.PlainCell())
	return arranged(b, q, columns)
}

// arranged joins the answers to one table of these columns, from left to right.
func arranged[B builder[B]](b B, q Question, columns []Column) B {
	for _, t := range q.transformations() {
		b = b.WithTransformation(t)
	}
	hidden := slices.Clone(q.hidden())
	if q.language() == query.PromQL {
		columns = q.ofMetrics(columns)
	}
	for _, of := range q.WorstFirst {
		hidden = append(hidden, apart(of))
		if !slices.ContainsFunc(columns, func(c Column) bool { return c.of == of }) {
			hidden = append(hidden, of)
		}
	}
	b = b.WithTransformation(organize(hidden, columns))
	return overridden(b, columns)
}

// hidden are the columns that are left out of one table of all answers.
func (q Question) hidden() []string {
	switch {
	case q.language() == query.PromQL && q.isOverTime():
		return query.MayBeMissing
	case q.language() == query.PromQL: // the time is the moment that is asked for
		return append([]string{"Time"}, query.MayBeMissing...)
	case len(q.Queries) == 1:
		return q.Queries[0].Hidden
	}
	return nil
}

// ofMetrics are the columns as a store of metrics calls them.
func (q Question) ofMetrics(columns []Column) (all []Column) {
	for _, c := range columns {
		switch {
		case slices.Contains(query.MayBeMissing, c.of):
			c.of = query.Shown(c.of)
		case c.of == "Time" && !q.isOverTime():
			c.of = query.Moment
		}
		all = append(all, c)
	}
	return all
}

// transformations make one table of the answers, with all rows and columns that it needs. In PromQL
// rows are grouped by what asks for them.
func (q Question) transformations() []transformation {
	all := q.joined()
	if q.OnlyWith != "" {
		all = append(all, onlyWith(q.OnlyWith))
	}
	if len(q.GroupBy.Tags) > 0 && q.language() == query.InfluxQL {
		all = append(all, q.GroupBy.transformation())
	}
	if q.Share.Of != "" {
		all = append(all, q.Share.transformation())
	}
	for _, column := range slices.Backward(q.WorstFirst) { // what is sorted last tells first
		all = append(all, worstFirst(column)...)
	}
	return all
}

// joined makes one table of the answers to several queries: rows that agree in all that they share
// become one. What they do not share is hidden before.
func (q Question) joined() (all []transformation) {
	merged := transformation{Id: "merge", Options: struct{}{}}
	if q.language() == query.PromQL {
		return []transformation{columnsOfLabels(), merged}
	}
	if len(q.Queries) < 2 {
		return nil
	}
	for i, one := range q.Queries {
		if len(one.Hidden) > 0 {
			t := organize(one.Hidden, nil)
			t.Filter = ofQuery(i)
			all = append(all, t)
		}
	}
	return append(all, merged)
}

// Sorting is the order of a table's rows as it opens.
type Sorting = []cog.Builder[common.TableSortByFieldState]

// Ascending puts the lowest of a column first.
func Ascending(title string) Sorting { return sortedBy(title, false) }

// Descending puts the highest of a column first.
func Descending(title string) Sorting { return sortedBy(title, true) }

// AscendingAll puts the lowest of the first column first; where rows agree in it, the next decides.
func AscendingAll(titles ...string) (all Sorting) {
	for _, title := range titles {
		all = append(all, Ascending(title)...)
	}
	return all
}

func sortedBy(title string, desc bool) Sorting {
	return Sorting{common.NewTableSortByFieldStateBuilder().DisplayName(title).Desc(desc)}
}
