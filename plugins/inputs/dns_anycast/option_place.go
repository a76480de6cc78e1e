package dns_anycast

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// Place says where a code of the operator's own is.
type Place struct {
	Code      string   `toml:"code"`      // as the site rule reads it; compared without case
	Name      string   `toml:"name"`      // of the city; may be empty
	Latitude  *float64 `toml:"latitude"`  // degrees north, -90 to 90
	Longitude *float64 `toml:"longitude"` // degrees east, -180 to 180
}

// readPlaces reads the places of a cloud, and where it is announced.
func readPlaces(o *Cloud, files *placeFiles) (l judge.Locations, err error) {
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

// addPlace checks a place, whether of a file or of a block. An error comes with the field that is wrong;
// empty: the position as a whole.
func addPlace(t judge.Table, p Place) (field string, err error) {
	code := strings.ToUpper(p.Code)
	if err := point.CheckText(p.Code); err != nil {
		return "code", err
	}
	if _, twice := t[code]; twice {
		return "code", fmt.Errorf("%q has a place already", p.Code)
	}
	if p.Name != "" {
		if err := point.CheckText(p.Name); err != nil {
			return "name", err
		}
	}
	if p.Latitude == nil || p.Longitude == nil {
		return "", errors.New("latitude and longitude are both needed, in degrees north and east")
	}
	if err := checkCoordinates(*p.Latitude, *p.Longitude); err != nil {
		return "", fmt.Errorf("%v, %v %w", *p.Latitude, *p.Longitude, err)
	}
	t[code] = places.Place{Code: code, Name: p.Name, Latitude: *p.Latitude, Longitude: *p.Longitude}
	return "", nil
}

// readLocation reads a code of the built-in table, or "lat,lon" in degrees; empty is not known.
func readLocation(text string) (v judge.Vantage, err error) {
	first, second, two := strings.Cut(text, ",")
	if !two {
		return readCode(text)
	}
	v.Latitude, err = strconv.ParseFloat(strings.TrimSpace(first), 64)
	if err == nil {
		v.Longitude, err = strconv.ParseFloat(strings.TrimSpace(second), 64)
	}
	if err == nil {
		err = checkCoordinates(v.Latitude, v.Longitude)
	}
	if err != nil {
		return judge.Vantage{}, fmt.Errorf(`%q is no place: write a code such as "LHR", `+
			`or degrees north and east, as in "51.47,-0.45"`, text)
	}
	v.Known = true
	return v, nil
}

func readCode(text string) (judge.Vantage, error) {
	p, found := places.Lookup(text)
	switch {
	case found:
		return judge.Vantage{Latitude: p.Latitude, Longitude: p.Longitude, Known: true}, nil
	case text == "":
		return judge.Vantage{}, nil
	}
	return judge.Vantage{}, fmt.Errorf(`%q is no code that is known here: write one such as "LHR", `+
		`or degrees north and east with a comma, "51.47,-0.45"`, text)
}

func checkCoordinates(latitude, longitude float64) error {
	if !(latitude >= -90 && latitude <= 90) || !(longitude >= -180 && longitude <= 180) {
		return errors.New("is out of range: a latitude is from -90 to 90, a longitude from -180 to 180")
	}
	return nil
}
