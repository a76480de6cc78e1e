package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, Test, Output string
}

// report writes what go test would, and adds each skip to skipped.
func report(w io.Writer, skipped *skips, r io.Reader) {
	said := map[event]string{} // output by package and test, until one knows whether it is wanted
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadString('\n')
		if err != nil { // io.EOF, or the exit status tells
			return
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
			skipped.add(e.Package, e.Test, said[key])
		case e.Action == "fail" && e.Test != "":
			fmt.Fprint(w, said[key])
		case e.Action == "fail":
			unfinished(w, said, e.Package)
		}
		if e.Action == "pass" || e.Action == "skip" || e.Action == "fail" {
			delete(said, key)
		}
	}
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
