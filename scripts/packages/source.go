package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"time"
)

// name is that of the program, its packages and the directories that they install.
const name = "telegraf-dns-anycast"

// release is what is packaged.
type release struct {
	source  string // directory of the repository
	version string
	date    time.Time // of everything inside the packages
}

// readRelease takes the version from the plugin's source, and the date from SOURCE_DATE_EPOCH or CHANGELOG.md.
func readRelease(source string, lookup func(string) (string, bool)) (release, error) {
	r := release{source: source}
	var err error
	if r.version, err = readVersion(source); err != nil {
		return r, err
	}
	if epoch, ok := lookup("SOURCE_DATE_EPOCH"); ok {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil || seconds < 0 {
			return r, fmt.Errorf("SOURCE_DATE_EPOCH: %q is no number of seconds", epoch)
		}
		r.date = time.Unix(seconds, 0).UTC()
		return r, nil
	}
	r.date, err = changelogDate(filepath.Join(source, "CHANGELOG.md"), r.version)
	return r, err
}

// versionFile holds the string constant Version.
const versionFile = "plugins/inputs/dns_anycast/version.go"

func readVersion(source string) (string, error) {
	file := filepath.Join(source, versionFile)
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, d := range f.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, s := range d.Specs {
			s := s.(*ast.ValueSpec)
			if s.Names[0].Name != "Version" || len(s.Values) != 1 {
				continue
			}
			if v, ok := s.Values[0].(*ast.BasicLit); ok && v.Kind == token.STRING {
				return strconv.Unquote(v.Value)
			}
		}
	}
	return "", fmt.Errorf("%s: no string constant Version", file)
}
