package wire

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fixture is one exchange with a real name server (testdata/replies/README.md).
type fixture struct {
	name         string
	query, reply []byte
}

func fixtures(t testing.TB) []fixture {
	t.Helper()
	files, err := filepath.Glob("testdata/replies/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	all := make([]fixture, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[i].name = strings.TrimSuffix(filepath.Base(file), ".txt")
		all[i].query, all[i].reply = hexAfter(t, text, "query:"), hexAfter(t, text, "reply:")
	}
	return all
}

// hexAfter reads the hex that follows a key, to the next line that does not begin with a blank.
func hexAfter(t testing.TB, text []byte, key string) []byte {
	t.Helper()
	_, rest, found := bytes.Cut(text, []byte("\n"+key))
	var digits strings.Builder
	for i, line := range strings.Split(string(rest), "\n") {
		if i > 0 && !strings.HasPrefix(line, " ") {
			break
		}
		digits.WriteString(strings.TrimSpace(line))
	}
	b, err := hex.DecodeString(digits.String())
	if !found || err != nil || len(b) == 0 {
		t.Fatalf("no hex after %q: %v", key, err)
	}
	return b
}

// asked is the query that a fixture answers.
func (f fixture) asked() Query {
	q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: bytes.HasSuffix(f.query, fixtureCookie[:]), Cookie: fixtureCookie}
	if strings.Contains(string(f.query), "\x06server") {
		q.Name = "id.server."
	}
	return q
}

var fixtureCookie = [ClientCookieSize]byte{1, 2, 3, 4, 5, 6, 7, 8}
