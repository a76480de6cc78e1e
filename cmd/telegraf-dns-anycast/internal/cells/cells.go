// Package cells measures and cuts text in the cells of a terminal: a wide letter takes two, and
// what one sees as a letter is never cut.
package cells

import (
	"net/netip"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Mark stands where text was cut, as in an instance that is too long for a tag.
const Mark = "~"

// Width is how many cells text takes: a wide letter two, an accent of its own none.
func Width(text string) int {
	if isASCII(text) {
		return len(text)
	}
	return uniseg.StringWidth(text)
}

// isASCII reports whether text is printable ASCII alone, as most is.
func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// Flat is text of one line, without what a terminal would obey: control characters, overrides of
// direction.
func Flat(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// Cut shortens text to a width in cells, between letters as one sees them and between bytes written
// as %XX.
func Cut(text string, width int) string {
	if Width(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	kept := head(text, width-Width(Mark))
	for i := max(len(kept)-2, 0); i < len(kept); i++ {
		if kept[i] == '%' && isEscape(text[i:]) {
			kept = kept[:i]
		}
	}
	return kept + Mark
}

// isEscape reports whether text begins with a byte written as %XX.
func isEscape(text string) bool {
	isHex := func(b byte) bool { return strings.IndexByte("0123456789ABCDEF", b) >= 0 }
	return len(text) >= 3 && text[0] == '%' && isHex(text[1]) && isHex(text[2])
}

// A Cutter shortens text to a width in cells.
type Cutter func(text string, width int) string

// CutServer keeps the end of an address, without its port, and the front of a name.
func CutServer(text string, width int) string {
	if Width(text) <= width || width < 2 {
		return Cut(text, width)
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return CutFront(text, width)
	}
	if a, err := netip.ParseAddrPort(text); err == nil {
		return CutFront(a.Addr().String(), width-Width(Mark)) + Mark
	}
	return Cut(text, width)
}

// CutMiddle keeps both ends.
func CutMiddle(text string, width int) string {
	if Width(text) <= width || width < 3 {
		return Cut(text, width)
	}
	left := head(text, width/2)
	return left + Mark + tail(text, width-Width(Mark)-Width(left))
}

// CutFront keeps the end.
func CutFront(text string, width int) string {
	if Width(text) <= width || width < 1 {
		return Cut(text, width)
	}
	return Mark + tail(text, width-Width(Mark))
}

// tail is as much of the end of text as fits into a width.
func tail(text string, width int) string {
	for state := -1; Width(text) > width; {
		_, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
	}
	return text
}

// head is as much of text as fits into a width.
func head(text string, width int) string {
	end, state, rest := 0, -1, text
	for rest != "" {
		var cluster string
		var taken int
		cluster, rest, taken, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if width -= taken; width < 0 {
			break
		}
		end += len(cluster)
	}
	return text[:end]
}

// Wrap breaks text at blanks into lines of a width in cells, those after the first behind an
// indent. There are at most as many lines as most says: the last of them is cut. With a width of
// zero all of it is one line.
func Wrap(text, indent string, width, most int) (lines []string) {
	if width == 0 {
		return []string{text}
	}
	if Width(indent)*2 > width {
		indent = ""
	}
	for Width(text) > width && len(lines)+1 < most {
		first := head(text, width)
		upTo := text[:min(len(first)+1, len(text))]
		blank := max(strings.LastIndexByte(upTo, ' '), 0)
		if strings.TrimSpace(text[:blank]) != "" {
			first = text[:blank]
		}
		if strings.TrimSpace(first) == "" { // not even one letter fits
			break
		}
		lines = append(lines, strings.TrimRight(first, " "))
		text = indent + strings.TrimLeft(text[len(first):], " ")
	}
	return append(lines, Cut(text, width))
}

// Disputed reports whether terminals differ over the width of text: some take what several
// characters make up as one picture, some as a row of them.
func Disputed(text string) bool {
	if isASCII(text) {
		return false
	}
	for state := -1; text != ""; {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		for i, r := range cluster {
			isFlag := 0x1F1E6 <= r && r <= 0x1F1FF
			isPicture := r == 0xFE0F // asks for the emoji of a letter
			if isFlag || isPicture || i > 0 && !unicode.Is(unicode.Mn, r) {
				return true
			}
		}
	}
	return false
}
