// Asdatabase writes a MaxMind DB of AS numbers, for the option as_database: private numbers that no
// public database knows, or a whole routing table. It is a module of its own, since the plugin only
// reads such files.
//
//	asdatabase FILE.mmdb <LINES
//
// A line is a prefix and an AS number, as in "192.0.2.0/24 64500". The longest prefix counts, and
// of two lines of the same prefix the last. Empty lines, and those that begin with #, count for
// nothing. The file is replaced as a whole, once it has been written.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: asdatabase FILE.mmdb <LINES")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdin); err != nil {
		fmt.Fprintf(os.Stderr, "asdatabase: %v\n", err)
		os.Exit(1)
	}
}

func run(path string, in io.Reader) error {
	networks, err := read(in)
	if err != nil {
		return err
	}
	tree, err := plant(networks)
	if err != nil {
		return err
	}
	return replace(path, tree)
}

// replace writes a file beside that at path, then puts it in its place: a reader sees the old one
// or the new one.
func replace(path string, content io.WriterTo) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := content.WriteTo(f); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil { // Telegraf reads it as a user of its own
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
