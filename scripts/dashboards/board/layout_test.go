package board

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/panel"
)

// numbered is a panel that asks nothing.
func numbered(id uint32) panel.Panel { return panel.Lines(panel.Question{ID: id, Title: "?"}) }

type place struct {
	ID      uint32
	GridPos dashboard.GridPos
	Panels  []place
}

func places(t *testing.T, sections ...Section) (all []place) {
	t.Helper()
	panels, err := placed(sections)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(panels)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func at(id, x, y, w, h uint32) place {
	return place{ID: id, GridPos: dashboard.GridPos{X: x, Y: y, W: w, H: h}}
}

func TestPlaced(t *testing.T) {
	hidden := at(4, 0, 9, 24, 1)
	hidden.Panels = []place{at(5, 0, 10, 24, 9)}
	want := []place{
		at(1, 0, 0, 24, 4),
		at(6, 0, 4, 24, 1), at(2, 0, 5, 10, 4), at(3, 10, 5, 14, 2), at(7, 10, 7, 14, 2),
		hidden,
		at(8, 0, 10, 24, 1), at(9, 0, 11, 24, 3),
	}
	got := places(t,
		Top(Across(4, Of(24, numbered(1)))),
		Under(6, "Open", Across(4, Of(10, numbered(2)), Of(14, numbered(3), numbered(7)))),
		Folded(4, "Closed", Across(9, Of(24, numbered(5)))),
		Under(8, "Below it", Across(3, Of(24, numbered(9)))),
	)
	same := func(a, b place) bool {
		equal := func(a, b place) bool { return a.ID == b.ID && a.GridPos == b.GridPos }
		return equal(a, b) && slices.EqualFunc(a.Panels, b.Panels, equal)
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestPlacedRefuses(t *testing.T) {
	if _, err := placed([]Section{Top(Across(4, Of(23, numbered(1))))}); err == nil {
		t.Error("a line of 23")
	}
	uneven := Across(5, Of(24, numbered(1), numbered(2)))
	if _, err := placed([]Section{Top(uneven)}); err == nil {
		t.Error("two panels share a height of 5")
	}
}
