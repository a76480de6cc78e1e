package main

import (
	"os"
	"runtime"
	"strconv"

	"golang.org/x/term"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// clearLine goes to the begin of a line and empties it.
const clearLine = "\r\033[K"

// isPlain reports whether the terminal takes no escape sequence, or leaves open whether it does. On
// Windows TERM is usually unset.
func isPlain() bool {
	name := os.Getenv("TERM")
	return name == "dumb" || name == "" && runtime.GOOS != "windows"
}

// colorWanted reports whether the terminal takes colour, and its owner likes it:
// https://no-color.org
func colorWanted() bool { return os.Getenv("NO_COLOR") == "" && !isPlain() }

// lookFor is how a table is drawn on a file: as wide as a terminal is, or whole.
func lookFor(f *os.File) table.Look {
	if !term.IsTerminal(int(f.Fd())) {
		return table.Look{}
	}
	width, _ := sizeOf(f)
	return table.Look{Width: width, Color: colorWanted(), Moves: !isPlain()}
}

// sizeOf is that of a terminal in cells: what the system says, else what the environment says, else
// what is usual.
func sizeOf(f *os.File) (width, height int) {
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width, height = 0, 0
	}
	return orElse(width, "COLUMNS", 80), orElse(height, "LINES", 24)
}

func orElse(size int, name string, usual int) int {
	if size > 0 {
		return size
	}
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}
