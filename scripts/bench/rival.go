//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/serializers/influx"
)

// rival is what the plugin is compared with: it asks all servers once and writes a line for each.
type rival func(servers []string, timeout time.Duration, out *lines) (round func() error, err error)

var rivals = map[string]rival{
	"dns_query": newDNSQuery("udp"), "dns_query tcp": newDNSQuery("tcp"), "sequential": newSequential, "floor": newFloor,
}

// runRival is the rival's process, which does a round for each newline on stdin, as the plugin does: as NAME FILE
// TIMEOUT. The file has an address a line.
func runRival(args []string) error {
	if len(args) != 3 || rivals[args[0]] == nil {
		return fmt.Errorf("as wants a rival, a file and a timeout, not %q", args)
	}
	list, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	timeout, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	out := newLines(os.Stdout)
	round, err := rivals[args[0]](strings.Fields(string(list)), timeout, out)
	if err != nil {
		return err
	}
	for in := bufio.NewReader(os.Stdin); ; {
		if _, err := in.ReadString('\n'); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := round(); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

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
