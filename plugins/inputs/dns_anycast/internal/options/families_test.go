package options

import (
	"fmt"
	"slices"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

func TestFamilies(t *testing.T) {
	for _, test := range []struct {
		written   Families
		want      []observation.Family
		routed    bool
		complaint string
	}{
		{Families{"auto"}, observation.Families[:], true, ""},
		{Families{"ipv4", "ipv6"}, observation.Families[:], false, ""},
		{Families{"ipv6"}, observation.Families[1:], false, ""},
		{Families{"ipv4", "auto"}, nil, false, `families[2]: "auto" stands alone: write families = "auto", or name families`},
		{Families{"auto", "auto"}, nil, false, `families[1]: "auto" stands alone: write families = "auto", or name families`},
		{Families{"Auto"}, nil, false, `families[1]: "Auto" is not one of "ipv4", "ipv6", "auto"`},
		{Families{}, nil, false, `families: the list is empty: name at least one of "ipv4", "ipv6", "auto"`},
	} {
		o := Defaults()
		o.Families = test.written
		s, err := ReadOwn(&o, "")
		complaint := ""
		if err != nil {
			complaint = err.Error()
		}
		if complaint != test.complaint || !slices.Equal(s.Families, test.want) || s.Routed != test.routed {
			t.Errorf("%q: got %v, %v, %q", test.written, s.Families, s.Routed, complaint)
		}
	}
}

// TestFamiliesTOML is what Telegraf's library hands over.
func TestFamiliesTOML(t *testing.T) {
	for text, want := range map[string]string{
		`"auto"`: "[auto]", `["ipv4", "ipv6"]`: "[ipv4 ipv6]", `"ipv4"`: "[ipv4]", `4`: "", `[4]`: "", `["a"`: "",
	} {
		var f Families
		if err := f.UnmarshalTOML([]byte(text)); (err == nil) != (want != "") || err == nil && fmt.Sprint(f) != want {
			t.Errorf("%s: got %v, %v", text, f, err)
		}
	}
}
