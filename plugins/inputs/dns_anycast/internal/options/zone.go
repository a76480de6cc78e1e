package options

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Zones is one zone or several, written as a string or as a list of strings.
type Zones []string

// UnmarshalTOML is for Telegraf's TOML library, which hands over a value's text.
func (z *Zones) UnmarshalTOML(text []byte) error {
	var one struct{ Zone string }
	if _, err := toml.Decode("zone = "+string(text), &one); err == nil {
		*z = Zones{one.Zone}
		return nil
	}
	var list struct{ Zone []string }
	if _, err := toml.Decode("zone = "+string(text), &list); err != nil {
		return fmt.Errorf(`%s is no zone: write "example" or ["example", "example.net"]`, text)
	}
	*z = list.Zone
	return nil
}

// checkZone accepts names in the letters that zones have: host names, and the slash of RFC 2317.
func checkZone(name string) error {
	if name == "" {
		return errors.New(`is empty: write a zone, "." for the root`)
	}
	if len(name) > 253 {
		return errors.New("is longer than a name can be (253 bytes)")
	}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_/"
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, letters) != "" {
			return errors.New(`is no zone: write it like "example" or "xn--wgv71a.example"`)
		}
	}
	return nil
}

// readZones brings zones into the form of the tag: in lower case, without the final dot.
func readZones(zones Zones) (names []string, err error) {
	if zones != nil && len(zones) == 0 {
		return nil, At(Step{Key: "zone"}, errors.New(`the list is empty: name a zone, as in "example"`))
	}
	for i, text := range zones {
		name := strings.ToLower(text)
		if name != "." {
			name = strings.TrimSuffix(name, ".")
			err = checkZone(name)
		}
		if err == nil && slices.Contains(names, name) {
			err = errors.New("is listed twice")
		}
		if err != nil {
			return nil, At(Step{Key: "zone", Index: i + 1}, fmt.Errorf("%q %w", text, err))
		}
		names = append(names, name)
	}
	return names, nil
}
