package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// plugin is the command as Telegraf's inputs.execd runs it.
type plugin struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(ctx context.Context, binary, file string) (*plugin, error) {
	cmd := exec.CommandContext(ctx, binary, "--config", file)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &plugin{cmd, in, bufio.NewReader(out)}, cmd.Start()
}

// round asks for a round and returns its lines, which end with one a cloud, sorted so that two rounds can be compared.
func (p *plugin) round(clouds int) ([]string, error) {
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		return nil, fmt.Errorf("ask for a round: %w", err)
	}
	var lines []string
	for ended := 0; ended < clouds; {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("read a round: %d points: %w", len(lines), err)
		}
		if strings.HasPrefix(line, "dns_anycast_cloud,") {
			ended++
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines, nil
}

// changes are the lines that tell of one.
func changes(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, "dns_anycast_change,") })
}

// end closes stdin, which is how Telegraf stops a plugin.
func (p *plugin) end() error {
	if err := p.in.Close(); err != nil {
		return err
	}
	rest, err := io.ReadAll(p.out)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("points that nobody asked for: %s", rest)
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("end of stdin: %w", err)
	}
	return nil
}

// kill ends a plugin that end did not.
func (p *plugin) kill() {
	if p.cmd.ProcessState == nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	}
}

// change says in words what two rounds say about a cloud.
func change(before, after []string, c *cloud) string {
	was, is := find(before, c.ipv4), find(after, c.ipv4)
	text := fmt.Sprintf("%s over IPv4 was %s and is %s", c.name, place(was), place(is))
	if c.ipv6 != nil {
		text += fmt.Sprintf(", over IPv6 it still is %s: a split catchment", place(find(after, c.ipv6)))
	}
	return text + "."
}

func place(line string) string {
	whole, _, _ := strings.Cut(value(line, "query_time_ms"), ".")
	return fmt.Sprintf("%s (%s ms)", value(line, "site"), whole)
}

func find(lines []string, a *address) string {
	for _, line := range lines {
		if value(line, "server") == a.conn.LocalAddr().String() {
			return line
		}
	}
	return ""
}

// value reads a tag or field from a line of the demo's, in which nothing is escaped.
func value(line, key string) string {
	for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ' ' }) {
		if v, ok := strings.CutPrefix(part, key+"="); ok {
			return v
		}
	}
	return ""
}
