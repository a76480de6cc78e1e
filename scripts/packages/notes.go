package main

import (
	"fmt"
	"io"
	"path/filepath"
)

// printNotes writes what CHANGELOG.md says of the release with this tag, "v" and the version in the source.
func printNotes(w io.Writer, source, tag string) error {
	version, err := readVersion(source)
	if err != nil {
		return err
	}
	if tag != "v"+version {
		return fmt.Errorf("the tag is %q, but the source says v%s", tag, version)
	}
	_, notes, err := changelogSection(filepath.Join(source, "CHANGELOG.md"), version)
	if err != nil {
		return err
	}
	if notes == "" {
		return fmt.Errorf("CHANGELOG.md says nothing of version %s", version)
	}
	_, err = fmt.Fprintln(w, notes)
	return err
}
