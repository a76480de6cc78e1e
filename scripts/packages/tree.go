package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// entry is a file, a link or, with neither data nor link, a directory.
type entry struct {
	path   string // with slashes
	mode   fs.FileMode
	data   []byte
	link   string
	config bool // edited by its owner: kept on upgrade and removal
}

func (e entry) isDir() bool { return e.mode.IsDir() }

const (
	etc   = "/etc/" + name
	share = "/usr/share/" + name
	doc   = "/usr/share/doc/" + name
)

// systemTree is what deb and rpm install. Pages, examples and the stack keep the places that they have in the repository,
// so that links hold, and docker-compose.yml finds its files. The plugin.conf that is installed asks this host alone.
func (r release) systemTree(binary []byte, licences []licence) ([]entry, error) {
	sample, err := os.ReadFile(filepath.Join(r.source, "plugins/inputs/dns_anycast/sample.conf"))
	if err != nil {
		return nil, err
	}
	copyright, err := r.copyright()
	if err != nil {
		return nil, err
	}
	extras, err := r.extras()
	if err != nil {
		return nil, err
	}
	tree := []entry{
		{path: "/usr/bin/" + name, mode: 0o755, data: binary},
		{path: etc, mode: fs.ModeDir | 0o755},
		// Readable by all: secrets come from the environment.
		{path: etc + "/plugin.conf", mode: 0o644, data: sample, config: true},
		{path: doc + "/copyright", mode: 0o644, data: copyright},
		{path: doc + "/examples", link: "../../" + name + "/config"},
		{path: doc + "/README.md", link: "../../" + name + "/README.md"},
		{path: doc + "/CHANGELOG.md", link: "../../" + name + "/CHANGELOG.md"},
		{path: doc + "/" + thirdParty, mode: 0o644, data: join(licences)},
	}
	for _, e := range extras {
		if e.path == "LICENSE" { // in copyright
			continue
		}
		e.path = path.Join(share, e.path)
		if strings.HasSuffix(e.path, ".conf") || path.Base(e.path) == "docker-compose.yml" {
			e.data = bytes.ReplaceAll(e.data, []byte("/usr/local/bin/"+name), []byte("/usr/bin/"+name))
		}
		tree = append(tree, e)
	}
	return sorted(append(tree, directories(tree, share, doc)...)), nil
}

// archiveTree is one directory that is like the repository, so that the links in the pages hold.
func (r release) archiveTree(p platform, binary []byte, licences []licence) ([]entry, error) {
	tree, err := r.extras()
	if err != nil {
		return nil, err
	}
	tree = append(tree,
		entry{path: p.binary(), mode: 0o755, data: binary},
		entry{path: thirdParty, mode: 0o644, data: join(licences)})
	top := fmt.Sprintf("%s-%s-%s", name, r.version, p)
	for i := range tree {
		tree[i].path = path.Join(top, tree[i].path)
	}
	return sorted(append(tree, directories(tree, top)...)), nil
}

// pages are those to read, without those in config, which goes as a whole.
var pages = []string{
	"README.md", "CHANGELOG.md", ".github/SECURITY.md", "cmd/" + name + "/README.md", "scripts/README.md",
	"plugins/inputs/dns_anycast/README.md", "plugins/inputs/dns_anycast/MEANING.md", "plugins/inputs/dns_anycast/ATLAS.md",
}

// extras are the files of the repository that go with the binary, by their path there.
func (r release) extras() ([]entry, error) {
	var tree []entry
	for _, top := range append([]string{"LICENSE", "config", "scripts/backup", "scripts/fill", "scripts/restore", "scripts/vantage", "scripts/influxdb.sh"}, pages...) {
		err := filepath.WalkDir(filepath.Join(r.source, top), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || own(d.Name()) {
				return err
			}
			e, err := readEntry(file)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(r.source, file)
			e.path = filepath.ToSlash(rel)
			tree = append(tree, e)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return tree, nil
}

// own tells files of whoever runs the stack here: passwords, and who is expected to report.
func own(file string) bool {
	return file == ".env" || strings.HasPrefix(file, "expected") && strings.HasSuffix(file, ".yaml")
}

// readEntry leaves of a file's permissions only whether it is a program: the rest depends on who checked it out.
func readEntry(file string) (entry, error) {
	info, err := os.Lstat(file)
	if err != nil {
		return entry{}, err
	}
	if !info.Mode().IsRegular() {
		return entry{}, errors.New(file + ": not a regular file")
	}
	e := entry{mode: 0o644}
	if info.Mode()&0o100 != 0 {
		e.mode = 0o755
	}
	e.data, err = os.ReadFile(file)
	return e, err
}

// directories are those that hold the entries, from the tops down.
func directories(tree []entry, tops ...string) []entry {
	var dirs []entry
	seen := map[string]bool{}
	for _, e := range tree {
		for dir := path.Dir(e.path); ; dir = path.Dir(dir) {
			inside := slices.ContainsFunc(tops, func(top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") })
			if !inside || seen[dir] {
				break
			}
			seen[dir] = true
			dirs = append(dirs, entry{path: dir, mode: fs.ModeDir | 0o755})
		}
	}
	return dirs
}

func sorted(tree []entry) []entry {
	slices.SortFunc(tree, func(a, b entry) int { return cmp.Compare(a.path, b.path) })
	return tree
}
