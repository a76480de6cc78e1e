//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// attend serves other terminals until it is told to end.
func (l *lab) attend(ctx context.Context) error {
	socket, err := l.listen()
	if err != nil {
		return err
	}
	// A killed go run tells its child nothing. The thread of the signal must last.
	if err := l.visitor.Do(func() error {
		return unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0)
	}); err != nil {
		return err
	}
	l.explain(os.Stdout)
	go func() {
		<-ctx.Done()
		socket.Close()
	}()
	l.answer(ctx, socket)
	fmt.Println("\nlab: removing it all")
	return nil
}

// explain says what there is to see, and how to break it.
func (l *lab) explain(w io.Writer) {
	fmt.Fprintf(w, `An anycast cloud: %s and %s, announced by lhr1, arn1 and yyz1. It is yours until Ctrl-C.

Configuration: %s
Watch it, in a second terminal:

  ip netns exec %s bin/telegraf-dns-anycast --watch --config %[3]s

Break it, in a third:

`, service[0], service[1], l.configFile(), l.namespace(vantage))
	for _, c := range [][2]string{
		{"withdraw lhr1", "the cloud moves to arn1; its path is traced, a minute after the last"},
		{"announce lhr1", "and back"},
		{"withdraw lhr1 6", "IPv6 alone moves: a split catchment"},
		{"announce lhr1 6", "and back"},
		{"kill lhr1", "the server dies, its routes stay: nobody answers"},
		{"start lhr1", "and is back"},
		{"delay lhr1 40ms", "a longer way to the same site"},
		{"delay lhr1 5ms", "near again"},
		{"ecmp on", "every source port has a site of its own, lhr1 or arn1"},
		{"ecmp off", "lhr1 alone again"},
		{"publish 2 arn1 yyz1", "a zone update that does not reach lhr1"},
		{"publish 2", "and now does"},
	} {
		fmt.Fprintf(w, "  %s do %-19s # %s\n", os.Args[0], c[0], c[1])
	}
}
