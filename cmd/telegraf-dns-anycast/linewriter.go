package main

import (
	"errors"
	"io"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/serializers/influx"
)

// lineWriter writes line protocol, many whole lines at a time.
type lineWriter struct {
	out    io.Writer
	format influx.Serializer
	buf    []byte
	err    error // of the first write that failed; nothing is written after it
}

const lineBuffer = 64 << 10 // bytes

func newLineWriter(out io.Writer) *lineWriter {
	l := &lineWriter{out: out, format: influx.Serializer{SortFields: true}}
	l.format.Init() // only makes its buffers
	return l
}

// writePoint is write for callers that had to keep the points.
func (l *lineWriter) writePoint(m telegraf.Metric) {
	line, err := l.format.Serialize(m)
	if err != nil { // no name or no field: neither happens
		l.err = errors.Join(l.err, err)
	}
	l.write(line)
}

func (l *lineWriter) write(line []byte) {
	if len(l.buf)+len(line) > lineBuffer {
		l.flush()
	}
	l.buf = append(l.buf, line...)
}

func (l *lineWriter) flush() error {
	if len(l.buf) > 0 && l.err == nil {
		_, l.err = l.out.Write(l.buf)
	}
	l.buf = l.buf[:0]
	return l.err
}
