package rootservers

import (
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestRootMeasurements: nothing is fetched from RIPE Atlas that nobody has asked for. Whoever does has a measurement of
// each letter and family, no two letters' the same. TestCommentedOptions has the plugin check them.
func TestRootMeasurements(t *testing.T) {
	for letter, c := range rootClouds(t) {
		if c.Atlas != nil {
			t.Errorf("%s fetches %v as it comes", letter, c.Atlas)
		}
	}
	var file struct {
		Inputs struct {
			Blocks []struct {
				Atlas  map[string]any
				Clouds []struct {
					Name  string
					Atlas []int
				} `toml:"cloud"`
			} `toml:"dns_anycast"`
		}
	}
	text := regexp.MustCompile(`(?m)^( *)#( +(?:atlas|cache) =| \[inputs)`).ReplaceAllString(stacktest.Read(t, stacktest.Shipped("root-servers.conf")), "$1 $2")
	if _, err := toml.Decode(text, &file); err != nil {
		t.Fatal(err)
	}
	if cache, _ := file.Inputs.Blocks[0].Atlas["cache"].(string); !strings.HasPrefix(cache, "/var/lib/telegraf/") {
		t.Errorf("what the measurements have in common: %v", file.Inputs.Blocks[0].Atlas)
	}
	seen := map[int]string{}
	for _, c := range file.Inputs.Blocks[0].Clouds {
		if len(c.Atlas) != 2 || c.Atlas[0]/100 != 103 || c.Atlas[1] != c.Atlas[0]+1000 {
			t.Errorf("%s has the measurements %v, want that of hostname.bind over each family", c.Name, c.Atlas)
		}
		for _, id := range c.Atlas {
			if seen[id] != "" {
				t.Errorf("%d is of %s and of %s", id, seen[id], c.Name)
			}
			seen[id] = c.Name
		}
	}
	if len(seen) != 26 || seen[10301] != "k.root-servers.net" {
		t.Errorf("%d measurements: %v", len(seen), seen)
	}
}
