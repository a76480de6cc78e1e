// Package stacktest runs what the tests of the stack need: influxd, the plugin, name servers that
// behave as they are told. What config ships, and what the plugin's pages say of its points, is read
// here too.
package stacktest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"
)

// Process is a program under test; what it writes is in log.
type Process struct {
	Cmd   *exec.Cmd
	Log   string
	Ended chan error
}

// Start runs a program until the test ends.
func Start(t *testing.T, log string, cmd *exec.Cmd) *Process {
	t.Helper()
	f, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd.Stdout, cmd.Stderr = f, f
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &Process{cmd, log, make(chan error, 1)}
	go func() { p.Ended <- cmd.Wait(); close(p.Ended) }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.Ended
	})
	return p
}

// Stop asks a program to end and waits until it has.
func (p *Process) Stop(t *testing.T) {
	t.Helper()
	p.Cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-p.Ended:
		if err != nil {
			t.Errorf("%s ended with %v:\n%s", p.Cmd.Path, err, Read(t, p.Log))
		}
	case <-time.After(15 * time.Second):
		t.Fatalf("%s does not end:\n%s", p.Cmd.Path, Read(t, p.Log))
	}
}

// Succeed returns what a command writes; one that fails fails the test.
func Succeed(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return string(out)
}

// Eventually waits until something has been done that p is to do, for 40 s at most.
func Eventually(t *testing.T, p *Process, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no sign of %s; %s wrote:\n%s", what, p.Cmd.Path, Read(t, p.Log))
		}
	}
}

var lastPort atomic.Int32

// FreePort is a port that nothing listens on, below those that the system gives to whoever asks for any: it stays free
// until the test takes it.
func FreePort(t *testing.T) string {
	t.Helper()
	const first, ports = 20000, 12000
	for range ports {
		port := first + (int32(os.Getpid()*97)+lastPort.Add(1))%ports
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}
