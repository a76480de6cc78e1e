package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

type panel = cog.Builder[dashboard.Panel]

// gridWidth is that of Grafana's grid, in its own units.
const gridWidth = 24

// stack is a column of panels, which share its height equally.
type stack struct {
	width  uint32
	panels []panel
}

func of(width uint32, panels ...panel) stack { return stack{width, panels} }

// line is what stands side by side, as wide as the grid.
type line struct {
	height uint32
	stacks []stack
}

func across(height uint32, stacks ...stack) line { return line{height, stacks} }

// section is a heading and the lines below it. Without a title there is no heading.
type section struct {
	id     uint32 // the heading's, a panel among the dashboard's
	title  string
	folded bool
	lines  []line
}

func under(id uint32, title string, lines ...line) section {
	return section{id: id, title: title, lines: lines}
}

// folded is under, but its panels are hidden, and ask nothing, until somebody opens the heading.
func folded(id uint32, title string, lines ...line) section {
	return section{id: id, title: title, folded: true, lines: lines}
}

// placed are all panels at their places, sections below each other.
func placed(sections []section) (all []dashboard.PanelOrRowPanel, err error) {
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

func (s section) heading(y uint32, panels []dashboard.Panel) *dashboard.RowPanel {
	row := dashboard.NewRowPanel()
	row.Id, row.Title = s.id, &s.title
	row.GridPos = &dashboard.GridPos{Y: y, W: gridWidth, H: 1}
	if s.folded {
		row.Collapsed, row.Panels = true, panels
	}
	return row
}

// placed are the section's panels below y, and where they end.
func (s section) placed(y uint32) (all []dashboard.Panel, bottom uint32, err error) {
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

func (l line) placed(y uint32) (all []dashboard.Panel, err error) {
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
