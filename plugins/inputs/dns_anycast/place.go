package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// here is where the vantage point stands; known is false where nobody said.
type here struct {
	latitude, longitude float64
	known               bool
}

// locations is where the sites of a cloud are, as far as it is known.
type locations struct {
	placeSettings
	here      here
	nearest   float64 // ms: the floor of the nearest place where the cloud is announced; below zero: it does not say where
	announced int     // distinct codes of the option sites
}

func newLocations(s placeSettings, h here) *locations {
	l := &locations{placeSettings: s, here: h, nearest: -1, announced: len(s.sites)}
	for _, p := range s.sites {
		if floor := floorOf(h.kilometers(p)); h.known && (l.nearest < 0 || floor < l.nearest) {
			l.nearest = floor
		}
	}
	return l
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
