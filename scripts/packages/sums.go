package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// writeSums writes what sha256sum -c reads.
func writeSums(path string, files []string) error {
	slices.Sort(files)
	var b bytes.Buffer
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), filepath.Base(file))
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
