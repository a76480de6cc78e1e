package options

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// addPlace checks a place, whether of a file or of a block. An error comes with the field that is
// wrong; empty: the position as a whole.
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

// readVantage reads a code of the built-in table, or "lat,lon" in degrees; empty is not known.
func readVantage(text string) (v judge.Vantage, err error) {
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
