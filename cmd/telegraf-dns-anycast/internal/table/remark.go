package table

import (
	"slices"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// Remark is one thing that a row's last cell says, in parts that can be left out.
type Remark struct {
	Word  string
	About string // in brackets behind the word; empty: none
	Cause string // behind a colon; empty: none is known
}

// Remarks stand behind each other, the worst first.
type Remarks []Remark

func (r Remark) String() string {
	text := r.Word
	if r.About != "" {
		text += " (" + r.About + ")"
	}
	if r.Cause != "" {
		text += ": " + r.Cause
	}
	return text
}

func (all Remarks) String() string {
	var texts []string
	for _, r := range all {
		texts = append(texts, r.String())
	}
	return strings.Join(texts, "; ")
}

func (all Remarks) width() int { return cells.Width(all.String()) }

// In is what fits into a width in cells: causes are cut first, then what the remarks are about,
// then words; of each the least bad first.
func (all Remarks) In(width int) string {
	all = slices.Clone(all)
	for i := range slices.Backward(all) {
		all[i].Cause = shorten(all[i].Cause, all.width()-width)
	}
	for i := range slices.Backward(all) {
		all[i].About = shorten(all[i].About, all.width()-width)
	}
	return cells.Cut(all.String(), width)
}

// shorten takes cells off text; it leaves nothing rather than a letter or two.
func shorten(text string, by int) string {
	const least = 5 // cells
	switch left := cells.Width(text) - by; {
	case by <= 0:
		return text
	case left < least:
		return ""
	default:
		return cells.Cut(text, left)
	}
}
