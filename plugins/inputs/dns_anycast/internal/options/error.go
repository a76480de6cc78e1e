package options

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Error is an error about an option.
type Error struct {
	Path []Step // from the plugin's block down; never empty
	Err  error  // what is wrong, and what to write instead
}

// Step is one part of the path to an option: a key, or one item of the list that it holds.
type Step struct {
	Key   string
	Index int    // of the item, counted from 1; zero: the key itself
	Name  string // of the item, a block; empty: it has none
}

// At puts a step before the path of an error, which need not have one yet. Without an error it
// returns none.
func At(step Step, err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *Error:
		return &Error{append([]Step{step}, e.Path...), e.Err}
	}
	return &Error{[]Step{step}, err}
}

// Error renders the path as in `cloud[2] "a".servers[3]`.
func (e *Error) Error() string {
	steps := make([]string, len(e.Path))
	for i, s := range e.Path {
		steps[i] = s.String()
	}
	return strings.Join(steps, ".") + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// bareKey matches a key that TOML takes without quotes.
var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (s Step) String() string {
	text := s.Key
	if !bareKey.MatchString(text) {
		text = strconv.Quote(text)
	}
	if s.Index > 0 {
		text += fmt.Sprintf("[%d]", s.Index)
	}
	if s.Name != "" {
		text += fmt.Sprintf(" %q", s.Name)
	}
	return text
}
