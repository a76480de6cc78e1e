package house

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFilesAreText: but for what tests read, no file is one that a machine has made of another, such as a program.
func TestFilesAreText(t *testing.T) {
	made := []string{".git", "bin", "dist", "node_modules", "testdata"}
	texts := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(made, d.Name()):
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if bytes.IndexByte(b, 0) >= 0 {
			t.Errorf("%s is no text: it belongs into bin, or nowhere", path)
		}
		texts++
		return err
	})
	if err != nil || texts == 0 {
		t.Errorf("%d files, %v", texts, err)
	}
}
