//go:build storage

package stack

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestStorageMetrics measures what the plugin's points cost VictoriaMetrics and Prometheus, as Telegraf writes them.
func TestStorageMetrics(t *testing.T) {
	d := newDay(t)
	for _, of := range []struct {
		what, field string
		lines       []string
	}{
		{fmt.Sprintf("a day of %d targets", storageTargets), "result_code", d.queries(time.Millisecond, 1, storageRounds)},
		{"a day of their cloud", "instances", d.clouds(time.Millisecond)},
		{"a day of catchments of K, in windows of five minutes", "probes", catchments(d.from)},
		{
			fmt.Sprintf("%d vantage points of %d targets", storageFleet, storageTargets), "result_code",
			d.queries(time.Millisecond, storageFleet, storageFleetRounds),
		},
	} {
		storeInVictoriaMetrics(t, of.what, of.field, of.lines)
		storeInPrometheus(t, of.what, of.field, of.lines)
	}
	t.Logf("%d processors, one writer", runtime.NumCPU())
}

// Texts, which telegraf-victoriametrics.conf leaves out: the first field of a point, and others.
var firstText, text = regexp.MustCompile(` \w+="[^"]*",`), regexp.MustCompile(`,\w+="[^"]*"`)

// storeInVictoriaMetrics writes line protocol, a thousand points at a time.
func storeInVictoriaMetrics(t *testing.T, what, field string, lines []string) {
	t.Helper()
	db := stacktest.StartVictoriaMetrics(t)
	var batches []string
	for batch := range slices.Chunk(lines, 1000) {
		batches = append(batches, text.ReplaceAllString(firstText.ReplaceAllString(strings.Join(batch, "\n"), " "), ""))
	}
	began := time.Now()
	for _, batch := range batches {
		r, err := http.Post(db.URL+"/write", "text/plain", strings.NewReader(batch))
		if err != nil || r.StatusCode != http.StatusNoContent {
			t.Fatalf("%v, error %v", r, err)
		}
		r.Body.Close()
	}
	took := time.Since(began)
	for _, path := range []string{"/internal/force_flush", "/internal/force_merge"} {
		r, err := http.Get(db.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	tellStored(t, db, what, field, lines, took, func() int64 { return sizeOf(t, db.Dir) })
}

// storeInPrometheus writes what Telegraf makes of a thousand points at a time.
func storeInPrometheus(t *testing.T, what, field string, lines []string) {
	t.Helper()
	db := stacktest.StartPrometheus(t)
	var batches [][]stacktest.Metric
	for batch := range slices.Chunk(lines, 1000) {
		var milliseconds []string
		for _, line := range batch {
			milliseconds = append(milliseconds, strings.TrimSuffix(line, "000000"))
		}
		batches = append(batches, stacktest.MetricsOf(t, milliseconds, nil, nil))
	}
	began := time.Now()
	for _, batch := range batches {
		if err := db.Write(batch); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	tellStored(t, db, what, field, lines, took, func() int64 { // what is in memory too
		r, err := http.Post(db.URL+"/api/v1/admin/tsdb/snapshot", "", nil)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%v, error %v", r, err)
		}
		r.Body.Close()
		return sizeOf(t, filepath.Join(db.Dir, "snapshots"))
	})
}

// tellStored looks whether each point is there by its field, and waits until the size no longer changes.
func tellStored(t *testing.T, db *stacktest.Metrics, what, field string, lines []string, took time.Duration, size func() int64) {
	t.Helper()
	stored, err := db.At(fmt.Sprintf(`sum(count_over_time({__name__=~"dns_anycast(_[a-z]+)*_%s"}[3d]))`, field), time.Now())
	if err != nil || len(stored) != 1 || stored[0].Value.Value != float64(len(lines)) {
		t.Errorf("%s: %s: %v of %d points are stored, error %v", db.Name, what, value(stored), len(lines), err)
	}
	bytes := size()
	if db.Name == "VictoriaMetrics" {
		for last := int64(0); bytes != last; bytes = size() {
			last = bytes
			time.Sleep(3 * time.Second)
		}
	}
	t.Logf("%s: %s: %.1f bytes a point, %.2f MB, %.0f points a second", db.Name, what, float64(bytes)/float64(len(lines)),
		float64(bytes)/1e6, float64(len(lines))/took.Seconds())
}

func sizeOf(t *testing.T, dir string) (size int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // it may be gone by now
		}
		if i, err := os.Stat(path); err == nil {
			size += i.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}
