package levels

import (
	"fmt"
)

// Level is one that the profile asks for, and what there is of it.
type Level struct {
	What, Value, Want string // such as: an address; "433 minutes down"; "at most 432"
	Met               *bool  // nil: it could not be judged
}

// Levels lists those that the data ought to suffice for: not that of updates where there were none,
// nor that of a service where a zone has one server.
func (r *Report) Levels() []Level {
	var all []Level
	for i := range r.Services {
		all = append(all, r.Services[i].levels()...)
	}
	for i := range r.Addresses {
		all = append(all, r.Addresses[i].levels(r.Profile)...)
	}
	for i := range r.Updates {
		all = append(all, r.Updates[i].levels()...)
	}
	return all
}

func (s *ServiceRow) levels() []Level {
	what := fmt.Sprintf("zone %s over %s", s.Zone, s.Transport)
	if s.Zone == "" {
		what = fmt.Sprintf("%s over %s", CloudName(s.Clouds[0]), s.Transport)
	}
	within := Level{
		"tests of " + what, fmt.Sprintf("%s within %d ms", percent(s.WithinShare), WithinMS(s.Transport)),
		fmt.Sprintf("at least %d %%", WithinPercent), s.WithinMet,
	}
	if s.CountedMinutes == nil {
		return []Level{within}
	}
	return []Level{{"service of " + what, minutesDown(s.DownMinutes), "none", s.DownMet}, within}
}

func (a *AddressRow) levels(p Profile) []Level {
	if p == ICANN {
		return []Level{{
			a.Name(), minutesDown(a.DownMinutes), fmt.Sprintf("at most %d", AddressDownMinutes), a.DownMet,
		}}
	}
	limit := NoErrorWithinMS(a.Transport)
	median := "no median time"
	switch {
	case a.MedianMS != nil:
		median = fmt.Sprintf("median time %.4g ms", *a.MedianMS)
	case a.MedianMet != nil && *a.MedianMet:
		median = fmt.Sprintf("median time within %d ms", limit)
	case a.MedianMet != nil:
		median = fmt.Sprintf("median time above %d ms", limit)
	}
	return []Level{
		{
			a.Name(), "available " + percent(a.Availability),
			fmt.Sprintf("at least %d %%", AvailabilityPercent), a.AvailabilityMet,
		},
		{a.Name(), median, fmt.Sprintf("at most %d ms", limit), a.MedianMet},
	}
}

func (u *UpdateRow) levels() []Level {
	what := "updates of zone " + u.Zone
	switch {
	case u.WithinMet != nil:
		value := fmt.Sprintf("%s within %d min", percent(u.WithinShare), UpdateWithinS/60)
		return []Level{{what, value, fmt.Sprintf("at least %d %%", WithinPercent), u.WithinMet}}
	case u.MedianMet != nil:
		value := "most never came"
		if u.MedianS != nil {
			value = fmt.Sprintf("median %.4g min", *u.MedianS/60)
		}
		what += " in " + CloudName(u.Clouds[0])
		return []Level{{what, value, fmt.Sprintf("at most %d min", PublicationS/60), u.MedianMet}}
	}
	return nil
}

func minutesDown(n *int) string {
	if n == nil {
		return "not measured"
	}
	return Count(*n, "minute down", "minutes down")
}

// Judge is false where a level is missed, else nil where one could not be judged.
func (r *Report) Judge() *bool {
	judged, unknown := false, false
	for _, level := range r.Levels() {
		switch {
		case level.Met == nil:
			unknown = true
		case !*level.Met:
			return new(false)
		default:
			judged = true
		}
	}
	if unknown || !judged {
		return nil
	}
	return new(true)
}

// Why says in a line what the data lack of a report that neither meets nor misses its levels.
func (r *Report) Why() string {
	if len(r.VantagePoints) == 0 {
		return "the database holds no test of " + r.Month
	}
	first, more := "", -1
	for _, level := range r.Levels() {
		if level.Met == nil {
			if more++; more == 0 {
				first = level.What + " could not be judged"
			}
		}
	}
	if more > 0 {
		first += fmt.Sprintf(", nor %d more", more)
	}
	return first
}
