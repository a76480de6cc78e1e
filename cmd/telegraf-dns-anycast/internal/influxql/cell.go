package influxql

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// Cell is a value of a row: a number, a text, or nothing.
type Cell []byte

var errRows = errors.New("rows of another shape than InfluxDB's")

// Rows calls each for every row. The cells are those of the columns, and hold until it returns.
func (s *Series) Rows(each func([]Cell) error) error {
	row := make([]Cell, len(s.Columns))
	rest := s.Values
	if len(rest) < 2 || rest[0] != '[' {
		return errRows
	}
	for rest = rest[1:]; ; {
		rest = bytes.TrimLeft(rest, " ,\r\n\t")
		if len(rest) > 0 && rest[0] == ']' {
			return nil
		}
		var err error
		if rest, err = cells(rest, row); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// cells reads one row and returns what follows. The text is JSON: package json has read it.
func cells(text []byte, row []Cell) ([]byte, error) {
	if len(text) == 0 || text[0] != '[' {
		return nil, errRows
	}
	text = text[1:]
	for i := range row {
		text = bytes.TrimLeft(text, " ,\r\n\t")
		n := lengthOf(text)
		if n == 0 {
			return nil, errRows
		}
		row[i], text = Cell(text[:n]), text[n:]
	}
	text = bytes.TrimLeft(text, " \r\n\t")
	if len(text) == 0 || text[0] != ']' {
		return nil, errRows
	}
	return text[1:], nil
}

// lengthOf is that of the value at the begin; 0: there is none that a row could hold.
func lengthOf(text []byte) int {
	if len(text) == 0 || text[0] == '[' || text[0] == '{' {
		return 0
	}
	if text[0] != '"' {
		return max(bytes.IndexAny(text, ",] \r\n\t"), 0)
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// Null reports whether there is no value.
func (c Cell) Null() bool { return string(c) == "null" }

// Int reads a number without a fraction; nothing is 0.
func (c Cell) Int() (int64, error) {
	if c.Null() {
		return 0, nil
	}
	if n, err := strconv.ParseInt(string(c), 10, 64); err == nil {
		return n, nil
	}
	f, err := c.Float() // a field that was written as a float
	return int64(f), err
}

// Float reads a number; nothing is 0.
func (c Cell) Float() (float64, error) {
	if c.Null() {
		return 0, nil
	}
	f, err := strconv.ParseFloat(string(c), 64)
	if err != nil {
		return 0, fmt.Errorf("%s is no number", c)
	}
	return f, nil
}

// Text reads a text; nothing is "".
func (c Cell) Text() (string, error) {
	if c.Null() {
		return "", nil
	}
	if n := len(c); n >= 2 && c[0] == '"' && bytes.IndexByte(c, '\\') < 0 {
		return string(c[1 : n-1]), nil
	}
	var text string
	if err := json.Unmarshal(c, &text); err != nil {
		return "", fmt.Errorf("%s is no text", c)
	}
	return text, nil
}
