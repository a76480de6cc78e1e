package execdtest

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

// Point is a line of line protocol.
type Point struct {
	Name   string
	Tags   map[string]string
	Fields map[string]any
	Time   time.Time
}

// Text is a field; "" where it is none or no text.
func (p Point) Text(field string) string {
	s, _ := p.Fields[field].(string)
	return s
}

// Int is a field; -1 where it is none or no integer.
func (p Point) Int(field string) int64 {
	if n, ok := p.Fields[field].(int64); ok {
		return n
	}
	return -1
}

// Points reads lines, each of which must be one.
func Points(text []byte) (all []Point, err error) {
	for line := range bytes.Lines(text) {
		p, err := Parse(line)
		if err != nil {
			return all, fmt.Errorf("%q is no point: %w", line, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// Parse reads one line, which must be one point with a time.
func Parse(line []byte) (p Point, err error) {
	d := lineprotocol.NewDecoderWithBytes(line)
	if !d.Next() {
		return p, errors.New("no point")
	}
	name, err := d.Measurement()
	if err != nil {
		return p, err
	}
	p = Point{Name: string(name), Tags: map[string]string{}, Fields: map[string]any{}}
	for key, value, err := d.NextTag(); key != nil || err != nil; key, value, err = d.NextTag() {
		if err != nil {
			return p, err
		}
		p.Tags[string(key)] = string(value)
	}
	for key, value, err := d.NextField(); key != nil || err != nil; key, value, err = d.NextField() {
		if err != nil {
			return p, err
		}
		p.Fields[string(key)] = value.Interface()
	}
	if p.Time, err = d.Time(lineprotocol.Nanosecond, time.Time{}); err != nil {
		return p, err
	}
	if p.Time.IsZero() {
		return p, errors.New("no time")
	}
	if d.Next() {
		return p, errors.New("more than one point")
	}
	return p, nil
}
