package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

// changelogSection returns the day in the heading "## VERSION - DAY" and the text from there to the next such heading.
func changelogSection(file, version string) (day, text string, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	heading := regexp.MustCompile(`(?m)^## ` + regexp.QuoteMeta(version) + ` - (\S+)$`)
	at := heading.FindSubmatchIndex(b)
	if at == nil {
		return "", "", fmt.Errorf("%s: no date for version %s", file, version)
	}
	text, _, _ = strings.Cut(string(b[at[1]:]), "\n## ")
	return string(b[at[2]:at[3]]), strings.TrimSpace(text), nil
}
