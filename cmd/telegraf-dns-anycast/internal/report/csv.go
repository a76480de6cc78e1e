package report

import (
	"encoding/csv"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// csvText is one table of all rows (RFC 4180): the columns are those of any kind of row, and empty
// where a row has none or nothing was measured.
func csvText(r *levels.Report) (string, error) {
	columns := []string{"kind"}
	for _, row := range []any{
		levels.AddressRow{}, levels.ServiceRow{}, levels.UpdateRow{}, levels.IncidentRow{}, levels.VantagePointRow{},
	} {
		for _, f := range fieldsOf(row) {
			if !slices.Contains(columns, f.name) {
				columns = append(columns, f.name)
			}
		}
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.UseCRLF = true
	w.Write(columns)
	writeRows(w, columns, "address", r.Addresses)
	writeRows(w, columns, "service", r.Services)
	writeRows(w, columns, "update", r.Updates)
	writeRows(w, columns, "incident", r.Incidents)
	writeRows(w, columns, "vantage_point", r.VantagePoints)
	w.Flush()
	return text.String(), w.Error()
}

func writeRows[Row any](w *csv.Writer, columns []string, kind string, rows []Row) {
	for _, row := range rows {
		cells := make([]string, len(columns))
		cells[0] = kind
		for _, f := range fieldsOf(row) {
			cells[slices.Index(columns, f.name)] = f.text
		}
		w.Write(cells) // into memory
	}
}

type field struct{ name, text string }

// fieldsOf are those of a row, named as in JSON.
func fieldsOf(row any) (all []field) {
	v := reflect.ValueOf(row)
	for i := range v.NumField() {
		all = append(all, field{v.Type().Field(i).Tag.Get("json"), textOf(v.Field(i))})
	}
	return all
}

func textOf(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return value.Format(time.RFC3339)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []string:
		return strings.Join(value, ";")
	default:
		return fmt.Sprint(value)
	}
}
