// Gotest runs go test and names every test that was skipped, which go test keeps to itself: a test that did not run
// proves nothing. Its arguments and its exit status are those of go test; where CI is set, a skip fails.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	skips, err := run(os.Stdout, os.Args[1:])
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		os.Exit(failed.ExitCode())
	case err != nil:
		fmt.Fprintf(os.Stderr, "gotest: %v\n", err)
		os.Exit(1)
	case skips > 0 && os.Getenv("CI") != "":
		fmt.Fprintln(os.Stderr, "gotest: CI is set: nothing may be skipped")
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) (skips int, err error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	skips = report(w, out)
	return skips, cmd.Wait()
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, Test, Output string
}

// report writes what go test would, and then a line for each skip and their number, which it returns.
func report(w io.Writer, r io.Reader) int {
	var skips []string
	said := map[event]string{} // output by package and test, until one knows whether it is wanted
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadString('\n')
		if err != nil { // io.EOF, or the exit status tells
			break
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			fmt.Fprint(w, line)
			continue
		}
		key := event{Package: e.Package, Test: e.Test}
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "" && e.Output != "PASS\n":
			fmt.Fprint(w, e.Output)
		case e.Action == "output":
			said[key] += e.Output
		case e.Action == "skip" && e.Test != "":
			skips = append(skips, fmt.Sprintf("SKIP %s %s: %s\n", e.Package, e.Test, message(said[key])))
		case e.Action == "fail" && e.Test != "":
			fmt.Fprint(w, said[key])
		case e.Action == "fail":
			unfinished(w, said, e.Package)
		}
		if e.Action == "pass" || e.Action == "skip" || e.Action == "fail" {
			delete(said, key)
		}
	}
	fmt.Fprint(w, strings.Join(skips, ""))
	fmt.Fprintf(w, "%d skipped\n", len(skips))
	return len(skips)
}

// unfinished writes what the tests said that were running when their package's process ended.
func unfinished(w io.Writer, said map[event]string, pkg string) {
	for key, text := range said {
		if key.Package == pkg && key.Test != "" {
			fmt.Fprint(w, text)
			delete(said, key)
		}
	}
}

// message is what a test said, in one line.
func message(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}
