package dns_anycast

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// Place says where a code of the operator's own is.
type Place struct {
	Code      string   `toml:"code"`      // as the site rule reads it; compared without case
	Name      string   `toml:"name"`      // of the city; may be empty
	Latitude  *float64 `toml:"latitude"`  // degrees north, -90 to 90
	Longitude *float64 `toml:"longitude"` // degrees east, -180 to 180
}

// placeSettings are the places of a cloud, as far as they are known.
type placeSettings struct {
	own   placeTable     // of its place blocks, which win
	file  placeTable     // of the option places; nil: none
	iata  bool           // the built-in table holds as well
	sites []places.Place // where the cloud is announced, each code once
}

// placeTable are the places of a file, or of the place blocks of a cloud, by code in upper case.
type placeTable map[string]places.Place

// place looks a code up: an own place wins. One without a code is not known.
func (s *placeSettings) place(code string) (p places.Place) {
	upper := strings.ToUpper(code)
	if p, found := s.own[upper]; found {
		return p
	}
	if p, found := s.file[upper]; found {
		return p
	}
	if s.iata {
		p, _ = places.Lookup(code)
	}
	return p
}

// readPlaces reads the places of a cloud, and where it is announced.
func readPlaces(o *Cloud, files *placeFiles) (s placeSettings, err error) {
	s.own, s.iata = placeTable{}, o.Places == "iata"
	if o.Places != "" && !s.iata {
		if s.file, err = files.table(o.Places); err != nil {
			return s, At(Step{Key: "places"}, err)
		}
	}
	for i, p := range o.Place {
		field, err := s.own.add(p)
		if field != "" {
			err = At(Step{Key: field}, err)
		}
		if err != nil {
			return s, At(Step{Key: "place", Index: i + 1}, err)
		}
	}
	for i, code := range o.Sites {
		p := s.place(code)
		if p.Code == "" {
			return s, At(Step{Key: "sites", Index: i + 1}, s.unknown(code))
		}
		if !slices.Contains(s.sites, p) {
			s.sites = append(s.sites, p)
		}
	}
	return s, nil
}

func (s *placeSettings) unknown(code string) error {
	table := ""
	if !s.iata && s.file == nil {
		table = `, or places = "iata"`
	}
	return fmt.Errorf("no place is known for %q: write a [[inputs.dns_anycast.cloud.place]] block%s", code, table)
}

// add checks a place, whether of a file or of a block. An error comes with the field that is wrong;
// empty: the position as a whole.
func (t placeTable) add(p Place) (field string, err error) {
	code := strings.ToUpper(p.Code)
	if err := checkTagText(p.Code); err != nil {
		return "code", err
	}
	if _, twice := t[code]; twice {
		return "code", fmt.Errorf("%q has a place already", p.Code)
	}
	if p.Name != "" {
		if err := checkTagText(p.Name); err != nil {
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

// readLocation reads a code of the built-in table, or "lat,lon" in degrees.
func readLocation(text string) (h here, err error) {
	if text == "" {
		return h, nil
	}
	first, second, two := strings.Cut(text, ",")
	if !two {
		p, found := places.Lookup(text)
		if !found {
			return h, fmt.Errorf(`%q is no code that is known here: write one such as "LHR", or degrees north `+
				`and east with a comma, "51.47,-0.45"`, text)
		}
		return here{p.Latitude, p.Longitude, true}, nil
	}
	h.latitude, err = strconv.ParseFloat(strings.TrimSpace(first), 64)
	if err == nil {
		h.longitude, err = strconv.ParseFloat(strings.TrimSpace(second), 64)
	}
	if err == nil {
		err = checkCoordinates(h.latitude, h.longitude)
	}
	if err != nil {
		return here{}, fmt.Errorf(`%q is no place: write a code such as "LHR", or degrees north and east, `+
			`as in "51.47,-0.45"`, text)
	}
	h.known = true
	return h, nil
}

func checkCoordinates(latitude, longitude float64) error {
	if !(latitude >= -90 && latitude <= 90) || !(longitude >= -180 && longitude <= 180) {
		return errors.New("is out of range: a latitude is from -90 to 90, a longitude from -180 to 180")
	}
	return nil
}
