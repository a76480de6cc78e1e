package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// checkBytes refuses those that no TOML file may hold. The library does so too, but names the place
// of the byte before, or of the string around it.
func checkBytes(text string) error {
	line, column := 1, 0
	for i, r := range text {
		column++
		problem := ""
		switch {
		case r == '\n':
			line, column = line+1, 0
		case i == 0 && strings.Contains(text[:min(len(text), 6)], "\x00"):
			problem = "files cannot contain NULL bytes; probably using UTF-16; " +
				"TOML files must be UTF-8"
		case r == '\r' && !strings.HasPrefix(text[i+1:], "\n"):
			problem = fmt.Sprintf("a carriage return without a newline in column %d: "+
				"end each line with a newline", column)
		case r < ' ' && r != '\t' && r != '\r' || r == 0x7f:
			problem = fmt.Sprintf("TOML files cannot contain control characters: '0x%02x' "+
				"in column %d: remove it", r, column)
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			problem = fmt.Sprintf("invalid UTF-8 byte: 0x%02x in column %d: "+
				"save the file as UTF-8", text[i], column)
		}
		if problem != "" {
			return &lineError{line, errors.New(problem)}
		}
	}
	return nil
}

var badEscape = regexp.MustCompile(`^Escaped character '(.+)' is not valid`)

// explainSyntax finds the line itself, as that of the last byte which the library read: the
// library's own is one too many where it stumbles over a line's end. An escape is judged when the
// whole string is read.
func explainSyntax(text string, err error) error {
	var p toml.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if strings.Contains(p.Message, "invalid escape") {
		p.Message += ": write regular expressions in single quotes"
	}
	start := min(max(p.Position.Start, 0), len(text))
	last := min(start+max(p.Position.Len-1, 0), len(text))
	if m := badEscape.FindStringSubmatch(p.Message); m != nil {
		last = start + max(strings.Index(text[start:], m[1]), 0)
	}
	return &lineError{1 + strings.Count(text[:last], "\n"), errors.New(p.Message)}
}
