package board

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/panel"
)

// gridWidth is that of Grafana's grid. Widths and heights are in its units.
const gridWidth = 24

// Stack is a column of panels, which share its height equally.
type Stack struct {
	width  uint32
	panels []panel.Panel
}

// Of is a stack of that width.
func Of(width uint32, panels ...panel.Panel) Stack { return Stack{width, panels} }

// Line is what stands side by side, as wide as the grid.
type Line struct {
	height uint32
	stacks []Stack
}

// Across is a line of that height.
func Across(height uint32, stacks ...Stack) Line { return Line{height, stacks} }

// Section is a heading and the lines below it. Without a title there is no heading.
type Section struct {
	id     uint32 // the heading's, a panel among the dashboard's
	title  string
	folded bool
	lines  []Line
}

// Top has no heading.
func Top(lines ...Line) Section { return Section{lines: lines} }

// Under stands under a heading.
func Under(id uint32, title string, lines ...Line) Section {
	return Section{id: id, title: title, lines: lines}
}

// Folded is Under, but its panels are hidden, and ask nothing, until a reader opens the heading.
func Folded(id uint32, title string, lines ...Line) Section {
	return Section{id: id, title: title, folded: true, lines: lines}
}

// placed are all panels at their places, sections below each other.
func placed(sections []Section) (all []dashboard.PanelOrRowPanel, err error) {
	var y uint32
	for _, s := range sections {
		top := y
		if s.title != "" {
			y++
		}
		panels, bottom, err := s.placed(y)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", s.title, err)
		}
		if s.title != "" {
			all = append(all, dashboard.PanelOrRowPanel{RowPanel: s.heading(top, panels)})
		}
		if s.folded {
			continue
		}
		for _, p := range panels {
			all = append(all, dashboard.PanelOrRowPanel{Panel: &p})
		}
		y = bottom
	}
	return all, nil
}

func (s Section) heading(y uint32, panels []dashboard.Panel) *dashboard.RowPanel {
	row := dashboard.NewRowPanel()
	row.Id, row.Title = s.id, &s.title
	row.GridPos = &dashboard.GridPos{Y: y, W: gridWidth, H: 1}
	if s.folded {
		row.Collapsed, row.Panels = true, panels
	}
	return row
}

// placed are the section's panels below y, and where they end.
func (s Section) placed(y uint32) (all []dashboard.Panel, bottom uint32, err error) {
	for _, l := range s.lines {
		panels, err := l.placed(y)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, panels...)
		y += l.height
	}
	return all, y, nil
}

func (l Line) placed(y uint32) (all []dashboard.Panel, err error) {
	var x uint32
	for _, s := range l.stacks {
		count := uint32(len(s.panels))
		if count == 0 || l.height%count != 0 {
			return nil, fmt.Errorf("%d panels cannot share a height of %d", count, l.height)
		}
		height := l.height / count
		for i, builder := range s.panels {
			p, err := builder.Build()
			if err != nil {
				return nil, err
			}
			p.GridPos = &dashboard.GridPos{X: x, Y: y + uint32(i)*height, W: s.width, H: height}
			all = append(all, p)
		}
		x += s.width
	}
	if x != gridWidth {
		return nil, fmt.Errorf("a line is %d wide, not %d", x, gridWidth)
	}
	return all, nil
}
