package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// lookup is os.LookupEnv, or what stands for it in tests.
type lookup = func(name string) (value string, set bool)

// segment is a piece of a string: text as it is, or a variable.
type segment struct {
	text     string
	name     string    // of the variable; empty: text
	operator string    // what stands between name and word: :- - :? ?, or nothing
	word     []segment // a default, or behind a question mark a message
}

// expand replaces the variables inside a string that is parsed already, so that no value can break
// the file: a value is taken as it is. $$ is a dollar sign, and one that starts no name stays. The
// forms with braces are those of Telegraf's own files, but for a default's end, which is at the
// brace that closes it.
func expand(s string, env lookup) (string, error) {
	if !strings.Contains(s, "$") {
		return strings.Clone(s), nil // which else would keep the whole file
	}
	segments, err := parseVariables(s)
	if err != nil {
		return "", err
	}
	return evaluate(segments, env)
}

// leftOut reports whether a value is nothing but a variable whose default is empty, and used: such
// an option is as good as not written. Whoever writes ${NAME:-} says so.
func leftOut(src any, env lookup) bool {
	s, _ := src.(string)
	segments, err := parseVariables(s)
	return err == nil && emptyByDefault(segments, env)
}

func emptyByDefault(segments []segment, env lookup) bool {
	segments = slices.DeleteFunc(segments, func(s segment) bool { return s.name == "" && s.text == "" })
	if len(segments) != 1 || !strings.HasSuffix(segments[0].operator, "-") {
		return false
	}
	s := segments[0]
	return s.lacking(env) && (len(s.word) == 0 || emptyByDefault(s.word, env))
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)

// parseVariables cuts s into segments. What is wrong in a default is found here, whether it is used
// or not.
func parseVariables(s string) (segments []segment, err error) {
	for s != "" {
		text, rest, dollar := strings.Cut(s, "$")
		segments = append(segments, segment{text: text})
		if !dollar {
			break
		}
		name := variableName.FindString(rest)
		switch {
		case strings.HasPrefix(rest, "{"):
			inside, behind, closed := cutBraces(rest[1:])
			if !closed {
				return nil, fmt.Errorf("%q has no closing brace: %s", "$"+rest, variableForms)
			}
			v, err := parseBraces(inside)
			if err != nil {
				return nil, err
			}
			segments, rest = append(segments, v), behind
		case name != "":
			segments, rest = append(segments, segment{name: name}), rest[len(name):]
		default:
			segments, rest = append(segments, segment{text: "$"}), strings.TrimPrefix(rest, "$")
		}
		s = rest
	}
	return segments, nil
}

// cutBraces cuts s at the brace that closes it.
func cutBraces(s string) (inside, behind string, closed bool) {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i], s[i+1:], true
			}
		}
	}
	return "", "", false
}

const variableForms = "write ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?message} or " +
	"${NAME?message}; a literal $ is written $$"

// parseBraces reads what stands between braces.
func parseBraces(inside string) (v segment, err error) {
	v.name = variableName.FindString(inside)
	rest := inside[len(v.name):]
	if v.name != "" && rest == "" {
		return v, nil
	}
	for _, operator := range []string{":-", "-", ":?", "?"} {
		if word, is := strings.CutPrefix(rest, operator); is && v.name != "" {
			v.operator = operator
			v.word, err = parseVariables(word)
			return v, err
		}
	}
	return v, fmt.Errorf("%q is no variable: %s", "${"+inside+"}", variableForms)
}

// evaluate puts values in the place of variables. The word of one that has a value is not looked
// at.
func evaluate(segments []segment, env lookup) (string, error) {
	var out strings.Builder
	for _, s := range segments {
		text, err := s.text, error(nil)
		if s.name != "" {
			text, err = s.value(env)
		}
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// lacking reports whether a variable has no value. A colon in its operator makes an empty one as
// good as none.
func (s *segment) lacking(env lookup) bool {
	value, set := env(s.name)
	return !set || value == "" && strings.HasPrefix(s.operator, ":")
}

// value is that of a variable.
func (s *segment) value(env lookup) (string, error) {
	value, set := env(s.name)
	switch {
	case !s.lacking(env):
		return value, nil
	case s.operator == "":
		const text = "the environment variable %s is not set; a literal $ is written $$"
		return "", fmt.Errorf(text, s.name)
	case strings.HasSuffix(s.operator, "-"):
		return evaluate(s.word, env)
	}
	state := "is empty"
	if !set {
		state = "is not set"
	}
	message, err := evaluate(s.word, env)
	if err != nil || strings.TrimSpace(message) == "" {
		return "", fmt.Errorf("the environment variable %s %s: give it a value", s.name, state)
	}
	return "", fmt.Errorf("the environment variable %s %s: %s", s.name, state, message)
}
