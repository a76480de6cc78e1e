package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

// maintainer is the holder in LICENSE. Debian wants an address too, but there is none, and none is made up.
const maintainer = "The telegraf-dns-anycast authors"

const (
	summary     = "asks anycast name servers who is answering, and how fast"
	description = `A plugin for Telegraf's inputs.execd, and a program to run by hand. It asks
every name server of anycast clouds, over IPv4 and IPv6, for its identity, and
reports who answered, how long it took and, when nobody did, why.`
)

// writePackage makes a deb or an rpm and returns its path.
func (r release) writePackage(format string, p platform, tree []entry, licences []licence, out string) (string, error) {
	packager, err := nfpm.Get(format)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", name) // nfpm reads files, not bytes
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	info := r.describe(format, p, licences)
	if info.Contents, err = contents(tree, dir); err != nil {
		return "", err
	}
	path := filepath.Join(out, packager.ConventionalFileName(info))
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	if err := packager.Package(info, f); err != nil {
		f.Close()
		return "", err
	}
	return path, f.Close()
}

// describe says what both formats say. There are no maintainer scripts: nothing runs until Telegraf is told to.
func (r release) describe(format string, p platform, licences []licence) *nfpm.Info {
	info := &nfpm.Info{
		Name:            name,
		Version:         r.version,
		Platform:        "linux",
		Arch:            p.arch + strings.TrimPrefix(p.variant, "v"), // arm7 becomes armhf, armv7hl
		Section:         "net",
		Priority:        "optional",
		Maintainer:      maintainer,
		Description:     description,
		License:         expression(licences),
		MTime:           r.date,
		DisableGlobbing: true,
	}
	// Not recommended: apt would then install, and start, an agent.
	info.Suggests = []string{"telegraf"}
	if format == "deb" { // where the summary is the first line
		info.Description = summary + "\n" + description
	}
	info.RPM.Summary = summary
	info.RPM.BuildHost = "localhost" // not who built it
	info.RPM.Group = "Unspecified"
	return info
}

// contents puts the data of the entries where nfpm reads them.
func contents(tree []entry, dir string) (files.Contents, error) {
	var all files.Contents
	for i, e := range tree {
		c := &files.Content{Destination: e.path, FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: e.mode.Perm()}}
		switch {
		case e.isDir():
			c.Type = files.TypeDir
		case e.link != "":
			c.Type, c.Source = files.TypeSymlink, e.link
		default:
			if e.config {
				c.Type = files.TypeConfigNoReplace
			}
			c.Source = filepath.Join(dir, fmt.Sprint(i))
			if err := os.WriteFile(c.Source, e.data, 0o600); err != nil {
				return nil, err
			}
		}
		all = append(all, c)
	}
	return all, nil
}
