package dns_anycast

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// Place says where a code of the operator's own is.
type Place struct {
	Code      string   `toml:"code"`      // as the site rule reads it; compared without case
	Name      string   `toml:"name"`      // of the city; may be empty
	Latitude  *float64 `toml:"latitude"`  // degrees north, -90 to 90
	Longitude *float64 `toml:"longitude"` // degrees east, -180 to 180
}

// Thresholds decide between the verdicts near, far and slow. A cloud may override those of the plugin: there zero means
// that it does not.
type Thresholds struct {
	SlowFactor  *float64  `toml:"slow_factor"`  // times the usual time,
	SlowOver    *Duration `toml:"slow_over"`    // and at least so much longer: above the limit
	SlowAfter   *int      `toml:"slow_after"`   // answers running above a limit make slow, as many below end it
	FloorFactor *float64  `toml:"floor_factor"` // times the least that light in fibre takes,
	FloorOver   *Duration `toml:"floor_over"`   // and so much more: above the limit
	FarOver     *Duration `toml:"far_over"`     // a place nearer by so much makes far
	FarFloor    *Duration `toml:"far_floor"`    // without a list of sites: a floor above this does
}

// here is where the vantage point stands; known is false where nobody said.
type here struct {
	latitude, longitude float64
	known               bool
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
			return h, fmt.Errorf(`location: %q is no code that is known here: write one such as "LHR", or degrees north and east with a comma, "51.47,-0.45"`, text)
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
		return here{}, fmt.Errorf(`location: %q is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`, text)
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

// locations is where the sites of a cloud are, as far as it is known.
type locations struct {
	own       placeTable // of its place blocks, which win
	file      placeTable // of the option places; nil: none
	iata      bool       // the built-in table holds as well
	here      here
	nearest   float64 // ms: the floor of the nearest place where the cloud is announced; below zero: it does not say where
	announced int     // distinct codes of the option sites
}

// newLocations reads the places of a cloud. Errors begin with the path below the cloud.
func (d *DNSAnycast) newLocations(opt *Cloud) (*locations, error) {
	l := &locations{own: placeTable{}, here: d.here, nearest: -1, iata: opt.Places == "iata"}
	if opt.Places != "" && !l.iata {
		var err error
		if l.file, err = d.placeFile(opt.Places); err != nil {
			return nil, fmt.Errorf(".places: %w", err)
		}
	}
	for i, p := range opt.Place {
		field, err := l.own.add(p)
		if field != "" {
			field = "." + field
		}
		if err != nil {
			return nil, fmt.Errorf(".place[%d]%s: %w", i+1, field, err)
		}
	}
	return l, l.announce(opt.Sites)
}

// announce reads the codes where the cloud is announced.
func (l *locations) announce(sites []string) error {
	announced := set{}
	for i, code := range sites {
		p := l.place(code)
		if p.Code == "" {
			table := ""
			if !l.iata && l.file == nil {
				table = `, or places = "iata"`
			}
			return fmt.Errorf(`.sites[%d]: no place is known for %q: write a [[inputs.dns_anycast.cloud.place]] block%s`,
				i+1, code, table)
		}
		announced[p.Code] = struct{}{}
		if floor := floorOf(l.here.kilometers(p)); l.here.known && (l.nearest < 0 || floor < l.nearest) {
			l.nearest = floor
		}
	}
	l.announced = len(announced)
	return nil
}

// place looks a code up: an own place wins. One without a code is not known.
func (l *locations) place(code string) (p places.Place) {
	upper := strings.ToUpper(code)
	if p, found := l.own[upper]; found {
		return p
	}
	if p, found := l.file[upper]; found {
		return p
	}
	if l.iata {
		p, _ = places.Lookup(code)
	}
	return p
}

func (h here) kilometers(p places.Place) float64 {
	return places.Kilometers(h.latitude, h.longitude, p.Latitude, p.Longitude)
}

// PlaceName returns what the place of a cloud's site is called; empty where no place is known.
func (d *DNSAnycast) PlaceName(cloud, site string) string {
	for _, c := range d.clouds {
		if c.name == cloud {
			return c.locations.place(site).Name
		}
	}
	return ""
}

// way is that from here to a place.
func (l *locations) way(p places.Place) way {
	if p.Code == "" || !l.here.known {
		return way{}
	}
	return way{known: true, distance: l.here.kilometers(p), nearest: l.nearest}
}

// newThresholds are the defaults.
func newThresholds() Thresholds {
	factor, floorFactor, after := 1.5, 3.0, 3
	ms := func(n int) *Duration {
		d := Duration(time.Duration(n) * time.Millisecond)
		return &d
	}
	return Thresholds{
		SlowFactor: &factor, SlowOver: ms(10), SlowAfter: &after, FloorFactor: &floorFactor,
		FloorOver: ms(25), FarOver: ms(20), FarFloor: ms(30),
	}
}

// check refuses what is out of range. Errors begin with the option.
func (t *Thresholds) check() error {
	for _, c := range []struct {
		option string
		value  *float64
	}{{"slow_factor", t.SlowFactor}, {"floor_factor", t.FloorFactor}} {
		if v := c.value; v != nil && !(*v >= 1 && *v <= 100) {
			return fmt.Errorf("%s: %v is out of range: write a number from 1 to 100", c.option, *v)
		}
	}
	if n := t.SlowAfter; n != nil && (*n < 1 || *n > 100) {
		return fmt.Errorf("slow_after: %d is out of range: write a number from 1 to 100", *n)
	}
	for _, c := range []struct {
		option string
		value  *Duration
	}{{"slow_over", t.SlowOver}, {"floor_over", t.FloorOver}, {"far_over", t.FarOver}, {"far_floor", t.FarFloor}} {
		if v := c.value; v != nil && (*v < 0 || time.Duration(*v) > maxTimeout) {
			return fmt.Errorf(`%s: %s is out of range: write one from "0s" to "1m"`, c.option, time.Duration(*v))
		}
	}
	return nil
}

// limits are the cloud's own where it has them, else the plugin's.
func (d *DNSAnycast) limits(own *Thresholds) limits {
	p := &d.Thresholds
	return limits{
		slowFactor: *either(own.SlowFactor, p.SlowFactor), slowOver: milliseconds(time.Duration(*either(own.SlowOver, p.SlowOver))),
		slowAfter:   *either(own.SlowAfter, p.SlowAfter),
		floorFactor: *either(own.FloorFactor, p.FloorFactor), floorOver: milliseconds(time.Duration(*either(own.FloorOver, p.FloorOver))),
		farOver: milliseconds(time.Duration(*either(own.FarOver, p.FarOver))), farFloor: milliseconds(time.Duration(*either(own.FarFloor, p.FarFloor))),
	}
}

func either[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}
