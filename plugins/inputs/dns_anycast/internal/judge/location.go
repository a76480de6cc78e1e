package judge

import (
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

const (
	lightInVacuum = 299.8 // km in a millisecond
	lightInFibre  = 200.0 // km in a millisecond, as the field reckons
)

// Vantage is where answers are asked from. The zero value is not known.
type Vantage struct {
	Latitude, Longitude float64 // degrees north and east
	Known               bool
}

// Table are places by their code in upper case.
type Table map[string]places.Place

// Locations is where the sites of a cloud are, as far as it is known. The zero value knows of none.
type Locations struct {
	Own       Table          // of the cloud's own, which win
	File      Table          // of a file, which come next
	IATA      bool           // the built-in table holds as well
	Announced []places.Place // where the cloud is announced, each once; empty: it does not say
}

// Place looks a code up. A place without a code is not known.
func (l *Locations) Place(code string) (p places.Place) {
	upper := strings.ToUpper(code)
	if p, found := l.Own[upper]; found {
		return p
	}
	if p, found := l.File[upper]; found {
		return p
	}
	if l.IATA {
		p, _ = places.Lookup(code)
	}
	return p
}

// View is a cloud as one vantage point sees it.
type View struct {
	*Cloud
	vantage Vantage
	nearest time.Duration // the floor of the nearest announced place; unlisted: there is none
}

// unlisted is the floor of the nearest place where none is known to be the nearest.
const unlisted time.Duration = -1

// From is the view from a vantage point.
func (c *Cloud) From(v Vantage) *View {
	view := &View{Cloud: c, vantage: v, nearest: unlisted}
	for _, p := range c.Locations.Announced {
		d := view.distance(p)
		if floor := d.floor(); d.Known && (view.nearest == unlisted || floor < view.nearest) {
			view.nearest = floor
		}
	}
	return view
}

// Distance is what is known of the way to the site that answered. The zero value: its place is not
// known, or the vantage point.
type Distance struct {
	Known   bool
	Km      float64       // along the great circle
	nearest time.Duration // as of the view
}

func (v *View) distance(p places.Place) Distance {
	d := v.vantage.To(p)
	if d.Known {
		d.nearest = v.nearest
	}
	return d
}

// To is the distance to a place, without a word of nearer ones.
func (v Vantage) To(p places.Place) Distance {
	if p.Code == "" || !v.Known {
		return Distance{}
	}
	km := places.Kilometers(v.Latitude, v.Longitude, p.Latitude, p.Longitude)
	return Distance{Known: true, Km: km, nearest: unlisted}
}

// FloorMS is the least that a round trip takes in fibre, in milliseconds.
func (d Distance) FloorMS() float64 { return 2 * d.Km / lightInFibre }

func (d Distance) floor() time.Duration { return milliseconds(d.FloorMS()) }

// possible is the least that a round trip takes at all.
func (d Distance) possible() time.Duration { return milliseconds(2 * d.Km / lightInVacuum) }

// Impossible reports whether a round trip of rtt is shorter than light takes.
func (d Distance) Impossible(rtt time.Duration) bool {
	return d.Known && rtt+clockError < d.possible()
}

// far reports whether the time is the distance: another site is much nearer.
func (d Distance) far(t *Thresholds) bool {
	if !d.Known {
		return false
	}
	if d.nearest == unlisted {
		return d.floor() > t.FarFloor
	}
	return d.nearerSite(t)
}

// nearerSite reports whether the cloud is announced at a place that is much nearer.
func (d Distance) nearerSite(t *Thresholds) bool {
	return d.nearest != unlisted && d.floor()-d.nearest > t.FarOver
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
