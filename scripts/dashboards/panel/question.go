// Package panel builds Grafana's panels: each asks a Question and shows the answer in one way.
//
// Reading order: question.go (what a panel asks), column.go (how a field of the answer differs),
// transform.go (what Grafana makes of answers before it shows them); then the ways to show:
// graph.go, timeline.go, heatmap.go, table.go, scatter.go, map.go, alertlist.go, text.go.
package panel

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Panel is one of any kind.
type Panel = cog.Builder[dashboard.Panel]

// Question is what a panel of any kind asks.
type Question struct {
	ID      uint32 // the same for ever: links and alert rules name it; unique on its dashboard
	Title   string
	Text    string // what is seen, and what to make of it; wrapped in the source
	NoValue string // stands where there is no answer
	Unit    string // one of Grafana's
	Queries []query.Query

	// MinInterval is the shortest that something can be said of, as 5m; empty: a round.
	MinInterval string
	GroupBy     GroupBy  // makes one row of several
	Share       Ratio    // makes the column share
	WorstFirst  []string // sorts by these columns of now: high first, then unknown, then 0
	OnlyWith    string   // drops rows that have no value in this column of the answers
	Series      []Column // how some series differ from the others
}

// builder is what a panel of any kind has; the SDK's share no interface.
type builder[B any] interface {
	Id(id uint32) B
	Title(title string) B
	Description(description string) B
	Datasource(datasource common.DataSourceRef) B
	Interval(interval string) B
	Targets(targets []cog.Builder[variants.Dataquery]) B
	Unit(unit string) B
	NoValue(noValue string) B
	WithOverride(matcher dashboard.MatcherConfig, properties []dashboard.DynamicConfigValue) B
	WithTransformation(transformation dashboard.DataTransformerConfig) B
}

// ask begins a panel. Its intervals, where it has any, are never shorter than a round, so that
// silence is a gap.
func ask[B builder[B]](b B, q Question) B {
	var targets []cog.Builder[variants.Dataquery]
	for i, one := range q.Queries {
		one.RefID = refID(i)
		targets = append(targets, one.Every(q.interval()))
	}
	b = b.Id(q.ID).Title(q.Title).Description(query.Unwrapped(q.Text)).
		NoValue(q.NoValue).Unit(q.Unit).
		Datasource(q.language().Source()).Targets(targets)
	if q.isOverTime() {
		b = b.Interval(q.interval())
	}
	return overridden(b, q.Series)
}

// language is what all queries of the panel are asked in.
func (q Question) language() query.Language {
	if len(q.Queries) == 0 {
		return query.InfluxQL
	}
	return q.Queries[0].Language()
}

// isOverTime is whether any query asks for a value of each interval.
func (q Question) isOverTime() bool { return slices.ContainsFunc(q.Queries, query.Query.IsOverTime) }

// interval is the shortest that is asked for.
func (q Question) interval() string {
	if q.MinInterval != "" {
		return q.MinInterval
	}
	return "${round}"
}

// overridden gives fields the options that the panel's others do not have.
func overridden[B builder[B]](b B, fields []Column) B {
	for _, f := range fields {
		if len(f.options) > 0 {
			b = b.WithOverride(field.Called(f.title), field.Properties(f.options))
		}
	}
	return b
}

// refID is what Grafana calls the query at i: A to Z, then AA and so on.
func refID(i int) string {
	letter := string(rune('A' + i%26))
	if i < 26 {
		return letter
	}
	return refID(i/26-1) + letter
}

// ofQuery is the answer to the query at i.
func ofQuery(i int) *dashboard.MatcherConfig {
	return &dashboard.MatcherConfig{Id: "byRefId", Options: refID(i)}
}

// finished is a panel with what its builder cannot say put in afterwards.
type finished struct {
	Panel
	finish func(*dashboard.Panel)
}

func (f finished) Build() (dashboard.Panel, error) {
	p, err := f.Panel.Build()
	if err == nil {
		f.finish(&p)
	}
	return p, err
}
