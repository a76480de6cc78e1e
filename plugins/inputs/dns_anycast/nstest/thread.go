//go:build linux

// Package nstest makes network namespaces of Linux, for tests and tools: networks that a test has
// for itself, without a packet that leaves the machine. It takes root and iproute2, and is never
// part of the command.
//
// A namespace is that of a thread: what the thread opens or starts is in there for good, whoever
// uses it. The kernel removes one without a name when the last thread and the last socket in it are
// gone.
package nstest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Thread is one that does jobs, one after the other, and lives as long as the program. Processes
// that are to end with the program are started by one: a child gets its Pdeathsig as soon as the
// thread that started it ends.
type Thread chan func()

// NewThread starts a thread, in the namespaces of the program.
func NewThread() Thread {
	t := make(Thread)
	go func() {
		runtime.LockOSThread()
		for job := range t {
			job()
		}
	}()
	return t
}

// Do calls f on the thread.
func (t Thread) Do(f func() error) error {
	result := make(chan error)
	t <- func() { result <- f() }
	return <-result
}

// In calls f on the thread, inside a namespace that ip netns knows.
func (t Thread) In(namespace string, f func() error) error {
	return t.Do(func() error {
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			return err
		}
		defer home.Close()
		if err := EnterNamed(namespace); err != nil {
			return err
		}
		err = f()
		return errors.Join(err, unix.Setns(int(home.Fd()), unix.CLONE_NEWNET))
	})
}

// EnterNamed takes the calling thread into a namespace that ip netns knows.
func EnterNamed(namespace string) error {
	f, err := os.Open(filepath.Join("/run/netns", namespace))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter %s: %w", namespace, err)
	}
	return nil
}

// Try makes namespaces of the kinds that flags name, on a thread that ends with its goroutine.
// Users may not, nor may root in most containers.
func Try(flags int) error {
	tried := make(chan error)
	go func() {
		runtime.LockOSThread()
		tried <- unix.Unshare(flags)
	}()
	return <-tried
}

// Configure runs commands of ip in the namespace of the calling thread.
func Configure(commands ...string) error {
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C does not cut it short
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("ip is missing: apt-get install iproute2")
	}
	if err != nil {
		return fmt.Errorf("ip: %w: %s\n%s", err, bytes.TrimSpace(out), strings.Join(commands, "\n"))
	}
	return nil
}

// Set sets values below /proc/sys/net, which is that of the thread that looks.
func Set(values map[string]string) error {
	for name, value := range values {
		if err := os.WriteFile(filepath.Join("/proc/sys/net", name), []byte(value), 0o644); err != nil {
			return err
		}
	}
	return nil
}
