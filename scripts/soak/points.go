//go:build linux

package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

// point is a line of line protocol.
type point struct {
	name   string
	tags   map[string]string
	fields map[string]any
	at     time.Time
}

func (p point) text(field string) string {
	s, _ := p.fields[field].(string)
	return s
}

// whole is -1 where there is no such field.
func (p point) whole(field string) int64 {
	if n, ok := p.fields[field].(int64); ok {
		return n
	}
	return -1
}

// parse reads one line, which must be one point with a time.
func parse(line []byte) (point, error) {
	d := lineprotocol.NewDecoderWithBytes(line)
	if !d.Next() {
		return point{}, errors.New("no point")
	}
	p := point{tags: map[string]string{}, fields: map[string]any{}}
	name, err := d.Measurement()
	if err != nil {
		return p, err
	}
	p.name = string(name)
	for {
		key, value, err := d.NextTag()
		if err != nil {
			return p, err
		}
		if key == nil {
			break
		}
		p.tags[string(key)] = string(value)
	}
	for {
		key, value, err := d.NextField()
		if err != nil {
			return p, err
		}
		if key == nil {
			break
		}
		p.fields[string(key)] = value.Interface()
	}
	if p.at, err = d.Time(lineprotocol.Nanosecond, time.Time{}); err != nil {
		return p, err
	}
	if p.at.IsZero() {
		return p, errors.New("no time")
	}
	if d.Next() {
		return p, errors.New("more than one point")
	}
	return p, nil
}

// times: what was measured is above zero, and below what anything may take here; what lasts is not below zero.
func (p point) times() error {
	for key, value := range p.fields {
		v, isFloat := value.(float64)
		switch {
		case strings.HasSuffix(key, "_ms") && (!isFloat || v <= 0 || v > 1000*patience.Seconds()),
			strings.HasSuffix(key, "_s") && key != "refresh_s" && (!isFloat || v < 0): // REFRESH is copied, not measured
			return fmt.Errorf("%s is %v", key, value)
		// Over TCP an answer that is there already when a starved process comes to read is taken after the deadline too.
		case key == "query_time_ms" && v > 1000*timeout.Seconds() && p.tags["transport"] == "udp":
			return fmt.Errorf("%s is %v, beyond the timeout", key, value)
		}
	}
	return nil
}
