// Gotest runs go test once for each of its arguments, the words that follow `go test`, and says at the end what was
// skipped, which go test keeps to itself: a test that did not run proves nothing. It says so once for each thing that is
// missing. Its exit status is that of the first go test that failed; where CI is set, a skip fails and is named.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	var skipped skips
	err := runAll(os.Stdout, &skipped, os.Args[1:])
	ci := os.Getenv("CI") != ""
	if ci {
		skipped.writeNames(os.Stdout)
	}
	skipped.write(os.Stdout)
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		os.Exit(failed.ExitCode())
	case err != nil:
		fmt.Fprintf(os.Stderr, "gotest: %v\n", err)
		os.Exit(1)
	case ci && skipped.count() > 0:
		fmt.Fprintln(os.Stderr, "gotest: CI is set: nothing may be skipped")
		os.Exit(1)
	}
}

// runAll goes on after a run that failed, so that all that is wrong is said at once. It returns the first error.
func runAll(w io.Writer, skipped *skips, runs []string) error {
	var first error
	for _, words := range runs {
		args := strings.Fields(words)
		fmt.Fprintln(w, "go test", words)
		if slices.Contains(args, "-race") && !raceBuilds() {
			skipped.runs = append(skipped.runs, "go test "+words+": a C compiler is missing: apt-get install gcc libc6-dev")
			continue
		}
		if err := run(w, skipped, args); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// raceBuilds reports whether there is a C compiler with the headers that the race detector needs.
func raceBuilds() bool {
	return exec.Command("go", "test", "-race", "-c", "-o", os.DevNull, "errors").Run() == nil
}

func run(w io.Writer, skipped *skips, args []string) error {
	cmd := exec.Command("go", append(append([]string{"test"}, args...), "-json")...) // -C must be the first flag
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	report(w, skipped, out)
	return cmd.Wait()
}
