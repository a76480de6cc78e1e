//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// keeper is a process beside the lab that outlives it. Its stdin names the namespaces as they are
// made; when that ends, by the lab's own doing or by its sudden death, it removes them and the
// lab's directory.
type keeper struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

func newKeeper(dir string) (*keeper, error) {
	cmd := exec.Command("/proc/self/exe", "keep", dir)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // out of reach of the terminal's Ctrl-C
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &keeper{cmd, in}, cmd.Start()
}

// add makes it responsible for a namespace.
func (k *keeper) add(namespace string) error {
	_, err := fmt.Fprintln(k.in, namespace)
	return err
}

// close returns when all is removed.
func (k *keeper) close() error { return errors.Join(k.in.Close(), k.cmd.Wait()) }

// keep is the keeper's own side.
func keep(args []string) (err error) {
	if len(args) != 1 {
		return refuse("keep wants a directory")
	}
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		namespace := lines.Text()
		defer func() { err = errors.Join(err, ip("netns", "delete", namespace)) }()
	}
	return removeAll(args[0])
}

// removeAll has patience: after a sudden death of the lab a daemon may still be writing while the
// kernel ends it.
func removeAll(dir string) (err error) {
	for range 100 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}
