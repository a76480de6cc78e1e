//go:build fleetcost || storage

package stacktest

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// LetterSites are how many sites each root letter has, from A to M.
var LetterSites = []int{60, 6, 13, 220, 328, 364, 6, 12, 80, 146, 138, 130, 20}

// LetterK is the number of K.
const LetterK = 10

// What 12,000 probes tell of a letter over a family, beside its sites.
const (
	letterCountries = 180
	letterASes      = 200
)

// Letter are the points of a window of a letter over both families, in line protocol with milliseconds: of all votes, and
// of sites and groups where they are wanted.
func Letter(random *rand.Rand, letter int, at time.Time, sites, groups bool) (lines []string) {
	name := string(rune('a' + letter))
	for _, family := range []string{"ipv4", "ipv6"} {
		address := map[string]string{"ipv4": fmt.Sprintf("192.0.2.%d", letter), "ipv6": fmt.Sprintf("2001:db8::%x", letter)}[family]
		measurement := 10300 + letter
		if family == "ipv6" {
			measurement += 1000
		}
		tags := fmt.Sprintf("address=%s,cloud=%s.root-servers.net,family=%s,host=vp1,measurement_id=%d,server=%s.root-servers.net,source=ripe-atlas,transport=udp",
			address, name, family, measurement, address)
		add := func(of, more, format string, values ...any) {
			lines = append(lines, fmt.Sprintf("%s%s,%s%s %s %d", "dns_anycast_catchment", of, tags, more, fmt.Sprintf(format, values...), at.UnixMilli()))
		}
		n := func(of int) int { return of + random.IntN(1+of/50) }
		ms := func(of float64) float64 { return float64(int((of+random.ExpFloat64())*1000)) / 1000 }
		add("", "", "answered=%di,asked=%di,duplicates=%di,far_share=%v,foreign=%di,inflation_p50_ms=%v,inflation_p90_ms=%v,instances=%di,invalid=%di,late=%di,"+
			"misplaced=%di,moved=%di,named=%di,nearest_share=%v,p10_ms=%v,p50_ms=%v,p90_ms=%v,p95_ms=%v,probes=%di,refused=%di,sites=%di,timeout=%di,"+
			"undecodable=%di,unreachable=0i,unsynced=%di", n(11700), n(11900), n(20), random.Float64(), n(190), ms(2), ms(30), n(3*LetterSites[letter]), n(50),
			n(10), n(90), n(60), n(11500), random.Float64(), ms(4), ms(25), ms(120), ms(170), n(12000), n(50), LetterSites[letter], n(150), 0, n(30))
		for site := 0; sites && site < LetterSites[letter]; site++ {
			probes := 1 + 6000/(site+1)
			add("_site", fmt.Sprintf(",site=S%03d", site), "asns=%di,countries=%di,distance_p50_km=%v,entered=%di,latitude=%v,left=%di,longitude=%v,nearest=%di,"+
				"p10_ms=%v,p50_ms=%v,p90_ms=%v,probes=%di,share=%v,share_as=%v", n(probes/3+1), n(20), random.Float64()*1000, n(2), 50-float64(site)/4, n(2), float64(site)/2,
				n(probes/2), ms(3), ms(10), ms(60), n(probes), float64(n(probes))/11500, random.Float64())
		}
		group := func(of, more string, probes int) {
			add(of, more, "answered=%di,foreign=%di,inflation_p50_ms=%v,nearest_share=%v,p50_ms=%v,p90_ms=%v,probes=%di,sites=%di,top_share=%v,top_site=\"S%03d\"",
				n(probes), n(1), ms(5), random.Float64(), ms(20), ms(80), n(probes), n(6), random.Float64(), random.IntN(LetterSites[letter]))
		}
		for i := 0; groups && i < letterCountries; i++ {
			group("_country", fmt.Sprintf(",country=%c%c", 'A'+i/26, 'A'+i%26), 5+3000/(i+1))
		}
		for i := 0; groups && i < letterASes; i++ {
			group("_as", fmt.Sprintf(",asn=%d", 64500+i), 5+600/(i+1))
		}
		for i := 0; groups && i < 5; i++ {
			lines = append(lines, fmt.Sprintf("dns_anycast_catchment_move,%s after_ms=%v,asns=%di,before_ms=%v,from=\"S001\",probes=%di,to=\"S002\",top_asn=64500i,"+
				"top_country=\"AA\" %d", tags, ms(20), n(2), ms(30), n(4), at.UnixMilli()+int64(i)))
		}
	}
	return lines
}
