//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const commands = "withdraw|announce SITE [4|6], kill|start SITE, delay SITE DURATION, ecmp on|off, publish SERIAL [SITE …]"

// obey does what a line says and returns when it is so.
func (l *lab) obey(ctx context.Context, line string) error {
	words := strings.Fields(line)
	if len(words) < 2 {
		return fmt.Errorf("%q is not understood; there are %s", line, commands)
	}
	verb, name, rest := words[0], words[1], words[2:]
	switch {
	case verb == "ecmp" && len(rest) == 0:
		return l.setECMP(ctx, name)
	case verb == "publish":
		return l.obeyPublish(ctx, name, rest)
	}
	s, err := l.site(name)
	if err != nil {
		return err
	}
	switch {
	case verb == "withdraw" && len(rest) <= 1:
		return l.announce(ctx, s, "disable", rest)
	case verb == "announce" && len(rest) <= 1:
		return l.announce(ctx, s, "enable", rest)
	case verb == "kill" && len(rest) == 0:
		return l.kill(s)
	case verb == "start" && len(rest) == 0:
		return l.revive(ctx, s)
	case verb == "delay" && len(rest) == 1:
		delay, err := parseDelay(rest[0])
		if err != nil {
			return err
		}
		return s.wire.set(delay)
	}
	return fmt.Errorf("%q is not understood; there are %s", line, commands)
}

func (l *lab) site(name string) (*site, error) {
	i := slices.IndexFunc(l.sites, func(s *site) bool { return s.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no site %q; there are %s", name, commands)
	}
	return l.sites[i], nil
}

// obeyPublish is for all sites where none is named.
func (l *lab) obeyPublish(ctx context.Context, serial string, names []string) error {
	n, err := strconv.ParseUint(serial, 10, 32)
	if err != nil {
		return fmt.Errorf("serial %q: want a number of 32 bits", serial)
	}
	sites := l.sites
	if len(names) > 0 {
		sites = nil
	}
	for _, name := range names {
		s, err := l.site(name)
		if err != nil {
			return err
		}
		sites = append(sites, s)
	}
	return l.publish(ctx, uint32(n), sites)
}

// announce enables or disables the route of one family or of both.
func (l *lab) announce(ctx context.Context, s *site, verb string, only []string) error {
	if len(only) > 0 && !slices.Contains(families[:], only[0]) {
		return fmt.Errorf("no family %q; there are %v", only[0], families)
	}
	for family, digit := range families {
		if len(only) > 0 && only[0] != digit {
			continue
		}
		if _, err := l.birdc(s.name, verb, "anycast"+digit); err != nil {
			return err
		}
		s.announced[family] = verb == "enable"
	}
	return l.settle(ctx)
}

func (l *lab) kill(s *site) error {
	if s.server == nil {
		return fmt.Errorf("the server of %s is dead", s.name)
	}
	l.end(s.server)
	s.server = nil
	return nil
}

func (l *lab) revive(ctx context.Context, s *site) error {
	if s.server != nil {
		return fmt.Errorf("the server of %s runs", s.name)
	}
	if err := l.startServer(s); err != nil {
		return err
	}
	return l.awaitServer(ctx, s)
}

func (l *lab) setECMP(ctx context.Context, word string) error {
	if word != "on" && word != "off" {
		return fmt.Errorf("ecmp %q: want on or off", word)
	}
	l.ecmp = word == "on"
	if err := l.writeRouter(); err != nil {
		return err
	}
	if _, err := l.birdc(router, "configure"); err != nil {
		return err
	}
	return l.settle(ctx)
}

// serve says that the lab is ready and obeys line by line, until there are no more or it is told to
// end.
func (l *lab) serve(ctx context.Context, r io.Reader, w io.Writer) error {
	fmt.Fprintf(w, "ready %s %s\n", l.namespace(vantage), l.configFile())
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(r); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, more := <-lines:
			if !more {
				return nil
			}
			fmt.Fprintln(w, l.reply(ctx, line))
		}
	}
}

// reply is one line, whatever an error says.
func (l *lab) reply(ctx context.Context, line string) string {
	if err := l.obey(ctx, line); err != nil {
		return "error " + strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return "ok"
}

// listen opens the socket on which a lab of a person takes commands. One for a test has none: "do"
// must not find it.
func (l *lab) listen() (net.Listener, error) {
	return net.Listen("unix", filepath.Join(l.dir, "control"))
}

// answer obeys one line a connection until the socket is closed.
func (l *lab) answer(ctx context.Context, socket net.Listener) {
	for {
		c, err := socket.Accept()
		if err != nil {
			return
		}
		c.SetReadDeadline(time.Now().Add(time.Second)) // a silent client must not hold up the end
		if line, err := bufio.NewReader(c).ReadString('\n'); err == nil {
			fmt.Fprintln(c, l.reply(ctx, strings.TrimSpace(line)))
		}
		c.Close()
	}
}

// tell is the other side: it finds the lab that runs and passes on a command.
func tell(args []string) error {
	set := newFlagSet()
	name := set.String("lab", prefix+"*", "which `lab`, where several run")
	if err := set.Parse(args); err != nil {
		return refusal{err}
	}
	if set.NArg() == 0 {
		return refuse("do what? There are %s", commands)
	}
	c, err := dial(*name)
	if err != nil {
		return err
	}
	defer c.Close()
	fmt.Fprintln(c, strings.Join(set.Args(), " "))
	answer, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the lab ended before it answered: %w", err)
	}
	if text, failed := strings.CutPrefix(answer, "error "); failed {
		return errors.New(strings.TrimSpace(text))
	}
	fmt.Fprint(os.Stdout, answer)
	return nil
}

// dial connects to the only lab of that name that runs. A socket without a lab behind it is none.
func dial(name string) (net.Conn, error) {
	files, err := filepath.Glob(filepath.Join(home, name, "control"))
	if err != nil {
		return nil, refusal{err}
	}
	var running []net.Conn
	var names []string
	for _, file := range files {
		if c, err := net.Dial("unix", file); err == nil {
			running = append(running, c)
			names = append(names, filepath.Base(filepath.Dir(file)))
		}
	}
	if len(running) == 1 {
		return running[0], nil
	}
	for _, c := range running {
		c.Close()
	}
	if len(running) > 1 {
		return nil, refuse("several labs run; choose one: do --lab %s", strings.Join(names, "|"))
	}
	return nil, refuse("no lab runs, or it is not yours: start one with make lab, as root")
}
