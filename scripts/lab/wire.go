//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

const (
	backlog = 1024  // packets in one direction; what comes on top is lost
	largest = 65535 // bytes of a packet
)

// wire is a process that carries packets between the router and a site and takes its time for it:
// kernels without netem cannot. A line on its stdin sets the delay; "ok" answers, the first time
// when the devices exist.
type wire struct {
	in  io.Writer
	out *bufio.Reader
}

// set changes how long packets are held from now on.
func (w *wire) set(delay time.Duration) error {
	if _, err := fmt.Fprintln(w.in, delay); err != nil {
		return err
	}
	if answer, err := w.out.ReadString('\n'); answer != "ok\n" {
		return fmt.Errorf("set the delay: answer %q: %w", answer, err)
	}
	return nil
}

// runWire is the process itself: wire NAMESPACE DEVICE NAMESPACE DEVICE.
func runWire(args []string) error {
	if len(args) != 4 {
		return refuse("wire wants a namespace and a device, twice")
	}
	a, err := openTUN(args[0], args[1])
	if err != nil {
		return err
	}
	b, err := openTUN(args[2], args[3])
	if err != nil {
		return err
	}
	var delay atomic.Int64
	failed := make(chan error, 3)
	go func() { failed <- carry(a, b, &delay) }()
	go func() { failed <- carry(b, a, &delay) }()
	go func() { failed <- obeyDelays(os.Stdin, os.Stdout, &delay) }()
	return <-failed
}

// obeyDelays returns at the end of stdin.
func obeyDelays(r io.Reader, w io.Writer, delay *atomic.Int64) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		d, err := parseDelay(lines.Text())
		if err != nil {
			return err
		}
		delay.Store(int64(d))
		fmt.Fprintln(w, "ok")
	}
	return lines.Err()
}

func parseDelay(word string) (time.Duration, error) {
	d, err := time.ParseDuration(word)
	if err != nil || d < 0 || d > longest {
		return 0, fmt.Errorf("delay %q: want a duration such as 20ms, from 0 to %v", word, longest)
	}
	return d, nil
}

// openTUN makes a device in a namespace: what the kernel sends there is read, what is written there
// arrives.
func openTUN(namespace, device string) (*os.File, error) {
	// The thread ends with the goroutine: it must not come back with another's namespace.
	type result struct {
		fd  int
		err error
	}
	opened := make(chan result)
	go func() {
		runtime.LockOSThread()
		fd, err := newTUN(namespace, device)
		opened <- result{fd, err}
	}()
	r := <-opened
	if r.err != nil {
		return nil, fmt.Errorf("make %s in %s: %w", device, namespace, r.err)
	}
	return os.NewFile(uintptr(r.fd), device), nil
}

func newTUN(namespace, device string) (int, error) {
	if err := nstest.EnterNamed(namespace); err != nil {
		return 0, err
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(device)
	if err != nil {
		return 0, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	return fd, unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
}

// packet is on its way until due.
type packet struct {
	data []byte
	due  time.Time
}

// carry moves packets in one direction, in the order they came, also where the delay has just
// become shorter.
func carry(from io.Reader, to io.Writer, delay *atomic.Int64) error {
	queue := make(chan packet, backlog)
	defer close(queue)
	go func() {
		for p := range queue {
			time.Sleep(time.Until(p.due))
			to.Write(p.data) // a device that is down loses it, as a cable would
		}
	}()
	buffer := make([]byte, largest)
	for {
		n, err := from.Read(buffer)
		switch {
		case errors.Is(err, unix.EBADFD), errors.Is(err, os.ErrClosed):
			return fmt.Errorf("the device is gone: %w", err)
		case err != nil: // not up yet
			time.Sleep(pace)
			continue
		}
		select {
		case queue <- packet{append([]byte(nil), buffer[:n]...), time.Now().Add(time.Duration(delay.Load()))}:
		default:
		}
	}
}
