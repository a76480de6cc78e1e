// Packages builds what a release hands out: deb and rpm by nfpm, archives for Linux, macOS and Windows, and SHA256SUMS.
// It is a module of its own, since nfpm brings more modules than the rest of the repository has.
//
//	packages [-source DIR] [-out DIR]
//	packages [-source DIR] -notes TAG
//
// The second form prints what CHANGELOG.md says of the release with that tag, which must be the source's own version.
//
// The same source, Go and SOURCE_DATE_EPOCH give the same bytes on any machine. Without that variable the date is that of
// the release in CHANGELOG.md.
//
// Reading order: main.go, source.go (name, version and date), platform.go (the binaries), tree.go (what lies where),
// licences.go, linux.go (deb, rpm), archive.go (tar.gz, zip), sums.go, notes.go, changelog.go.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

func main() {
	source := flag.String("source", "../..", "the repository")
	out := flag.String("out", "../../dist", "where the packages go")
	tag := flag.String("notes", "", "print the notes of the release with this tag, and build nothing")
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: packages [-source DIR] [-out DIR | -notes TAG]") }
	flag.Parse()
	if flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	do := func() error { return run(*source, *out) }
	if isSet("notes") {
		do = func() error { return printNotes(os.Stdout, *source, *tag) }
	}
	if err := do(); err != nil {
		fmt.Fprintf(os.Stderr, "packages: %v\n", err)
		os.Exit(1)
	}
}

// isSet tells an empty value from none: a tag that is missing must not start a build.
func isSet(name string) (set bool) {
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

func run(source, out string) error {
	r, err := readRelease(source, os.LookupEnv)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	written, err := r.writeAll(out)
	if err != nil {
		return err
	}
	return writeSums(filepath.Join(out, "SHA256SUMS"), written)
}

// writeAll makes everything for all platforms, as many at a time as there are processors, and
// returns the files in the platforms' order.
func (r release) writeAll(out string) ([]string, error) {
	files, errs := make([][]string, len(platforms)), make([]error, len(platforms))
	atOnce := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i, p := range platforms {
		atOnce <- struct{}{}
		wg.Go(func() {
			defer func() { <-atOnce }()
			if files[i], errs[i] = r.write(p, out); errs[i] != nil {
				errs[i] = fmt.Errorf("%s: %w", p, errs[i])
			}
		})
	}
	wg.Wait()
	return slices.Concat(files...), errors.Join(errs...)
}

// write makes everything for one platform and returns the files.
func (r release) write(p platform, out string) ([]string, error) {
	binary, err := r.build(p)
	if err != nil {
		return nil, err
	}
	licences, err := r.linked(p)
	if err != nil {
		return nil, err
	}
	archive, err := r.archiveTree(p, binary, licences)
	if err != nil {
		return nil, err
	}
	file, err := r.writeArchive(p, archive, out)
	if err != nil || p.os != "linux" {
		return []string{file}, err
	}
	system, err := r.systemTree(binary, licences)
	if err != nil {
		return nil, err
	}
	files := []string{file}
	for _, format := range []string{"deb", "rpm"} {
		file, err := r.writePackage(format, p, system, licences, out)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", format, err)
		}
		files = append(files, file)
	}
	return files, nil
}
