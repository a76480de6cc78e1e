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
	"runtime"
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

// runAll takes words that are joined by a space, and flags joined with their value by "=". It goes on after a run that
// failed, so that all that is wrong is said at once. It returns the first error.
func runAll(w io.Writer, skipped *skips, runs []string) error {
	var first error
	for _, words := range runs {
		args := strings.Fields(words)
		fmt.Fprintln(w, "go test", words)
		if slices.Contains(args, "-race") && !raceBuilds(args) {
			skipped.runs = append(skipped.runs, "the race detector: a C compiler is missing: apt-get install gcc libc6-dev")
			continue
		}
		if err := run(w, skipped, args); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// raceBuilds reports whether there is a C compiler with the headers that the race detector needs. What it builds, on all
// processors, the tests need.
func raceBuilds(args []string) bool {
	packages := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })
	return exec.Command("go", append([]string{"build", "-race", "runtime/cgo"}, packages...)...).Run() == nil
}

func run(w io.Writer, skipped *skips, args []string) error {
	args = slices.Concat([]string{"test"}, args, []string{"-json"}) // -C must be the first flag
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "-parallel") }) {
		// Most tests wait most of the time: two for each processor.
		args = append(args, fmt.Sprintf("-parallel=%d", 2*runtime.GOMAXPROCS(0)))
	}
	cmd := exec.Command("go", args...)
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
