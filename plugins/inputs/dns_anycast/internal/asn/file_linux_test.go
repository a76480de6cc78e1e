package asn

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPlaceOfFile: what cannot be a database is refused, and not waited for.
func TestPlaceOfFile(t *testing.T) {
	folder := t.TempDir()
	pipe, large := filepath.Join(folder, "pipe"), filepath.Join(folder, "large")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, large, nil)
	if err := os.Truncate(large, maxBytes+1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{filepath.Join(folder, "none"), "stat " + folder + "/none: no such file or directory"},
		{folder, folder + " is no regular file"},
		{"/dev/zero", "/dev/zero is no regular file"},
		{pipe, pipe + " is no regular file"},
		{large, large + " is larger than 256 MiB"},
	} {
		_, err := Open(c.path)
		if want := c.want + ": " + remedy; err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}
