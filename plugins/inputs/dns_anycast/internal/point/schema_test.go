package point

import (
	"fmt"
	"testing"
)

// TestCloudTags: a cloud's own tags and its name come sorted by key; the command line has no name.
func TestCloudTags(t *testing.T) {
	own := map[string]string{"operator": "x", "asn": "64496"}
	for name, want := range map[string]string{
		"c": "[{asn 64496} {cloud c} {operator x}]",
		"":  "[{asn 64496} {operator x}]",
	} {
		var got []string
		for _, tag := range CloudTags(name, own) {
			got = append(got, fmt.Sprintf("{%s %s}", tag.Key, tag.Value))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: got %v, want %s", name, got, want)
		}
	}
}
