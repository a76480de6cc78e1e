package main

import (
	"fmt"
	"io"
)

// step is a heading of the page.
func step(w io.Writer, text string) { fmt.Fprintf(w, "\n%s\n\n", text) }
