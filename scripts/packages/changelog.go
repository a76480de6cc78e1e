package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// changelogDate is midnight UTC of the day in the heading "## VERSION - YYYY-MM-DD".
func changelogDate(file, version string) (time.Time, error) {
	day, _, err := changelogSection(file, version)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: set SOURCE_DATE_EPOCH", err)
	}
	return time.Parse(time.DateOnly, day)
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
