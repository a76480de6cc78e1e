package options

import (
	"slices"
	"testing"
)

// TestZonesUnmarshal: Telegraf's TOML library hands over a value's text.
func TestZonesUnmarshal(t *testing.T) {
	for text, want := range map[string]Zones{
		`"example"`: {"example"}, `'example'`: {"example"}, `["a", "b"]`: {"a", "b"}, `[]`: {}, `5`: nil, `[5]`: nil, `"a`: nil,
	} {
		var z Zones
		if err := z.UnmarshalTOML([]byte(text)); (err == nil) != (want != nil) || err == nil && !slices.Equal(z, want) {
			t.Errorf("%s: got %q, %v, want %q", text, z, err, want)
		}
	}
}
