package ripeatlas

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

// TestArchivePipe: a pipe that nobody writes to is no file for a service, be it the archive, what is kept of
// it or where to go on.
func TestArchivePipe(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"probes", archiveName, "ripe-atlas-7.json"} {
		if err := syscall.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var s atlastest.Server
	api := s.Serve(t)
	s.Fail(atlastest.Status(500))
	for _, a := range []Archive{
		{Source: filepath.Join(folder, "probes")},
		{Client: newTestClient(t, api, ""), Source: strings.Replace(api, "/api/v2", "/archive", 1), Cache: folder},
	} {
		if probes, err := a.Load(t.Context()); err == nil || probes != nil {
			t.Errorf("%+v: %v, %v", a, probes, err)
		}
	}
	if c, err := readCursor(folder, 7); err == nil || !strings.Contains(err.Error(), "is no regular file") {
		t.Errorf("%+v, %v", c, err)
	}
}
