package main

import (
	"net/netip"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// cutMark stands where text was cut, as in an instance that is too long for a tag.
const cutMark = "~"

// cells is the width of text on a terminal: a wide letter takes two, an accent of its own none.
func cells(text string) int {
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

// flat is text of one line, without what a terminal would obey: control characters, overrides of
// direction.
func flat(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// cut shortens text to a width in cells, between letters as one sees them and between bytes written
// as %XX.
func cut(text string, width int) string {
	if cells(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	kept := head(text, width-cells(cutMark))
	for i := max(len(kept)-2, 0); i < len(kept); i++ {
		if kept[i] == '%' && isEscape(text[i:]) {
			kept = kept[:i]
		}
	}
	return kept + cutMark
}

// isEscape reports whether text begins with a byte written as %XX.
func isEscape(text string) bool {
	isHex := func(b byte) bool { return strings.IndexByte("0123456789ABCDEF", b) >= 0 }
	return len(text) >= 3 && text[0] == '%' && isHex(text[1]) && isHex(text[2])
}

// cutter shortens text to a width in cells.
type cutter func(text string, width int) string

// cutServer keeps the end of an address, without its port, and the front of a name.
func cutServer(text string, width int) string {
	if cells(text) <= width || width < 2 {
		return cut(text, width)
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return cutFront(text, width)
	}
	if a, err := netip.ParseAddrPort(text); err == nil {
		return cutFront(a.Addr().String(), width-cells(cutMark)) + cutMark
	}
	return cut(text, width)
}

// cutMiddle keeps both ends.
func cutMiddle(text string, width int) string {
	if cells(text) <= width || width < 3 {
		return cut(text, width)
	}
	left := head(text, width/2)
	return left + cutMark + tail(text, width-cells(cutMark)-cells(left))
}

// cutFront keeps the end.
func cutFront(text string, width int) string {
	if cells(text) <= width || width < 1 {
		return cut(text, width)
	}
	return cutMark + tail(text, width-cells(cutMark))
}

// tail is as much of the end of text as fits into a width.
func tail(text string, width int) string {
	for state := -1; cells(text) > width; {
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

// wrap breaks text at blanks into lines of a width, those after the first behind an indent. The
// last of so many lines as are wanted at most is cut. Without a width all of it is one line.
func wrap(text, indent string, width, most int) (lines []string) {
	if width == 0 {
		return []string{text}
	}
	if cells(indent)*2 > width {
		indent = ""
	}
	for cells(text) > width && len(lines)+1 < most {
		first := head(text, width)
		upTo := text[:min(len(first)+1, len(text))]
		if blank := strings.LastIndexByte(upTo, ' '); strings.TrimSpace(text[:max(blank, 0)]) != "" {
			first = text[:blank]
		}
		if strings.TrimSpace(first) == "" { // not even one letter fits
			break
		}
		lines = append(lines, strings.TrimRight(first, " "))
		text = indent + strings.TrimLeft(text[len(first):], " ")
	}
	return append(lines, cut(text, width))
}

// disputed reports whether terminals differ over the width of text: some take what several
// characters make up as one picture, some as a row of them.
func disputed(text string) bool {
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
