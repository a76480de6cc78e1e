// Package report writes a month's report as a page, as a table, or for other programs.
package report

import (
	"bytes"
	"encoding/json"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// Formats are what Text writes.
func Formats() []string { return []string{"markdown", "csv", "json"} }

// Text writes a report in one of Formats.
func Text(r *levels.Report, format string) (string, error) {
	switch format {
	case "json":
		return jsonText(r)
	case "csv":
		return csvText(r)
	}
	return markdownText(r), nil
}

func jsonText(r *levels.Report) (string, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(r)
	return text.String(), err
}
