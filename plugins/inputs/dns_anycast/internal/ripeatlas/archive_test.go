package ripeatlas

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestArchive: from a URL, once a day where it is kept; a fault leaves what is kept.
func TestArchive(t *testing.T) {
	packed, err := os.ReadFile("testdata/probes.json.bz2")
	if err != nil {
		t.Fatal(err)
	}
	var s atlastest.Server
	s.SetArchive(packed)
	url := strings.Replace(s.Serve(t), "/api/v2", "/archive", 1)
	folder := t.TempDir()
	kept := filepath.Join(folder, archiveName)
	a := Archive{Client: newTestClient(t, url, ""), Source: url, Cache: folder}
	load := func(step string, requests int, fails bool) {
		t.Helper()
		probes, err := a.Load(t.Context())
		if (err != nil) != fails {
			t.Errorf("%s: %v", step, err)
		}
		checkProbes(t, step, probes, nil)
		if n := len(s.Requests()); n != requests {
			t.Errorf("%s: %d requests, want %d", step, n, requests)
		}
		if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
			t.Errorf("%s: %v, %v", step, files, err)
		}
	}
	old := func() { os.Chtimes(kept, time.Time{}, time.Now().Add(-25*time.Hour)) }
	load("first", 1, false)
	load("again", 1, false)
	old()
	load("a day later", 2, false)
	for n, f := range []atlastest.Fault{atlastest.Status(500), atlastest.HTML, atlastest.Cut, atlastest.Hang, atlastest.CutLine, atlastest.Empty} {
		old()
		s.Fail(f)
		load("with a fault", 3+n, true)
	}
	os.WriteFile(kept, []byte("damaged"), 0o600)
	load("damaged", 9, false)

	a.Cache = ""
	probes, err := a.Load(t.Context())
	checkProbes(t, "not kept", probes, err)
	s.Fail(atlastest.Cut)
	if probes, err := a.Load(t.Context()); err == nil || probes != nil {
		t.Errorf("not kept, and cut: %v, %v", probes, err)
	}
	a.Source = "testdata/probes.json.bz2"
	probes, err = a.Load(t.Context())
	checkProbes(t, "a file", probes, err)
	a.Source = "testdata/none"
	if probes, err := a.Load(t.Context()); err == nil || probes != nil {
		t.Errorf("no file: %v, %v", probes, err)
	}
}

// TestArchiveFollow: each day, and until it is there.
func TestArchiveFollow(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lab) {
		a := Archive{Client: l.feed.Client, Source: "http://atlas.example/archive"}
		var at []string
		begun := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		go a.Follow(ctx, l.feed.Log, func(p *observation.Probes) {
			checkProbes(t, "followed", p, nil)
			at = append(at, time.Since(begun).String())
		})
		time.Sleep(10 * time.Second)
		l.SetArchive([]byte(strings.Join(probeObjects, "\n")))
		time.Sleep(50 * time.Hour)
		cancel()
		synctest.Wait()
		same(t, "read", at, "15s", "24h0m15s", "48h0m15s")
		_, said := l.told()
		same(t, "said", said,
			"W! RIPE Atlas: probes: http://atlas.example/archive: answers 404 Not Found: Not now, please.: trying again",
			"I! RIPE Atlas: probes: http://atlas.example/archive is read again")
	})
}
