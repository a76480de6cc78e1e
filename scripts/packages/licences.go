package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// thirdParty holds the licences of all that is linked into the binary: they ask to go where it goes.
const thirdParty = "THIRD-PARTY-LICENSES"

// licence is that of Go or of a module in the binary.
type licence struct {
	module, version, spdx string
	text                  []byte
}

// spdx is what the licence files say; a module that is not here has to be read first.
var spdx = map[string]string{
	"Go":                                      "BSD-3-Clause",
	"github.com/BurntSushi/toml":              "MIT",
	"github.com/influxdata/telegraf":          "MIT",
	"github.com/miekg/dns":                    "BSD-3-Clause",
	"github.com/oschwald/maxminddb-golang/v2": "ISC",
	"github.com/rivo/uniseg":                  "MIT",
	"golang.org/x/net":                        "BSD-3-Clause",
	"golang.org/x/sys":                        "BSD-3-Clause",
	"golang.org/x/term":                       "BSD-3-Clause",
}

// linked lists Go and the modules of which the binary for a platform has a package.
func (r release) linked(p platform) ([]licence, error) {
	const format = `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}`
	list, err := r.goTool(p, "list", "-deps", "-f", format, "./cmd/"+name)
	if err != nil {
		return nil, err
	}
	env, err := r.goTool(p, "env", "GOVERSION", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, root, _ := strings.Cut(strings.TrimSpace(string(env)), "\n")
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	slices.Sort(lines)
	lines = append([]string{fmt.Sprintf("Go %s %s", version, root)}, slices.Compact(lines)...)
	var all []licence
	for _, line := range lines {
		f := strings.SplitN(line, " ", 3)
		l := licence{module: f[0], version: f[1], spdx: spdx[f[0]]}
		if l.spdx == "" {
			return nil, fmt.Errorf("%s is linked in: add its licence to licences.go", l.module)
		}
		if l.text, err = licenceText(f[2]); err != nil {
			return nil, fmt.Errorf("licence of %s: %w", l.module, err)
		}
		all = append(all, l)
	}
	return all, nil
}

func licenceText(dir string) ([]byte, error) {
	for _, file := range []string{"LICENSE", "LICENSE.txt", "COPYING"} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err == nil || !os.IsNotExist(err) {
			return b, err
		}
	}
	return nil, fmt.Errorf("no LICENSE, LICENSE.txt or COPYING in %s", dir)
}

func join(all []licence) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "The program %s holds parts of these:\n", name)
	for _, l := range all {
		fmt.Fprintf(&b, "\n%s\n%s %s (%s)\n\n%s\n", strings.Repeat("=", 80), l.module, l.version, l.spdx, bytes.TrimSpace(l.text))
	}
	return b.Bytes()
}

// expression names each licence once, this program's MIT first.
func expression(all []licence) string {
	names := []string{"MIT"}
	for _, l := range all {
		if !slices.Contains(names, l.spdx) {
			names = append(names, l.spdx)
		}
	}
	return strings.Join(names, " AND ")
}

// copyright is LICENSE in Debian's machine-readable format.
func (r release) copyright() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return nil, err
	}
	holder, terms, err := splitLicence(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: %s
Comment: The program also holds Go's library and modules of others; their
 licences are in %s, beside this file.

Files: *
Copyright: %s
License: Expat
`, name, thirdParty, holder)
	for _, line := range strings.Split(terms, "\n") {
		if line == "" {
			line = "."
		}
		fmt.Fprintf(&b, " %s\n", line)
	}
	return b.Bytes(), nil
}

// splitLicence takes an MIT licence apart: title, copyright, terms.
func splitLicence(text string) (holder, terms string, err error) {
	parts := strings.SplitN(strings.TrimSpace(text), "\n\n", 3)
	if len(parts) < 3 || parts[0] != "MIT License" {
		return "", "", fmt.Errorf("LICENSE is not the MIT licence")
	}
	holder, ok := strings.CutPrefix(parts[1], "Copyright (c) ")
	if !ok {
		return "", "", fmt.Errorf("LICENSE names no holder")
	}
	return holder, parts[2], nil
}
