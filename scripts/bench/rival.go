//go:build linux

package main

import (
	"bufio"
	"io"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/serializers/influx"
)

// identityName is what every rival asks for.
const identityName = "hostname.bind."

// rival is what the plugin is compared with: it asks all servers once and writes a line for each.
type rival func(servers []string, timeout time.Duration, out *lines) (round func() error, err error)

// lines writes metrics as the plugin's command does, through a buffer that is flushed when full and at the end of a round.
type lines struct {
	*bufio.Writer // remembers its first error
	format        influx.Serializer
}

func newLines(out io.Writer) *lines {
	l := &lines{bufio.NewWriterSize(out, 64<<10), influx.Serializer{SortFields: true}}
	l.format.Init() // only makes its buffers
	return l
}

func (l *lines) write(m telegraf.Metric) {
	b, err := l.format.Serialize(m)
	if err != nil {
		panic(err) // a rival's point that is none
	}
	l.Write(b)
}
