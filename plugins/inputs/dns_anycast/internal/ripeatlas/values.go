package ripeatlas

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// The firmware of ten years writes a value as a number here and as a string there. What cannot be
// read is as if it were not there, since all the rest still tells something.

// number is a number, or a string of one.
type number struct {
	value float64
	set   bool
}

func (n *number) UnmarshalJSON(b []byte) error {
	if len(b) > 1 && b[0] == '"' {
		b = b[1 : len(b)-1]
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if *n = (number{}); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		*n = number{v, true}
	}
	return nil
}

// whole is its whole part; zero: there is none, or it is out of bounds.
func (n number) whole(least, most int64) int64 {
	if !n.set || n.value < float64(least) || n.value > float64(most) || n.value >= math.MaxInt64 {
		return 0
	}
	return int64(n.value)
}

// longest is how long an answer is waited for at most, by far: a measurement's timeout is 30 s at
// most.
const longest = time.Hour

// duration is a time in ms; zero: there is none, or it is none that can have been measured.
func (n number) duration() time.Duration {
	if n.value <= 0 || n.value > float64(longest/time.Millisecond) {
		return 0
	}
	return time.Duration(math.Round(n.value * float64(time.Millisecond)))
}

// text is a string, or the text of a number.
type text struct{ value string }

func (t *text) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		return json.Unmarshal(b, &t.value)
	case c == '-' || c >= '0' && c <= '9':
		t.value = string(b)
	default:
		t.value = ""
	}
	return nil
}

// texts is a list of strings, or one that is written as a string: by firmware before 4750, which
// escapes nothing.
type texts struct {
	values []string
	plain  bool // nothing is escaped
}

func (t *texts) UnmarshalJSON(b []byte) error {
	*t = texts{}
	var one string
	if json.Unmarshal(b, &one) == nil && b[0] == '"' {
		*t = texts{[]string{one}, true}
		return nil
	}
	var list []text
	if json.Unmarshal(b, &list) == nil {
		for _, s := range list {
			t.values = append(t.values, s.value)
		}
	}
	return nil
}

// packed is a message in base64 (RFC 4648, section 4), with or without what pads it. Its bytes are
// used again for the next one.
type packed struct {
	bytes []byte
	bad   bool // it is not base64
}

func (p *packed) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		return nil
	}
	p.bytes, b = p.bytes[:0], b[1:len(b)-1]
	if bytes.IndexByte(b, '\\') >= 0 { // some write the slash as \/
		b = bytes.ReplaceAll(b, []byte(`\/`), []byte(`/`))
	}
	b = bytes.TrimRight(b, "=")
	var err error
	p.bytes, err = base64.RawStdEncoding.AppendDecode(p.bytes, b)
	p.bad = err != nil
	return nil
}

// present reports whether a value was there, and not null.
func present(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] != 'n' }

// isObject reports whether a JSON value is an object.
func isObject(b []byte) bool {
	b = bytes.TrimLeft(b, " \t\r\n")
	return len(b) > 0 && b[0] == '{'
}
