package options

import (
	"errors"
	"fmt"
	"slices"
)

// readReferences reads the references of all clouds into s: each address once, with the zones of
// every cloud that names it.
func readReferences(s *Settings, clouds []Cloud) error {
	known := map[Endpoint]int{} // the index of each in s.References
	for i := range clouds {
		o, zones := &clouds[i], s.Clouds[i].Zones
		own, err := readReference(o, zones)
		if err != nil {
			return inCloud(i, o, err)
		}
		for n, e := range own {
			if !e.asked(s.Families) {
				s.LeftOut = append(s.LeftOut, o.Reference[n])
				continue
			}
			if _, there := known[e]; !there {
				known[e] = len(s.References)
				s.References = append(s.References, ReferenceSettings{
					ServerSettings: ServerSettings{Name: o.Reference[n], Text: o.Reference[n], Endpoint: e},
				})
			}
			r := &s.References[known[e]]
			r.Zones = union(r.Zones, zones)
		}
	}
	return nil
}

// readReference reads the references of one cloud.
func readReference(o *Cloud, zones []string) (own []Endpoint, err error) {
	if o.Reference != nil && len(zones) == 0 {
		return nil, At(Step{Key: "reference"},
			errors.New("is asked for zones only: write a zone as well"))
	}
	for i, text := range o.Reference {
		e, err := readEndpoint(text)
		switch n := slices.Index(own, e); {
		case err != nil:
		case e.Host != "":
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

// union appends to zones those of more that it lacks.
func union(zones, more []string) []string {
	for _, z := range more {
		if !slices.Contains(zones, z) {
			zones = append(zones, z)
		}
	}
	return zones
}
