//go:build unix

package main

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAtlasInterrupted: it does not wait for a pipe into which nobody writes.
func TestAtlasInterrupted(t *testing.T) {
	t.Parallel()
	results := writeFile(t, "")
	for _, args := range [][]string{{"--atlas", "-"}, {"--atlas", "/dev/stdin"}, {"--atlas", results, "--probes", "/dev/stdin"}} {
		cmd := exec.Command(binary(t), append([]string{"--once"}, args...)...)
		var said strings.Builder
		cmd.Stderr = &said
		stdin, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		time.Sleep(500 * time.Millisecond) // until it reads
		cmd.Process.Signal(syscall.SIGINT)
		ended := time.AfterFunc(3*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait()
		if status := cmd.ProcessState.ExitCode(); !ended.Stop() || status != statusFailed || !strings.HasSuffix(said.String(), "interrupted\n") {
			t.Errorf("%q: %v, %q", args, cmd.ProcessState, said.String())
		}
	}
}
