// Dashboards writes what Grafana is provisioned with.
//
//	go run . -out ../../config/grafana
//	go run . -out ../../config/grafana -check
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/alerts"
)

func main() {
	out := flag.String("out", "", "the `folder` to write to: config/grafana of a checkout")
	check := flag.Bool("check", false, "write nothing: compare with what is there")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: dashboards -out FOLDER [-check]")
		os.Exit(2)
	}
	if err := run(*out, *check); err != nil {
		fmt.Fprintf(os.Stderr, "dashboards: %v\n", err)
		os.Exit(1)
	}
}

func run(out string, check bool) error {
	files, err := provisioned()
	if err != nil {
		return err
	}
	var faults []error
	for _, f := range files {
		if check {
			faults = append(faults, f.compare(out))
		} else {
			faults = append(faults, f.write(out))
		}
	}
	return errors.Join(faults...)
}

// file is one that Grafana reads; its path begins in the folder that is written to.
type file struct {
	path string
	text []byte
}

// provisioned are all files.
func provisioned() (files []file, err error) {
	for _, b := range boards() {
		text, err := b.json()
		if err != nil {
			return nil, err
		}
		files = append(files, file{b.path(), text})
	}
	rules, err := alerts.File(panelID)
	return append(files, file{"provisioning/alerting/dns_anycast.yaml", rules}), err
}

// panelID finds a panel, of a folded section too, as alert rules name it: by the uid of its
// dashboard and its title.
func panelID(uid, title string) (int, error) {
	i := slices.IndexFunc(boards(), func(b board) bool { return b.uid == uid })
	if i < 0 {
		return 0, fmt.Errorf("no dashboard %q", uid)
	}
	d, err := boards()[i].build()
	if err != nil {
		return 0, err
	}
	for _, p := range d.Panels {
		panels := []dashboard.Panel{}
		if p.RowPanel != nil {
			panels = p.RowPanel.Panels
		} else {
			panels = append(panels, *p.Panel)
		}
		for _, p := range panels {
			if *p.Title == title {
				return int(*p.Id), nil
			}
		}
	}
	return 0, fmt.Errorf("no panel %q on dashboard %q", title, uid)
}

func (f file) write(folder string) error {
	path := filepath.Join(folder, f.path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, f.text, 0o644)
}

func (f file) compare(folder string) error {
	path := filepath.Join(folder, f.path)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(text, f.text) {
		return fmt.Errorf("%s is not what scripts/dashboards writes: run make dashboards", path)
	}
	return nil
}
