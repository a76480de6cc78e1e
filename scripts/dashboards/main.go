// Dashboards writes what Grafana is provisioned with, dashboards in JSON and alert rules in YAML, and the
// same rules in PromQL.
//
//	go run . -out ../../config
//	go run . -out ../../config -check
//
// Reading order: main.go (the files), overview, cloud, target, zones, fleet, levels and catchments (a
// dashboard each); below them board (places panels), panel (shows answers), field (how values look)
// and query (asks InfluxDB), each knowing only those after it; alerts (the rules).
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

	"telegraf-dns-anycast/scripts/dashboards/alerts"
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/catchments"
	"telegraf-dns-anycast/scripts/dashboards/cloud"
	"telegraf-dns-anycast/scripts/dashboards/fleet"
	"telegraf-dns-anycast/scripts/dashboards/levels"
	"telegraf-dns-anycast/scripts/dashboards/overview"
	"telegraf-dns-anycast/scripts/dashboards/query"
	"telegraf-dns-anycast/scripts/dashboards/target"
	"telegraf-dns-anycast/scripts/dashboards/zones"
)

func main() {
	out := flag.String("out", "", "the `folder` to write to: config of a checkout")
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

// boards are all dashboards, those first that ask InfluxDB.
func boards() []board.Board {
	return []board.Board{
		overview.Board(query.InfluxQL), cloud.Board(query.InfluxQL), target.Board(), zones.Board(), fleet.Board(),
		levels.Board(query.InfluxQL), catchments.Board(),
		overview.Board(query.PromQL), cloud.Board(query.PromQL), levels.Board(query.PromQL),
	}
}

// file is one that Grafana or Prometheus reads; its path begins in the folder that is written to.
type file struct {
	path string
	text []byte
}

// provisioned are all files.
func provisioned() (files []file, err error) {
	for _, b := range boards() {
		path, text, err := b.File()
		if err != nil {
			return nil, err
		}
		files = append(files, file{path, text})
	}
	rules, err := alerts.File(panelID)
	if err != nil {
		return nil, err
	}
	metrics, err := alerts.PrometheusFile(panelID)
	return append(files, file{"grafana/provisioning/alerting/dns_anycast.yaml", rules},
		file{"prometheus/rules.yaml", metrics}), err
}

// panelID finds a panel as alert rules name it: by the uid of its dashboard and its title.
func panelID(uid, title string) (int, error) {
	all := boards()
	i := slices.IndexFunc(all, func(b board.Board) bool { return b.OwnUID() == uid })
	if i < 0 {
		return 0, fmt.Errorf("no dashboard %q", uid)
	}
	return all[i].PanelID(title)
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
