package grafana

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// Answers holds what InfluxDB answered to each query of a panel, by the query's letter.
type Answers map[string][]stacktest.Series

// Columns returns the columns that the panel shows: those of its queries as Grafana's table format names them, through
// its transformations. It refuses an option that names a column which is not there.
func (p *Panel) Columns(a Answers) ([]string, error) {
	frames, merged, forgets := map[string][]string{}, false, false
	for _, q := range p.Targets {
		frames[q.RefID] = tableColumns(a[q.RefID])
	}
	for _, tr := range p.Transformations {
		if err := tr.apply(frames); err != nil {
			return nil, fmt.Errorf("%s: %w", tr.ID, err)
		}
		if merged = merged || tr.ID == "merge"; merged && tr.Filter.ID != "" {
			return nil, fmt.Errorf("%s: merged frames have another name", tr.ID)
		}
		if forgets = forgets || tr.Filter.ID != "" && len(tr.Options.RenameByName) > 0; forgets && merged {
			return nil, errors.New("merge forgets the names given before it")
		}
	}
	if len(frames) != 1 && p.Type != "geomap" { // which has a layer for each
		return nil, fmt.Errorf("a table shows one frame, not %d", len(frames))
	}
	var all []string
	for _, columns := range frames {
		all = append(all, columns...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// tableColumns names the columns of Grafana's table format: the time, the tags, the values.
func tableColumns(answer []stacktest.Series) []string {
	if len(answer) == 0 {
		return nil
	}
	columns := []string{"Time"}
	columns = append(columns, slices.Sorted(maps.Keys(answer[0].Tags))...)
	return append(columns, answer[0].Columns[1:]...)
}

func (tr Transformation) apply(frames map[string][]string) error {
	if tr.ID == "merge" {
		merge(frames)
		return nil
	}
	for ref, columns := range frames {
		if tr.Filter.ID != "" && (tr.Filter.ID != "byRefId" || tr.Filter.Options != ref) {
			continue
		}
		var err error
		switch tr.ID {
		case "organize":
			frames[ref], err = tr.organize(columns)
		case "groupBy":
			frames[ref], err = tr.group(columns)
		case "calculateField":
			frames[ref], err = tr.calculate(columns)
		case "filterByValue":
			err = tr.filter(columns)
		case "sortBy":
			frames[ref], err = tr.sort(columns)
		default:
			err = fmt.Errorf("the tests do not know it")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// organize drops and renames columns. It must name every one it leaves by Grafana's name, and none that is not there.
func (tr Transformation) organize(columns []string) (kept []string, err error) {
	o := tr.Options
	named := slices.Collect(maps.Keys(o.ExcludeByName))
	named = slices.AppendSeq(named, maps.Keys(o.IndexByName))
	named = slices.AppendSeq(named, maps.Keys(o.RenameByName))
	for _, name := range named {
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("no column %q in %q", name, columns)
		}
	}
	for _, c := range columns {
		if new, renamed := o.RenameByName[c]; renamed {
			kept = append(kept, new)
		} else if !o.ExcludeByName[c] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// group names the columns of groups and of what is computed over each.
func (tr Transformation) group(columns []string) (made []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(tr.Options.Fields)) {
		f := tr.Options.Fields[name]
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("no column %q in %q", name, columns)
		}
		if f.Operation == "groupby" {
			made = append(made, name)
		}
		for _, a := range f.Aggregations {
			made = append(made, fmt.Sprintf("%s (%s)", name, a))
		}
	}
	return made, nil
}

// merge joins the frames on the columns that they have in common.
func merge(frames map[string][]string) {
	var all []string
	for _, ref := range slices.Sorted(maps.Keys(frames)) {
		all = append(all, frames[ref]...)
		delete(frames, ref)
	}
	slices.Sort(all)
	frames["merged"] = slices.Compact(all)
}

// filter drops rows without a value in a column that is there.
func (tr Transformation) filter(columns []string) error {
	o := tr.Options
	if len(o.Filters) != 1 || o.Filters[0].Config.ID != "isNull" || o.Type != "exclude" || o.Match != "any" || !slices.Contains(columns, o.Filters[0].FieldName) {
		return fmt.Errorf("the tests know of rows without one of %q alone: %+v", columns, o)
	}
	return nil
}

// sort leaves the columns as they are.
func (tr Transformation) sort(columns []string) ([]string, error) {
	if by := tr.Options.Sort; len(by) != 1 || !slices.Contains(columns, by[0].Field) || !by[0].Desc {
		return nil, fmt.Errorf("sorted by %+v, want the highest of one of %q first", by, columns)
	}
	return columns, nil
}

// calculate adds a column that is made of two others, or of one without its sign.
func (tr Transformation) calculate(columns []string) ([]string, error) {
	o := tr.Options
	if o.Mode == "unary" && o.Unary.Operator == "abs" && slices.Contains(columns, o.Unary.FieldName) {
		return append(slices.Clone(columns), o.Alias), nil
	}
	for _, name := range []string{o.Binary.Left, o.Binary.Right} {
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("no column %q in %q", name, columns)
		}
	}
	if o.Mode != "binary" || o.Binary.Operator != "/" || slices.Contains(columns, o.Alias) {
		return nil, fmt.Errorf("the tests know of shares alone, by a name that is not there: %+v", o)
	}
	return append(slices.Clone(columns), o.Alias), nil
}
