package rounds

import (
	"os"
	"strings"
	"testing"
)

// TestREADMEWatch: the table that the first page shows has columns of today, in their order.
func TestREADMEWatch(t *testing.T) {
	text, err := os.ReadFile("../../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, session, found := strings.Cut(string(text), "\n$ telegraf-dns-anycast --watch --config plugin.conf\n")
	if !found {
		t.Fatal("README.md shows no --watch")
	}
	head, _, _ := strings.Cut(session, "\n")
	titles := strings.Fields(head)
	if len(titles) < 8 {
		t.Fatalf("README.md shows few columns: %q", titles)
	}
	for _, c := range columns {
		if len(titles) > 0 && titles[0] == c.Title {
			titles = titles[1:]
		}
	}
	if len(titles) > 0 {
		t.Errorf("README.md shows %q, which is no column there", titles[0])
	}
}
