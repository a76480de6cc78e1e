package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// round is the lines of one, sorted so that two rounds can be compared.
type round []string

// showRounds asks for rounds as Telegraf does, and moves a cloud after the first.
func showRounds(ctx context.Context, w io.Writer, binary, file string, clouds []*cloud) error {
	cmd := exec.CommandContext(ctx, binary, "--config", file)
	cmd.Stderr = os.Stderr
	p, err := execdtest.Start(cmd)
	if err != nil {
		return err
	}
	defer p.Kill()
	ask := func() (r round, err error) {
		text, err := p.Round(execdtest.Clouds(len(clouds)))
		return slices.Sorted(strings.Lines(string(text))), err
	}
	step(w, "3. Under Telegraf: a newline on stdin asks for a round, and line protocol answers.")
	before, err := ask()
	if err != nil {
		return err
	}
	fmt.Fprint(w, strings.Join(before, ""))

	moved := clouds[0]
	step(w, fmt.Sprintf("4. %s The next round:", moved.move()))
	after, err := ask()
	if err != nil {
		return err
	}
	fmt.Fprint(w, strings.Join(after, ""))
	confirmed, err := ask()
	if err != nil {
		return err
	}
	showChange(w, confirmed)
	fmt.Fprintf(w, "\n6. What a dashboard can tell from them: %s\n", moved.change(before, after))
	rest, err := p.End()
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("points that nobody asked for: %s", rest)
	}
	return err
}

// showChange shows the line that a round has for a change.
func showChange(w io.Writer, confirmed round) {
	step(w, "5. One more round confirms it, and has a line of its own for the change:")
	for _, line := range confirmed {
		if strings.HasPrefix(line, "dns_anycast_change,") {
			fmt.Fprint(w, line)
		}
	}
}

// move takes the IPv4 route from the nearest site to the farthest, and says so.
func (c *cloud) move() string {
	from, to := c.ipv4.Load(), &c.sites[len(c.sites)-1]
	c.ipv4.Store(to)
	return fmt.Sprintf("The IPv4 route to %s changes from %s to %s, its IPv6 route does not.",
		c.name, from.code, to.code)
}

// change says in words what two rounds say about a cloud.
func (c *cloud) change(before, after round) string {
	text := fmt.Sprintf("%s over IPv4 was %s and is %s", c.name, before.place(c.servers[0]), after.place(c.servers[0]))
	if len(c.servers) > 1 {
		text += fmt.Sprintf(", over IPv6 it still is %s: a split catchment", after.place(c.servers[1]))
	}
	return text + "."
}

// place is where a server was in a round, and how far away.
func (r round) place(server string) string {
	for _, line := range r {
		if p, err := execdtest.Parse([]byte(line)); err == nil && p.Name == "dns_anycast" && p.Tags["server"] == server {
			ms, _ := p.Fields["query_time_ms"].(float64)
			return fmt.Sprintf("%s (%d ms)", p.Tags["site"], int(ms))
		}
	}
	return "nowhere"
}
