package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// writeArchive makes a zip for Windows, a tar.gz elsewhere, and returns its path.
func (r release) writeArchive(p platform, tree []entry, out string) (string, error) {
	suffix, pack := ".tar.gz", r.tarGz
	if p.os == "windows" {
		suffix, pack = ".zip", r.zip
	}
	path := filepath.Join(out, fmt.Sprintf("%s-%s-%s%s", name, r.version, p, suffix))
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	return path, errors.Join(pack(f, tree), f.Close())
}

// tarGz leaves the gzip header without name and time, as Go does.
func (r release) tarGz(w io.Writer, tree []entry) error {
	zw, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	tw := tar.NewWriter(zw)
	for _, e := range tree {
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: e.path, Mode: int64(e.mode.Perm()), Size: int64(len(e.data)),
			ModTime: r.date, Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		}
		if e.isDir() {
			h.Typeflag, h.Name = tar.TypeDir, e.path+"/"
		}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		if _, err := tw.Write(e.data); err != nil {
			return err
		}
	}
	return errors.Join(tw.Close(), zw.Close())
}

func (r release) zip(w io.Writer, tree []entry) error {
	zw := zip.NewWriter(w)
	for _, e := range tree {
		h := &zip.FileHeader{Name: e.path, Method: zip.Deflate, Modified: r.date}
		if e.isDir() {
			h.Name, h.Method = e.path+"/", zip.Store
		}
		h.SetMode(e.mode)
		fw, err := zw.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := fw.Write(e.data); err != nil {
			return err
		}
	}
	return zw.Close()
}
