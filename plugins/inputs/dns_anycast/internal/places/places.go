// Package places says where the metro and airport codes stand that anycast
// operators put into the names of their instances: LHR, ams, NRT.
//
// It only answers for a code. Whether a part of a name is a code at all is
// the caller's to decide, by the naming rule of the cloud: SUB is Surabaya
// here and something else in the names of another operator.
package places

import (
	"cmp"
	"math"
	"slices"
)

// Lookup returns the place of an IATA code, in upper or lower case, and
// whether the table has it. The position is right to within 25 km.
func Lookup(code string) (Place, bool) {
	i, found := slices.BinarySearchFunc(table[:], code, compareFold)
	if !found {
		return Place{}, false
	}
	return table[i], true
}

// compareFold orders a place and a code whose ASCII letters count as upper
// case. Only ASCII: Unicode folding would make SIN of a long s.
func compareFold(place Place, code string) int {
	for i := range min(len(place.Code), len(code)) {
		c := code[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if order := cmp.Compare(place.Code[i], c); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(place.Code), len(code))
}

// earthRadius is the mean radius of the earth in kilometers.
const earthRadius = 6371

// Kilometers returns the great-circle distance in kilometers between two
// positions in degrees, on a sphere of the mean earth radius, 6,371 km. The
// earth is flatter than that: up to 0.6 % off.
func Kilometers(latitude1, longitude1, latitude2, longitude2 float64) float64 {
	φ1, φ2 := radians(latitude1), radians(latitude2)
	sinΔφ := math.Sin((φ2 - φ1) / 2)
	sinΔλ := math.Sin(radians(longitude2-longitude1) / 2)

	// The haversine, because the law of cosines loses short distances.
	h := sinΔφ*sinΔφ + math.Cos(φ1)*math.Cos(φ2)*sinΔλ*sinΔλ

	// Rounding may take h past 1 for antipodes, where Asin would be NaN.
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
