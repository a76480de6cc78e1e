package options

import (
	"errors"
	"fmt"
	"slices"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// FamiliesAuto stands for the families that this host has a route for.
const FamiliesAuto = "auto"

// Families are address families, written as a list of strings, or FamiliesAuto as a string.
type Families []string

// UnmarshalTOML is for Telegraf's TOML library, which hands over a value's text.
func (f *Families) UnmarshalTOML(text []byte) error {
	var one struct{ Families string }
	if _, err := toml.Decode("families = "+string(text), &one); err == nil {
		*f = Families{one.Families}
		return nil
	}
	var list struct{ Families []string }
	if _, err := toml.Decode("families = "+string(text), &list); err != nil {
		return fmt.Errorf(`%s are no families: write ["ipv4", "ipv6"] or "auto"`, text)
	}
	*f = list.Families
	return nil
}

// auto reports whether the host's routes decide.
func (f Families) auto() bool { return len(f) == 1 && f[0] == FamiliesAuto }

func checkFamilies(f Families) error {
	if i := slices.Index(f, FamiliesAuto); i >= 0 && len(f) > 1 {
		return At(Step{Key: "families", Index: i + 1},
			errors.New(`"auto" stands alone: write families = "auto", or name families`))
	}
	if f.auto() {
		return nil
	}
	return checkWords("families", f, "ipv4", "ipv6", FamiliesAuto)
}

// readFamilies returns those that may be asked over, of families that have been checked.
func readFamilies(f Families) []observation.Family {
	if f.auto() {
		return observation.Families[:]
	}
	return readWords(f, observation.IPv4, observation.IPv6)
}
