package options

import (
	"fmt"
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// readLocations reads the places of a cloud, and where it is announced.
func readLocations(o *Cloud, files *placeFiles) (l judge.Locations, err error) {
	l.Own, l.IATA = judge.Table{}, o.Places == "iata"
	if o.Places != "" && !l.IATA {
		if l.File, err = files.table(o.Places); err != nil {
			return l, At(Step{Key: "places"}, err)
		}
	}
	for i, p := range o.Place {
		field, err := addPlace(l.Own, p)
		if field != "" {
			err = At(Step{Key: field}, err)
		}
		if err != nil {
			return l, At(Step{Key: "place", Index: i + 1}, err)
		}
	}
	for i, code := range o.Sites {
		p := l.Place(code)
		if p.Code == "" {
			return l, At(Step{Key: "sites", Index: i + 1}, unknownPlace(&l, code))
		}
		if !slices.Contains(l.Announced, p) {
			l.Announced = append(l.Announced, p)
		}
	}
	return l, nil
}

func unknownPlace(l *judge.Locations, code string) error {
	table := ""
	if !l.IATA && l.File == nil {
		table = `, or places = "iata"`
	}
	return fmt.Errorf("no place is known for %q: write a [[inputs.dns_anycast.cloud.place]] block%s",
		code, table)
}
