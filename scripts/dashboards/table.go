package main

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// asTable is a table of columns.
func asTable(q question, columns ...column) *table.PanelBuilder {
	b := ask(table.NewPanelBuilder(), q).CellOptions(plainCell())
	return arrange(b, q, columns)
}

// column is one of a table.
type column struct {
	of    string // what the answer calls it
	title string
	looks []look
}

// look is how a column differs from the others of its panel.
type look = dashboard.DynamicConfigValue

func col(of, title string, looks ...look) column { return column{of, title, looks} }

// arrange joins the answers to one table of these columns, from left to right.
func arrange[B asker[B]](b B, q question, columns []column) B {
	for _, t := range append(q.joined(), q.computed()...) {
		b = b.WithTransformation(t)
	}
	var hidden []string
	if len(q.queries) == 1 {
		hidden = q.queries[0].hidden
	}
	for _, of := range q.worst {
		hidden = append(hidden, apart(of))
		if !slices.ContainsFunc(columns, func(c column) bool { return c.of == of }) {
			hidden = append(hidden, of)
		}
	}
	b = b.WithTransformation(organize(hidden, columns))
	return looked(b, columns)
}

// looked gives the columns of a panel their looks.
func looked[B asker[B]](b B, columns []column) B {
	for _, c := range columns {
		if len(c.looks) > 0 {
			b = b.WithOverride(dashboard.MatcherConfig{Id: "byName", Options: c.title}, c.looks)
		}
	}
	return b
}

func unit(of string) look        { return look{Id: "unit", Value: of} }
func noValue(text string) look   { return look{Id: "noValue", Value: text} }
func decimals(n int) look        { return look{Id: "decimals", Value: n} }
func minWidth(pixels int) look   { return look{Id: "custom.minWidth", Value: pixels} }
func axisLabel(text string) look { return look{Id: "custom.axisLabel", Value: text} }

// words are the look of a column of names in a table of numbers.
func words() look { return unit("string") }

// dash is that of a name that may be missing.
func dash() look { return noValue("-") }

// localTime is a date with its time of day, where the browser is.
const localTime = "dateTimeAsLocal"

// moment is the look of one in a table of words, as wide as it needs.
func moment() []look { return []look{unit(localTime), minWidth(150)} }

func plainCell() common.TableCellOptions {
	return common.TableCellOptions{TableAutoCellOptions: common.NewTableAutoCellOptions()}
}

// filledCell has its colour behind the text.
func filledCell() common.TableCellOptions {
	fill := common.NewTableColoredBackgroundCellOptions()
	basic := common.TableCellBackgroundDisplayModeBasic
	fill.Mode = &basic
	return common.TableCellOptions{TableColoredBackgroundCellOptions: fill}
}

// colouredText has its colour in the text.
func colouredText() common.TableCellOptions {
	return common.TableCellOptions{TableColorTextCellOptions: common.NewTableColorTextCellOptions()}
}

func cell(options common.TableCellOptions) look {
	return look{Id: "custom.cellOptions", Value: options}
}

type sorting = []cog.Builder[common.TableSortByFieldState]

func ascending(title string) sorting  { return sorting{sortedBy(title, false)} }
func descending(title string) sorting { return sorting{sortedBy(title, true)} }

func sortedBy(title string, desc bool) cog.Builder[common.TableSortByFieldState] {
	return common.NewTableSortByFieldStateBuilder().DisplayName(title).Desc(desc)
}
