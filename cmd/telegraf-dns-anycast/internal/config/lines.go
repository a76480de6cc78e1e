package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const byteOrderMark = "\ufeff" // that a file may begin with

// lineError is an error of which the line is known.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }

func (e *lineError) Unwrap() error { return e.err }

// blockPath is where the options of the file's one block stand: the path of an error about one
// begins below it.
var blockPath = []dns_anycast.Step{{Key: "inputs"}, {Key: "dns_anycast", Index: 1}}

// atLine gives an error about an option its line, below under; about one that is missing, the line
// of the block which lacks it. Any other error stays as it is.
func atLine(text string, under []dns_anycast.Step, err error) error {
	var option *dns_anycast.OptionError
	if !errors.As(err, &option) {
		return err
	}
	known := linesOf(text)
	for path := option.Path; len(path) > 0; path = above(path) {
		if line, ok := known[lineKey(slices.Concat(under, path))]; ok {
			return &lineError{line, err}
		}
	}
	return err
}

// above is the path of the list that an item is of, or of the block that an option is of.
func above(path []dns_anycast.Step) []dns_anycast.Step {
	last := len(path) - 1
	if path[last].Index == 0 {
		return path[:last]
	}
	return append(slices.Clone(path[:last]), dns_anycast.Step{Key: path[last].Key})
}

// lineKey is a path as linesOf has it: without the names of blocks.
func lineKey(path []dns_anycast.Step) (key string) {
	for _, s := range path {
		s.Name = ""
		key = join(key, s)
	}
	return key
}

func join(path string, s dns_anycast.Step) string {
	if path == "" {
		return s.String()
	}
	return path + "." + s.String()
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
		path = join(path, dns_anycast.Step{Key: key})
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
		path = join(path, dns_anycast.Step{Key: key})
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
