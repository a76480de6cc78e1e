package options

import (
	"strings"
	"testing"
	"time"
)

// TestAtlasRefused: what no request can be made of is refused before one is.
func TestAtlasRefused(t *testing.T) {
	window := func(d time.Duration) func(*Atlas) { return func(o *Atlas) { o.Window = (*Duration)(&d) } }
	key := func(k string) func(*Atlas) { return func(o *Atlas) { o.Key = k } }
	watch := func(id int) func(*Atlas) { return func(o *Atlas) { o.WatchProbes = []int{id} } }
	last := maxID
	for name, c := range map[string]struct {
		edit func(*Atlas)
		want string // empty: it is taken
	}{
		"a key":               {key("00000000-0000-4000-8000-000000000000"), ""},
		"a key with its line": {key("00000000\n"), "key: has a blank, the end of a line"},
		"a key with a blank":  {key("0 0"), "key: has a blank"},
		"a key of umlauts":    {key("ü"), "key: has a blank, the end of a line or another character"},
		"a window":            {window(11 * time.Second), ""},
		"a part of a second":  {window(10500 * time.Millisecond), "window: 10.5s has a part of a second: write whole ones"},
		"the last id":         {watch(last), ""},
		"an id behind it":     {watch(last + 1), "watch_probes[1]: 2147483648 is no id of RIPE Atlas: those end at 2147483647"},
	} {
		o := defaultAtlas()
		c.edit(&o)
		_, err := readAtlas(&o, "plugin.conf")
		if (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
