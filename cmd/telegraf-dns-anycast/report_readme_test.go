package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

func readPage(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReportREADME: its tables list the fields of each kind of row, and no others.
func TestReportREADME(t *testing.T) {
	page := readPage(t, "README.md")
	for title, row := range map[string]any{
		"field": levels.Report{}, "of `addresses`": levels.AddressRow{}, "of `services`": levels.ServiceRow{},
		"of `updates`": levels.UpdateRow{}, "of `incidents`": levels.IncidentRow{},
		"of `vantage_points`": levels.VantagePointRow{}, "of `maintenances`": levels.MaintenanceRow{},
	} {
		_, table, found := strings.Cut(page, "| "+title+" | meaning |\n|---|---|\n")
		table, _, _ = strings.Cut(table, "\n\n")
		var listed, want []string
		for line := range strings.Lines(table) {
			for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(strings.Split(line, "|")[1], -1) {
				listed = append(listed, m[1])
			}
		}
		for i := range reflect.TypeOf(row).NumField() {
			want = append(want, reflect.TypeOf(row).Field(i).Tag.Get("json"))
		}
		slices.Sort(listed)
		slices.Sort(want)
		if !found || !slices.Equal(listed, want) {
			t.Errorf("%s: README lists\n%q, want\n%q", title, listed, want)
		}
	}
}
