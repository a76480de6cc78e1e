package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Archives are one directory like the repository; those of Telegraf's configuration name where the pages put the program.
func TestArchives(t *testing.T) {
	r, dir := mustRelease(t), t.TempDir()
	r.date = time.Unix(1800000000, 0).UTC()
	for _, p := range []platform{{"linux", "arm", "v7"}, {"windows", "amd64", ""}} {
		tree, err := r.archiveTree(p, []byte("binary"), nil)
		if err != nil {
			t.Fatal(err)
		}
		file, err := r.writeArchive(p, tree, dir)
		if err != nil {
			t.Fatal(err)
		}
		got := unpack(t, file, r.date)
		top := name + "-" + r.version + "-" + p.String() + "/"
		for path, want := range map[string]string{
			p.binary(): "binary", "LICENSE": "MIT License", "README.md": "# telegraf-dns-anycast", thirdParty: "holds parts of",
			"config/telegraf.conf": `"/usr/local/bin/telegraf-dns-anycast"`, "config/grafana/dashboards/dns_anycast.json": "{", "config/root-servers.csv": "nl-ams,Amsterdam,",
			"config/systemd/telegraf.service.d/dns-anycast.conf": "NoNewPrivileges", "scripts/backup": "#!/bin/sh",
		} {
			if !strings.Contains(got[top+path], want) {
				t.Errorf("%s: %s lacks %q", p, path, want)
			}
			delete(got, top+path)
		}
		for path := range got {
			if !strings.HasPrefix(path, top) || strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "/.env") || strings.Contains(path, "/testdata/") {
				t.Errorf("%s holds %s", p, path)
			}
		}
	}
}

// unpack reads an archive and checks times, permissions and order.
func unpack(t *testing.T, file string, date time.Time) map[string]string {
	t.Helper()
	all, order := map[string]string{}, []string{}
	add := func(path string, at time.Time, program bool, r io.Reader) {
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !at.Equal(date) {
			t.Errorf("%s is of %s", path, at)
		}
		if want := strings.HasPrefix(string(b), "#!") || string(b) == "binary"; program != want && !strings.HasSuffix(path, "/") {
			t.Errorf("%s: executable is %t", path, program)
		}
		all[path], order = string(b), append(order, path)
	}
	if strings.HasSuffix(file, ".zip") {
		z, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			add(f.Name, f.Modified, f.Mode()&0o100 != 0, r)
		}
	} else {
		f, err := os.Open(filepath.Clean(file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			add(h.Name, h.ModTime, h.Mode&0o100 != 0, r)
		}
	}
	if !slices.IsSortedFunc(order, func(a, b string) int {
		return strings.Compare(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
	}) {
		t.Errorf("%s is not sorted: %q", file, order)
	}
	return all
}

// What whoever runs the stack has written there does not go out.
func TestOwnFilesStay(t *testing.T) {
	r := release{source: copyRepository(t)}
	for _, file := range []string{"config/.env", "config/prometheus/expected.yaml"} {
		if err := os.WriteFile(filepath.Join(r.source, file), []byte("own\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := r.extras()
	if err != nil || len(tree) < 50 {
		t.Fatalf("%d files, error %v", len(tree), err)
	}
	for _, e := range tree {
		if string(e.data) == "own\n" {
			t.Errorf("%s goes out", e.path)
		}
	}
}
