//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// visitor is a thread that goes into network namespaces, into one after the other, and lives as long as the program.
// Processes are started by it alone: a child gets its Pdeathsig as soon as the thread that started it ends.
type visitor chan func()

func newVisitor() visitor {
	v := make(visitor)
	go func() {
		runtime.LockOSThread()
		for job := range v {
			job()
		}
	}()
	return v
}

// do calls f on the thread.
func (v visitor) do(f func() error) error {
	result := make(chan error)
	v <- func() { result <- f() }
	return <-result
}

// in calls f on the thread, inside a namespace. Sockets that f opens and processes that it starts stay there.
func (v visitor) in(namespace string, f func() error) error {
	return v.do(func() error {
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			return err
		}
		defer home.Close()
		if err := enter(namespace); err != nil {
			return err
		}
		err = f()
		return errors.Join(err, unix.Setns(int(home.Fd()), unix.CLONE_NEWNET))
	})
}

// enter takes the calling thread into a namespace that ip netns knows.
func enter(namespace string) error {
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
