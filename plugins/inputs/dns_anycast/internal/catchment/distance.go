package catchment

import (
	"math"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// spots are where sites stand, each looked up once.
type spots struct {
	locations *judge.Locations
	read      map[string]*spot
}

// spot is a place, and the same as a point of the unit sphere, by which the nearest is found
// without a sine for each.
type spot struct {
	places.Place
	known  bool
	vector vector
}

type vector [3]float64

func (s *spots) of(site string) *spot {
	if known := s.read[site]; known != nil {
		return known
	}
	found := &spot{}
	if !pseudo(site) {
		found = newSpot(s.locations.Place(site))
	}
	s.read[site] = found
	return found
}

func newSpot(p places.Place) *spot {
	return &spot{Place: p, known: p.Code != "", vector: vectorOf(p.Latitude, p.Longitude)}
}

func vectorOf(latitude, longitude float64) vector {
	sinφ, cosφ := math.Sincos(latitude * math.Pi / 180)
	sinλ, cosλ := math.Sincos(longitude * math.Pi / 180)
	return vector{cosφ * cosλ, cosφ * sinλ, sinφ}
}

// apart is the square of the chord between two, which grows with the distance.
func (v *vector) apart(o *vector) float64 {
	x, y, z := v[0]-o[0], v[1]-o[1], v[2]-o[2]
	return x*x + y*y + z*z
}

// reached is the way of a vote to its site. The zero value is not known.
type reached struct {
	located   bool
	km        float64
	nearest   bool          // no site is nearer
	inflation time.Duration // its floor less that of the nearest
}

// locate finds how far the votes' sites are, and how far the nearest that anybody reached or that
// the cloud announces.
func (c *count) locate() {
	candidates := c.candidates()
	for i := range c.votes {
		v := &c.votes[i]
		if v.answer != named || v.intercepted || v.misplaced {
			continue
		}
		if v.vantage().Known && v.name.spot.known {
			v.reached = way(v.vantage(), v.name.spot, candidates)
		}
	}
}

// candidates are the places of all sites that may be the nearest.
func (c *count) candidates() (all []*spot) {
	there := map[*spot]bool{}
	for i := range c.votes {
		if v := &c.votes[i]; v.answer == named && v.name.spot.known && !there[v.name.spot] {
			there[v.name.spot] = true
			all = append(all, v.name.spot)
		}
	}
	for _, p := range c.Cloud.Locations.Announced {
		if s := newSpot(p); s.known {
			all = append(all, s)
		}
	}
	return all
}

// way is that from a probe to the site that it reached.
func way(from judge.Vantage, to *spot, candidates []*spot) reached {
	here := vectorOf(from.Latitude, from.Longitude)
	least, best := here.apart(&to.vector), to
	for _, s := range candidates {
		if apart := here.apart(&s.vector); apart < least {
			least, best = apart, s
		}
	}
	d, nearest := from.To(to.Place), from.To(best.Place)
	if nearest.Km >= d.Km {
		return reached{located: true, km: d.Km, nearest: true}
	}
	return reached{
		located: true, km: d.Km,
		inflation: time.Duration((d.FloorMS() - nearest.FloorMS()) * float64(time.Millisecond)),
	}
}
