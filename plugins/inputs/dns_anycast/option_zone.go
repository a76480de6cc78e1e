package dns_anycast

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// referenceCloud is the cloud of the addresses that clouds give as reference.
const referenceCloud = "reference"

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

// readReferences reads the references of all clouds into s: each address once, with the zones of
// every cloud that names it.
func readReferences(s *settings, clouds []Cloud) error {
	known := map[endpoint]int{} // the index of each in s.references
	for i := range clouds {
		o, zones := &clouds[i], s.clouds[i].zones
		own, err := readReference(o, zones)
		if err != nil {
			return inCloud(i, o, err)
		}
		for n, e := range own {
			if !e.asked(s.families) {
				s.leftOut = append(s.leftOut, o.Reference[n])
				continue
			}
			if _, there := known[e]; !there {
				known[e] = len(s.references)
				s.references = append(s.references, serverSettings{
					text: o.Reference[n], endpoint: e, transports: s.transports[:1], // it is asked once a round
				})
			}
			s.references[known[e]].addZones(zones)
		}
	}
	return nil
}

// readReference reads the references of one cloud.
func readReference(o *Cloud, zones []string) (own []endpoint, err error) {
	if o.Reference != nil && len(zones) == 0 {
		return nil, At(Step{Key: "reference"},
			errors.New("is asked for zones only: write a zone as well"))
	}
	for i, text := range o.Reference {
		e, err := readEndpoint(text)
		switch n := slices.Index(own, e); {
		case err != nil:
		case e.host != "":
			err = fmt.Errorf("%q is a host name: write an address", text)
		case n >= 0:
			err = fmt.Errorf("%q is listed twice: reference[%d] is the same", text, n+1)
		}
		if err != nil {
			return nil, At(Step{Key: "reference", Index: i + 1}, err)
		}
		own = append(own, e)
	}
	return own, nil
}

func (s *serverSettings) addZones(zones []string) {
	for _, z := range zones {
		if !slices.Contains(s.zones, z) {
			s.zones = append(s.zones, z)
		}
	}
}
