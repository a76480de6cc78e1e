package table

import (
	"fmt"
	"strings"
	"testing"
)

// animals is a table of two groups, in which one row is bad.
func animals() Table {
	return Table{
		Columns: []Column{{Title: "name"}, {Title: "legs", Right: true}, {Title: "state"}},
		Rows: []Row{
			{Group: "tame", Cells: []string{"horse", "4", "well"}, Remarks: Remarks{{Word: "well"}}, Shade: Green},
			{Group: "wild", Cells: []string{"spider", "8", ""}},
			{
				Group: "wild", Sign: ": beware", Cells: []string{"scorpion", "8", "hungry (mice): no food"}, Shade: Red, Bad: true,
				Remarks: Remarks{{Word: "hungry", About: "mice", Cause: "no food"}},
			},
		},
		Yields: []Yield{{Column: 2, Kept: Brief}, {Column: 1}, {Column: 2, Kept: Words}, {Column: 0, Width: 4}, {Column: 0}},
	}
}

// TestLayOut: columns give way in their order, the remarks in their parts.
func TestLayOut(t *testing.T) {
	for width, want := range map[int]string{
		0: `  name      legs  state
tame
  horse        4  well
wild
  spider       8
wild: beware
  scorpion     8  hungry (mice): no food
`,
		24: `  name      state
tame
  horse     well
wild
  spider
wild: beware
  scorpion  hungry
`,
		17: `  name     state
tame
  horse    well
wild
  spider
wild: beware
  scorpi~  hungry
`,
	} {
		if got := Text(animals().LayOut(Look{Width: width})); got != want {
			t.Errorf("%d columns:\n%swant\n%s", width, got, want)
		}
	}
	coloured := Text(animals().LayOut(Look{Color: true}))
	if !strings.Contains(coloured, "\033[32mwell\033[0m\n") || !strings.Contains(coloured, "\033[31mhungry (mice): no food\033[0m\n") {
		t.Errorf("in colour:\n%q", coloured)
	}
}

// TestLayOutIn: where not all rows have room the bad ones stay, and what is missing is said.
func TestLayOutIn(t *testing.T) {
	missing := func(rows []Row) string { return fmt.Sprintf("%d more", len(rows)) }
	for height, want := range map[int]string{
		0: "",
		4: "  name      legs  state\nwild: beware\n  scorpion     8  hungry (mice): no food\n2 more\n",
		6: "  name      legs  state\nwild: beware\n  scorpion     8  hungry (mice): no food\ntame\n  horse        4  well\n1 more\n",
		7: Text(animals().LayOut(Look{})),
	} {
		if got := Text(animals().LayOutIn(Look{}, height, missing)); got != want {
			t.Errorf("%d lines:\n%swant\n%s", height, got, want)
		}
	}
	if got := animals().LeastHeight(); got != 7 {
		t.Errorf("it takes %d lines at least, want 7", got)
	}
}

// TestRemarksIn: causes go first, then what the remarks are about, then words; the last of each
// before the others.
func TestRemarksIn(t *testing.T) {
	all := Remarks{{Word: "timeout", About: "a.example", Cause: "reply came from 192.0.2.9"}, {Word: "no_soa", About: "b.example", Cause: "none"}}
	for width, want := range map[int]string{
		80: "timeout (a.example): reply came from 192.0.2.9; no_soa (b.example): none",
		66: "timeout (a.example): reply came from 192.0.2.9; no_soa (b.example)",
		60: "timeout (a.example): reply came from 19~; no_soa (b.example)",
		40: "timeout (a.example); no_soa (b.example)",
		36: "timeout (a.example); no_soa (b.exa~)",
		15: "timeout; no_soa",
		9:  "timeout;~",
	} {
		if got := all.In(width); got != want {
			t.Errorf("%d cells: %q, want %q", width, got, want)
		}
	}
}

// TestGroupTitle: what is said of a group stays, and its name is cut.
func TestGroupTitle(t *testing.T) {
	r := Row{Group: "a-cloud-of-a-long-name", Sign: ": IPv4 and IPv6 reach different sites"}
	for width, want := range map[int]string{
		0:  "a-cloud-of-a-long-name: IPv4 and IPv6 reach different sites",
		59: "a-cloud-of-a-long-name: IPv4 and IPv6 reach different sites",
		50: "a-cloud-of-a~: IPv4 and IPv6 reach different sites",
		40: "a-cloud~: IPv4 and IPv6 reach different~",
		5:  "a-cl~",
	} {
		if got := (Look{Width: width}).groupTitle(r); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
}
