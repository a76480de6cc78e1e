//go:build linux

package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"time"
)

// Names of the scenarios that goals are about.
const (
	idle10       = "10 targets"
	idle100      = "100 targets"
	idle1000     = "1,000 targets"
	busy1000     = "1,000 targets, two busy loops"
	tcp1000      = "1,000 targets, TCP"
	idle10000    = "10,000 targets"
	same1000     = "1,000 targets, all 20 ms away"
	same10000    = "10,000 targets, all 20 ms away"
	options10000 = "10,000 targets, options, spread out"
	limited      = "10,000 targets, 1,024 descriptors"
)

const (
	warmUp         = 2                     // rounds that are not measured
	pause          = 20 * time.Millisecond // between two programs' turns
	busyLoops      = 2
	defaultTimeout = 2 * time.Second // everybody's
)

// scenario is what some programs go through, taking turns round by round.
type scenario struct {
	name     string
	targets  int
	families []bool // whether a target is IPv6, by turns
	classes  []byte // of delay, by turns
	dead     bool   // one target in ten
	busy     bool
	programs []contestant
	timeout  time.Duration // of a query; 0: the default
	cost     int           // rounds without a capture: CPU, time
	exact    int           // rounds with one: errors, answers missed
}

// atOnce is the plugin's option that starts all queries of a round together. By default they are spread over a time.
const atOnce = `spread = "0s"` + "\n"

var (
	plugin      = contestant{name: pluginName, options: atOnce}
	spreadOut   = contestant{name: "plugin default"}
	dnsQuery    = contestant{name: "dns_query"}
	sequential  = contestant{name: "sequential"}
	theFloor    = contestant{name: "floor"}
	pluginTCP   = contestant{name: "plugin tcp", options: atOnce + `transports = ["tcp"]` + "\n"}
	dnsQueryTCP = contestant{name: "dns_query tcp"}

	both  = []bool{false, true}
	mixed = []byte{0, 1, 2, 3}
	far20 = []byte{2}
)

const (
	withZone  = `zone = "bench.example"` + "\n"
	withSites = `site = '^([a-z]{3})'
places = "iata"
sites = ["LHR", "ARN", "JFK", "NRT"]
expect = '[a-z]{3}[0-9]+\.bench'
`
	withLocation = `location = "LHR"` + "\n"
	withState    = `state_file = "DIR/state"` + "\n"
)

// features are the plugin with each of its options.
var features = []contestant{
	plugin,
	{name: "plugin queries = 5", options: atOnce + "queries = 5\n", asks: 5},
	{name: "plugin zone", options: atOnce, cloud: withZone, asks: 2},
	{name: "plugin sites", options: atOnce + withLocation, cloud: withSites},
	{name: "plugin state_file", options: atOnce + withState},
	{name: "plugin all of these", options: atOnce + "queries = 5\n" + withLocation + withState, cloud: withSites + withZone, asks: 6},
}

// heavyFeatures are the options that make a round hold the most, each with queries that are spread over a time.
var heavyFeatures = []contestant{
	{name: "plugin queries = 5", options: "queries = 5\n", asks: 5},
	{name: "plugin zone", cloud: withZone, asks: 2},
	{name: "plugin state_file", options: withState},
	{name: "plugin tcp", options: `transports = ["tcp"]` + "\n"},
}

// scenarios of the full form, or of the quick one.
func scenarios(quick bool) []scenario {
	abreast := []contestant{plugin, spreadOut, dnsQuery, theFloor}
	all := []contestant{plugin, spreadOut, dnsQuery, sequential, theFloor}
	limit := scenario{
		name: limited, targets: 10000, classes: far20,
		programs: []contestant{plugin.under(1024), dnsQuery.under(1024)}, cost: 2, exact: 2,
	}
	if quick {
		return []scenario{
			{name: idle10, targets: 10, classes: mixed, programs: all, cost: 10, exact: 10},
			{name: idle1000, targets: 1000, classes: mixed, programs: abreast, cost: 4, exact: 10},
			{name: same1000, targets: 1000, classes: far20, programs: abreast, cost: 8, exact: 2},
			{name: busy1000, targets: 1000, classes: mixed, programs: abreast, cost: 4, exact: 5, busy: true},
			limit,
		}
	}
	return []scenario{
		{name: "1 target", targets: 1, classes: far20, programs: all, cost: 50, exact: 50},
		{name: idle10, targets: 10, classes: mixed, programs: all, cost: 40, exact: 20},
		{name: idle100, targets: 100, classes: mixed, programs: all, cost: 20, exact: 5},
		{name: idle1000, targets: 1000, classes: mixed, programs: abreast, cost: 20, exact: 20},
		{name: busy1000, targets: 1000, classes: mixed, programs: abreast, cost: 10, exact: 20, busy: true},
		{name: same1000, targets: 1000, classes: far20, programs: abreast, cost: 20, exact: 5},
		{name: "1,000 targets, IPv4", targets: 1000, classes: mixed, families: []bool{false}, programs: abreast, cost: 10, exact: 5},
		{name: "1,000 targets, IPv6", targets: 1000, classes: mixed, families: []bool{true}, programs: abreast, cost: 10, exact: 5},
		{name: "1,000 targets, 10 % dead", targets: 1000, classes: mixed, dead: true, programs: abreast, cost: 2, exact: 3},
		{name: tcp1000, targets: 1000, classes: mixed, programs: []contestant{pluginTCP, dnsQueryTCP}, cost: 8, exact: 5},
		{name: "1,000 targets, options", targets: 1000, classes: mixed, programs: features, cost: 10, exact: 5},
		{name: idle10000, targets: 10000, classes: mixed, programs: abreast, cost: 8, exact: 4},
		{name: "10,000 targets, two busy loops", targets: 10000, classes: mixed, programs: abreast, cost: 4, exact: 3, busy: true},
		{name: same10000, targets: 10000, classes: far20, programs: abreast, cost: 10, exact: 2},
		{name: options10000, targets: 10000, classes: mixed, programs: heavyFeatures, cost: 4, exact: 2},
		limit,
	}
}

// under is c with a hard limit of descriptors.
func (c contestant) under(nofile uint64) contestant {
	c.nofile = nofile
	return c
}

func (s scenario) servers() []netip.Addr {
	families := s.families
	if families == nil {
		families = both
	}
	list := make([]netip.Addr, s.targets)
	for i := range list {
		after := s.classes[i/len(families)%len(s.classes)]
		if s.dead && i%10 == 9-i/10%2 { // of both families
			after = dead
		}
		list[i] = address(i, families[i%len(families)], after)
	}
	return list
}

// run takes the programs through the scenario.
func (s scenario) run(ctx context.Context, n *network, binary string) (rows []row, err error) {
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if s.timeout == 0 {
		s.timeout = defaultTimeout
	}
	programs := make([]*program, len(s.programs))
	rows = make([]row, len(s.programs))
	for i, c := range s.programs {
		if programs[i], err = c.start(ctx, n.near, dir, binary, s.servers(), s.timeout); err != nil {
			return nil, err
		}
		defer programs[i].Kill()
		rows[i] = row{scenario: s.name, program: c.name}
	}
	if s.busy {
		stop, err := beBusy(n.near)
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	if err := takeTurns(programs, warmUp, func(int, []byte, time.Duration) error { return nil }); err != nil {
		return nil, err
	}
	if err := s.measureCost(programs, rows); err != nil {
		return nil, err
	}
	if err := s.measureErrors(n, programs, rows); err != nil {
		return nil, err
	}
	for i, p := range programs {
		if rows[i].peak, err = p.peak(); err != nil {
			return nil, err
		}
		if _, err := p.End(); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return rows, nil
}

// takeTurns lets each program do a round, then each another one, beginning with another program each time.
func takeTurns(programs []*program, rounds int, done func(i int, text []byte, took time.Duration) error) error {
	for r := range rounds {
		for k := range programs {
			i := (r + k) % len(programs)
			text, took, err := programs[i].round()
			if err != nil {
				return err
			}
			time.Sleep(pause)
			if err := done(i, text, took); err != nil {
				return err
			}
		}
	}
	return nil
}

// measureCost counts everything that a process uses from its first measured round on, also between rounds.
func (s scenario) measureCost(programs []*program, rows []row) error {
	for i, p := range programs {
		rows[i].cpu = -p.cpu()
	}
	err := takeTurns(programs, s.cost, func(i int, _ []byte, took time.Duration) error {
		rows[i].sweep = append(rows[i].sweep, took)
		rows[i].asked += s.targets * max(1, s.programs[i].asks)
		return nil
	})
	for i, p := range programs {
		rows[i].cpu += p.cpu()
	}
	return err
}

func (s scenario) measureErrors(n *network, programs []*program, rows []row) error {
	c, err := newCapture(n)
	if err != nil {
		return err
	}
	defer c.close()
	return takeTurns(programs, s.exact, func(i int, text []byte, _ time.Duration) error {
		w, err := c.read()
		if err != nil {
			return err
		}
		reports, err := parseReports(text)
		rows[i].judge(w, reports, s.timeout)
		return err
	})
}

// beBusy starts processes that do nothing but compute.
func beBusy(at *place) (stop func(), err error) {
	var loops []*exec.Cmd
	stop = func() {
		for _, l := range loops {
			l.Process.Kill()
			l.Wait()
		}
	}
	for range busyLoops {
		l := exec.Command("/proc/self/exe", "busy")
		if err := at.start(l); err != nil {
			stop()
			return nil, fmt.Errorf("start a busy loop: %w", err)
		}
		loops = append(loops, l)
	}
	return stop, nil
}
