package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// cost is what the command took.
type cost struct {
	memory  int64 // bytes, at most
	start   time.Duration
	cpu     time.Duration // in all
	results int
	points  int
}

// forPair is its CPU time for pair results.
func (c *cost) forPair() time.Duration {
	return (c.cpu - c.start) * pair / time.Duration(max(1, c.results))
}

func (c *cost) text(w world) string {
	return fmt.Sprintf("%d measurements, %d probes each, %d windows of %v: %d results, %d points\n"+
		"memory at most        %6.1f MB\n"+
		"CPU to start          %6.2f s, with %d probes in the archive\n"+
		"CPU of %d results %6.2f s\n",
		2*w.letters, w.probes, w.windows, w.length, c.results, c.points,
		float64(c.memory)/(1<<20), c.start.Seconds(), registered, pair, c.forPair().Seconds())
}

// follow lets a command follow the world.
func follow(w world, command string) (c cost, err error) {
	dir, err := os.MkdirTemp("", "atlascost")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	var api atlastest.Server
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return c, err
	}
	server := &http.Server{Handler: &api}
	go server.Serve(l)
	defer server.Close()
	conf, err := w.write(dir, "http://"+l.Addr().String()+"/api/v2")
	if err != nil {
		return c, err
	}
	made := 6*time.Second + time.Duration(w.results()/50_000)*time.Second // the world is, meanwhile
	from := time.Now().Add(made).Truncate(w.length).Add(w.length)
	w.serve(&api, from)
	time.Sleep(time.Until(from.Add(-5 * time.Second)))
	cmd := exec.Command(command, "--config", conf)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return c, err
	}
	p, err := execdtest.Start(cmd)
	if err != nil {
		return c, err
	}
	defer p.Kill()
	if err = c.read(w, p, bufio.NewReader(out)); err == nil && c.results != w.results() {
		err = fmt.Errorf("%d results were told of, of %d", c.results, w.results())
	}
	return c, err
}

// read reads what the command says of all windows.
func (c *cost) read(w world, p *execdtest.Process, out *bufio.Reader) error {
	if _, err := p.In.WriteString("\n"); err != nil { // a round, with which it begins to follow
		return err
	}
	time.Sleep(4 * time.Second)
	_, c.start, _ = usage(p.Cmd.Process.Pid)
	for left := 2 * w.letters * w.windows; left > 0; left-- {
		text, err := next(w, p, out)
		if err != nil {
			return err
		}
		c.points += bytes.Count(text, []byte("\n"))
		points, err := execdtest.Points(text)
		if err != nil {
			return err
		}
		for _, one := range points {
			if one.Name == "dns_anycast_catchment" {
				c.results += int(one.Int("probes"))
			}
		}
		if c.memory, c.cpu, err = usage(p.Cmd.Process.Pid); err != nil {
			return err
		}
	}
	return nil
}

// next reads up to the next total, which may take as long as a window.
func next(w world, p *execdtest.Process, out *bufio.Reader) (text []byte, err error) {
	watch := time.AfterFunc(2*w.length+time.Minute, p.Kill)
	defer watch.Stop()
	for {
		line, err := out.ReadBytes('\n')
		if text = append(text, line...); err != nil {
			return nil, fmt.Errorf("the command says no more: %w: %s", err, p.Said())
		}
		if bytes.HasPrefix(line, []byte("dns_anycast_catchment,")) {
			return text, nil
		}
	}
}

var peak = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// usage is how much memory a process had at most, and its CPU time.
func usage(pid int) (memory int64, cpu time.Duration, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, err
	}
	m := peak.FindSubmatch(status)
	_, behind, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(behind)
	if m == nil || len(fields) < 13 {
		return 0, 0, errors.New("/proc tells no usage")
	}
	memory, _ = strconv.ParseInt(string(m[1]), 10, 64)
	for _, ticks := range fields[11:13] { // utime and stime, in 1/100 s
		n, _ := strconv.ParseInt(ticks, 10, 64)
		cpu += time.Duration(n) * 10 * time.Millisecond
	}
	return memory << 10, cpu, nil
}
