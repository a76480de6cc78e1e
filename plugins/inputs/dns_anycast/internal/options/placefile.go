package options

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

const (
	maxPlaceLines = 100_000
	maxPlaceBytes = 64 << 20
)

// placeColumns are the columns that are read, in this order; a file may have them in any.
var placeColumns = []string{"code", "name", "latitude", "longitude"}

// byteOrderMark is what spreadsheets begin UTF-8 with.
const byteOrderMark = "\uFEFF"

// placeHead ends messages about a head line.
var placeHead = "write a head line with the columns " + strings.Join(placeColumns, ",")

// placeFiles are the files of the option places, each read once for all clouds that name it.
type placeFiles struct {
	configFile string // in whose folder a relative path begins; empty: none
	read       map[string]judge.Table
}

func (f *placeFiles) table(path string) (judge.Table, error) {
	path, err := fromFolder(path, f.configFile)
	if err != nil {
		return nil, err
	}
	if table, known := f.read[path]; known {
		return table, nil
	}
	table, err := readPlaceFile(path)
	if err == nil {
		f.read[path] = table
	}
	return table, err
}

// fromFolder is a path as plugin.conf writes it: a relative one begins in plugin.conf's folder.
func fromFolder(path, configFile string) (string, error) {
	switch {
	case filepath.IsAbs(path):
		return path, nil
	case configFile == "":
		return "", fmt.Errorf("%q is relative, and there is no plugin.conf that it is relative to: "+
			"write an absolute path", path)
	}
	return filepath.Join(filepath.Dir(configFile), path), nil
}

// readPlaceFile opens regular files alone: it must not wait for a pipe, or read a device without
// end.
func readPlaceFile(path string) (judge.Table, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf(`%w: write "iata", or a CSV file that is there`, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf(`%s is no regular file: write "iata", or a CSV file`, path)
	}
	if info.Size() > maxPlaceBytes {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, maxPlaceBytes>>20)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	table, err := readPlaceLines(f)
	var line *lineError
	if errors.As(err, &line) {
		return nil, fmt.Errorf("%s:%d: %w", path, line.line, line.cause)
	}
	return table, err
}

// lineError is what is wrong with a line, counted from 1.
type lineError struct {
	line  int
	cause error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.cause) }

// readPlaceLines reads CSV (RFC 4180) with a head line. An error in it is a *lineError.
func readPlaceLines(r io.Reader) (judge.Table, error) {
	b := bufio.NewReader(r)
	if head, _ := b.Peek(len(byteOrderMark)); string(head) == byteOrderMark {
		b.Discard(len(head))
	}
	in := csv.NewReader(b)
	in.ReuseRecord = true
	columns, err := placeHeadLine(in)
	if err != nil {
		return nil, err
	}
	table := judge.Table{}
	for {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		line, err := placeLine(in, err)
		if err != nil {
			return nil, err
		}
		if err := addRecord(table, record, columns); err != nil {
			return nil, &lineError{line, err}
		}
	}
	if len(table) == 0 {
		return nil, &lineError{1, errors.New("no place follows the head line")}
	}
	return table, nil
}

// placeLine returns the line of the record that was just read, and what is wrong with it.
func placeLine(in *csv.Reader, err error) (int, error) {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		if errors.Is(err, csv.ErrFieldCount) {
			return 0, &lineError{parse.Line, errors.New("has another number of columns than the head line")}
		}
		return 0, &lineError{parse.Line, parse.Err}
	}
	if err != nil {
		return 0, err
	}
	line, _ := in.FieldPos(0)
	if line > maxPlaceLines {
		err := fmt.Errorf("is beyond the %d lines that a file may have", maxPlaceLines)
		return 0, &lineError{line, err}
	}
	return line, nil
}

// placeHeadLine returns where the columns of placeColumns are.
func placeHeadLine(in *csv.Reader) ([]int, error) {
	head, err := in.Read()
	if err == io.EOF {
		return nil, &lineError{1, errors.New("the file is empty: " + placeHead)}
	}
	line, err := placeLine(in, err)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(head))
	for i, name := range head {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	columns := make([]int, len(placeColumns))
	for i, name := range placeColumns {
		columns[i] = slices.Index(names, name)
		if columns[i] < 0 {
			return nil, &lineError{line, fmt.Errorf("has no column %s: %s", name, placeHead)}
		}
		if slices.Contains(names[columns[i]+1:], name) {
			return nil, &lineError{line, fmt.Errorf("has the column %s twice", name)}
		}
	}
	return columns, nil
}

// addRecord adds the place of one line.
func addRecord(t judge.Table, record []string, columns []int) error {
	field := func(i int) string { return strings.TrimSpace(record[columns[i]]) }
	p := Place{Code: strings.Clone(field(0)), Name: strings.Clone(field(1))}
	for i, degrees := range []**float64{&p.Latitude, &p.Longitude} {
		text := field(2 + i)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || strings.ContainsAny(text, "xX_") { // numbers as Go alone writes them
			return fmt.Errorf("%s: %q is no number of degrees: write one such as 51.47",
				placeColumns[2+i], text)
		}
		*degrees = &v
	}
	if field, err := addPlace(t, p); err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(field, "position"), err)
	}
	return nil
}
