package point

import (
	"slices"
	"strconv"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// Parts are what the votes of a window are told of by, beside all together.
type Parts struct{ Sites, Countries, ASes bool }

// Catchments makes the points of a window of one address, one after the other: that of all votes
// first. All are stamped with the window's start. cloud are the tags of the subject's cloud, as
// CloudTags makes them.
func (p *Point) Catchments(
	cloud []telegraf.Tag, s *catchment.Summary, by Parts, emit func(*Point),
) {
	emit(p.catchment(cloud, s))
	if by.Sites {
		for i := range s.Sites {
			emit(p.catchmentSite(cloud, s, &s.Sites[i]))
		}
	}
	if by.Countries {
		for i := range s.Countries {
			emit(p.catchmentCountry(cloud, s, &s.Countries[i]))
		}
	}
	if by.ASes {
		for i := range s.ASes {
			emit(p.catchmentAS(cloud, s, &s.ASes[i]))
		}
	}
	for n := range s.Moves {
		emit(p.catchmentMove(cloud, s, n))
	}
	if s.Zone != nil {
		emit(p.catchmentZone(cloud, s))
	}
}

// catchment makes the point of all votes.
func (p *Point) catchment(cloud []telegraf.Tag, s *catchment.Summary) *Point {
	p.ofWindow(MeasurementCatchment, cloud, s)
	p.addWhole(FieldProbes, int64(s.Probes))
	p.addWhole(FieldAsked, int64(s.Asked))
	p.addWhole(FieldAnswered, int64(s.Answered))
	p.addWhole(FieldNamed, int64(s.Named))
	p.addForeign(s, s.Foreign)
	p.addWhole(FieldTimeout, int64(s.Timeout))
	p.addWhole(FieldUnreachable, int64(s.Unreachable))
	p.addWhole(FieldInvalid, int64(s.Invalid))
	p.addWhole(FieldRefused, int64(s.Refused))
	p.addWhole(FieldSites, int64(s.Reached))
	p.addWhole(FieldInstances, int64(s.Instances))
	p.addTime(FieldP10MS, s.Times.P10)
	p.addTime(FieldP50MS, s.Times.P50)
	p.addTime(FieldP90MS, s.Times.P90)
	p.addTime(FieldP95MS, s.Times.P95)
	if d := &s.Distances; d.Known > 0 {
		p.addShare(FieldNearestShare, d.Nearest, d.Known)
		p.addShare(FieldFarShare, d.Far, d.Known)
		p.addFloat(FieldInflationP50MS, milliseconds(d.InflationP50))
		p.addFloat(FieldInflationP90MS, milliseconds(d.InflationP90))
	}
	if s.Compared > 0 {
		p.addWhole(FieldMoved, int64(s.Moved))
	}
	if s.Known > 0 {
		p.addWhole(FieldMisplaced, int64(s.Misplaced))
	}
	if s.Late >= 0 {
		p.addWhole(FieldLate, int64(s.Late))
	}
	p.addWhole(FieldDuplicates, int64(s.Duplicates))
	p.addWhole(FieldUnsynced, int64(s.Unsynced))
	if s.Undecodable >= 0 {
		p.addWhole(FieldUndecodable, int64(s.Undecodable))
	}
	return p
}

// catchmentSite makes the point of a site.
func (p *Point) catchmentSite(
	cloud []telegraf.Tag, s *catchment.Summary, site *catchment.Site,
) *Point {
	p.ofWindow(MeasurementCatchmentSite, cloud, s)
	p.addTag(TagSite, site.Name)
	p.addWhole(FieldProbes, int64(site.Probes))
	p.addShare(FieldShare, site.Probes, s.Named)
	if s.NamedASes > 0 {
		p.addFloat(FieldShareAS, site.ShareAS)
	}
	p.addSome(FieldASNs, site.ASes, site.Probes == 0)
	p.addSome(FieldCountries, site.Countries, site.Probes == 0)
	p.addTime(FieldP10MS, site.Times.P10)
	p.addTime(FieldP50MS, site.Times.P50)
	p.addTime(FieldP90MS, site.Times.P90)
	if d := &site.Distances; d.Known > 0 {
		p.addFloat(FieldDistanceP50KM, d.Km)
		p.addWhole(FieldNearest, int64(d.Nearest))
	}
	if s.Compared > 0 {
		p.addWhole(FieldEntered, int64(site.Entered))
		p.addWhole(FieldLeft, int64(site.Left))
	}
	p.addPlace(site.Place)
	return p
}

// catchmentCountry makes the point of a country.
func (p *Point) catchmentCountry(
	cloud []telegraf.Tag, s *catchment.Summary, c *catchment.Country,
) *Point {
	p.ofWindow(MeasurementCatchmentCountry, cloud, s)
	p.addTag(TagCountry, c.Code)
	return p.addGroup(s, &c.Group)
}

// catchmentAS makes the point of an autonomous system.
func (p *Point) catchmentAS(cloud []telegraf.Tag, s *catchment.Summary, as *catchment.AS) *Point {
	p.ofWindow(MeasurementCatchmentAS, cloud, s)
	p.addTag(TagASN, strconv.FormatUint(uint64(as.Number), 10))
	return p.addGroup(s, &as.Group)
}

// catchmentMove makes the point of the nth move of a window, from 0 on. Both ends are fields, so
// that pairs of sites make no series: what tells the points apart is a millisecond.
func (p *Point) catchmentMove(cloud []telegraf.Tag, s *catchment.Summary, n int) *Point {
	m := &s.Moves[n]
	p.ofWindow(MeasurementCatchmentMove, cloud, s)
	p.at = p.at.Add(time.Duration(n) * time.Millisecond)
	p.addText(FieldFrom, m.From)
	p.addText(FieldTo, m.To)
	p.addWhole(FieldProbes, int64(m.Probes))
	p.addSome(FieldASNs, m.ASes, false)
	p.addSome(FieldTopASN, int(m.TopASN), false)
	if m.TopCountry != "" {
		p.addText(FieldTopCountry, m.TopCountry)
	}
	p.addTime(FieldBeforeMS, m.Before)
	p.addTime(FieldAfterMS, m.After)
	return p
}

// catchmentZone makes the point of the zone that a measurement asks for.
func (p *Point) catchmentZone(cloud []telegraf.Tag, s *catchment.Summary) *Point {
	z := s.Zone
	p.ofWindow(MeasurementCatchmentZone, cloud, s)
	p.addTag(TagZone, s.Subject.Zone)
	p.addWhole(FieldSerials, int64(z.Serials))
	if z.Serials > 0 {
		p.addWhole(FieldNewest, int64(z.Newest))
	}
	if z.Dated > 0 {
		p.addWhole(FieldBehind, int64(z.Behind))
		p.addFloat(FieldLagP50S, z.LagP50.Seconds())
		p.addFloat(FieldLagMaxS, z.LagMax.Seconds())
	}
	if z.TopBehindSite != "" {
		p.addText(FieldTopBehindSite, z.TopBehindSite)
	}
	return p
}

// ofWindow begins a point of a window. The plugin's own names stand above a cloud's tags, as with
// paths.
func (p *Point) ofWindow(measurement string, cloud []telegraf.Tag, s *catchment.Summary) {
	l := Labels{
		Cloud: cloud, Server: observation.Printable(s.Server, observation.TagSize),
		Family: s.Family(), Transport: s.Transport,
	}
	if s.Addr.IsValid() {
		l.Address = s.Addr.String()
	}
	p.begin(measurement, s.From.Round(0)).about(l)
	p.tags = slices.DeleteFunc(p.tags, func(t telegraf.Tag) bool {
		return OfCatchments(t.Key) || t.Value == ""
	})
	p.addTag(TagSource, SourceRIPEAtlas)
	if s.Measurement > 0 {
		p.addTag(TagMeasurementID, strconv.Itoa(s.Measurement))
	}
}

// addGroup adds what the probes of a country or an AS say.
func (p *Point) addGroup(s *catchment.Summary, g *catchment.Group) *Point {
	p.addWhole(FieldProbes, int64(g.Probes))
	p.addWhole(FieldAnswered, int64(g.Answered))
	p.addForeign(s, g.Foreign)
	p.addTime(FieldP50MS, g.Times.P50)
	p.addTime(FieldP90MS, g.Times.P90)
	p.addWhole(FieldSites, int64(g.Reached))
	if g.TopSite != "" {
		p.addText(FieldTopSite, g.TopSite)
		p.addShare(FieldTopShare, g.Top, g.Named)
	}
	if d := &g.Distances; d.Known > 0 {
		p.addShare(FieldNearestShare, d.Nearest, d.Known)
		p.addFloat(FieldInflationP50MS, milliseconds(d.InflationP50))
	}
	return p
}

// addForeign adds a number of foreign answers, where there is a rule that tells them.
func (p *Point) addForeign(s *catchment.Summary, n int) {
	if s.Judged {
		p.addWhole(FieldForeign, int64(n))
	}
}

// addTime adds a time that was measured.
func (p *Point) addTime(key string, d time.Duration) {
	if d > 0 {
		p.addFloat(key, milliseconds(d))
	}
}

// addShare adds a part of something.
func (p *Point) addShare(key string, part, whole int) {
	if whole > 0 {
		p.addFloat(key, float64(part)/float64(whole))
	}
}

// addSome adds a number that is not zero, or whose zero means something.
func (p *Point) addSome(key string, n int, zero bool) {
	if n > 0 || zero {
		p.addWhole(key, int64(n))
	}
}

func (p *Point) addPlace(place places.Place) {
	if place.Code != "" {
		p.addFloat(FieldLatitude, place.Latitude)
		p.addFloat(FieldLongitude, place.Longitude)
	}
}
