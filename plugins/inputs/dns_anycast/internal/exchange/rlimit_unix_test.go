//go:build unix

package exchange

import "testing"

func TestShare(t *testing.T) {
	for _, c := range []struct{ descriptors, sockets, lookups int }{
		{1024, 960, 48}, // as MEANING.md says
		{64, 32, 24},
		{3, 1, 1},
		{0, 1, 1},
		{1 << 20, 15 << 16, 1000},
	} {
		if sockets, lookups := share(c.descriptors); sockets != c.sockets || lookups != c.lookups {
			t.Errorf("%d descriptors: %d sockets and %d look-ups, want %d and %d", c.descriptors, sockets, lookups, c.sockets, c.lookups)
		}
	}
}
