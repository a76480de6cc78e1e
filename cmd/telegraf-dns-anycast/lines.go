package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"
)

// lineError is an error of which the line is known.
type lineError struct {
	line int
	text string
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

// blockPath is where the options of the file's one block stand, whose errors begin with the path
// below it.
const blockPath = "inputs.dns_anycast[1]."

// quotedName is the name of a cloud, or a key in quotes, as a path has it.
const quotedName = `"(?:[^"\\]|\\.)*"`

// pathOf matches the path that an error begins with, and nameOf the name of a cloud in it.
var (
	pathOf = func() *regexp.Regexp {
		const step = `(?:[A-Za-z0-9_-]+|` + quotedName + `)(?:\[\d+\](?: ` + quotedName + `)?)?`
		return regexp.MustCompile(`^` + step + `(?:\.` + step + `)*: `)
	}()
	nameOf = regexp.MustCompile(`(\[\d+\]) ` + quotedName)
)

// atLine gives an error the line of the path that it begins with, below under; of what is missing,
// that of the block which lacks it. An error that names no path of the file stays as it is.
func atLine(text, under string, err error) error {
	path := strings.TrimSuffix(pathOf.FindString(err.Error()), ": ")
	if path == "" {
		return err
	}
	known := linesOf(text)
	path = nameOf.ReplaceAllString(path, "$1")
	for path != "" {
		if line, ok := known[under+path]; ok {
			return &lineError{line, err.Error()}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return err
}

// linesOf returns the line of every table, option and item of a file that the TOML library has
// read: by the path that messages have, counted from 1. The library keeps its positions to itself.
func linesOf(text string) map[string]int {
	text = strings.TrimPrefix(text, byteOrderMark)
	s := &scanner{text: text, line: 1, lines: map[string]int{}, blocks: map[string]int{}}
	table := ""
	for s.blank(); s.at < len(s.text); s.blank() {
		if s.text[s.at] == '[' {
			table = s.header()
		} else {
			s.option(table)
		}
	}
	return s.lines
}

// scanner walks over TOML, which must be valid: it refuses nothing.
type scanner struct {
	text   string
	at     int // byte
	line   int
	lines  map[string]int
	blocks map[string]int // how many of an array of tables there are so far
}

// skip moves on by n bytes.
func (s *scanner) skip(n int) {
	end := min(s.at+n, len(s.text))
	s.line += strings.Count(s.text[s.at:end], "\n")
	s.at = end
}

// until moves on to the first of chars, or to the end.
func (s *scanner) until(chars string) {
	if n := strings.IndexAny(s.text[s.at:], chars); n >= 0 {
		s.skip(n)
	} else {
		s.skip(len(s.text))
	}
}

// next reports whether text comes next, and moves on behind it if so.
func (s *scanner) next(text string) bool {
	is := strings.HasPrefix(s.text[s.at:], text)
	if is {
		s.skip(len(text))
	}
	return is
}

// blank moves on over white space, line ends and comments.
func (s *scanner) blank() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.skip(1)
		case '#':
			s.until("\n")
		default:
			return
		}
	}
}

// found keeps the line where a path comes first.
func (s *scanner) found(path string, line int) {
	if _, known := s.lines[path]; !known {
		s.lines[path] = line
	}
}

// header reads the head of a table, or of one of an array of tables, and returns its path.
func (s *scanner) header() string {
	line := s.line
	s.skip(1)
	array := s.next("[")
	keys := s.keys()
	path := ""
	for i, key := range keys {
		path = join(path, key)
		s.found(path, line)
		if array && i == len(keys)-1 {
			s.blocks[path]++
		}
		if n := s.blocks[path]; n > 0 {
			path = fmt.Sprintf("%s[%d]", path, n)
			s.found(path, line)
		}
	}
	s.until("\n#")
	return path
}

// option reads a key and its value.
func (s *scanner) option(table string) {
	path, line := table, s.line
	for _, key := range s.keys() {
		path = join(path, key)
		s.found(path, line)
	}
	s.blank()
	s.value(path)
}

// keys reads a key with its dots, to behind the = or ] that ends it.
func (s *scanner) keys() (keys []string) {
	for s.at < len(s.text) {
		s.blank()
		if s.at == len(s.text) {
			break
		}
		from := s.at
		if c := s.text[s.at]; c == '"' || c == '\'' {
			s.quoted(string(c), c == '"')
			keys = append(keys, unquoted(s.text[from:s.at]))
		} else {
			s.until(" \t.=]")
			keys = append(keys, s.text[from:s.at])
		}
		s.blank()
		dot := s.next(".")
		if !dot {
			s.skip(1)
			break
		}
	}
	return keys
}

// unquoted is what the TOML library reads in a key that stands in quotes.
func unquoted(key string) string {
	var read struct{ Key string }
	if _, err := toml.Decode("Key = "+key, &read); err != nil {
		return key
	}
	return read.Key
}

// value reads one, and what it holds.
func (s *scanner) value(path string) {
	switch {
	case s.at >= len(s.text):
	case strings.HasPrefix(s.text[s.at:], `"""`):
		s.quoted(`"""`, true)
	case strings.HasPrefix(s.text[s.at:], `'''`):
		s.quoted(`'''`, false)
	case s.text[s.at] == '"':
		s.quoted(`"`, true)
	case s.text[s.at] == '\'':
		s.quoted(`'`, false)
	case s.next("["):
		s.items("]", func(n int) {
			item := fmt.Sprintf("%s[%d]", path, n)
			s.found(item, s.line)
			s.value(item)
		})
	case s.next("{"):
		s.items("}", func(int) { s.option(path) })
	default:
		s.skip(1)
		s.until(",]}#\n")
	}
}

// items reads those of a list or of a table in one line, up to end.
func (s *scanner) items(end string, read func(n int)) {
	for n := 1; ; n++ {
		for s.blank(); s.next(","); s.blank() {
		}
		if s.at >= len(s.text) || s.next(end) {
			return
		}
		read(n)
	}
}

// quoted moves on behind a string. Of the quotes that end one of several lines, up to two are its
// own.
func (s *scanner) quoted(quote string, escapes bool) {
	for s.skip(len(quote)); s.at < len(s.text) && !s.next(quote); s.skip(1) {
		if escapes && s.text[s.at] == '\\' {
			s.skip(1)
		}
	}
	for n := 0; len(quote) == 3 && n < 2 && s.next(quote[:1]); n++ {
	}
}
