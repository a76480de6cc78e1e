package slo

import "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"

// HostDay takes the queries of one vantage point in one day, target by target.
type HostDay struct {
	ledger  *Ledger
	vantage *vantage
	day     Span
	servers map[levels.Service]map[string]*server
	target  levels.Target
	series  *Series
}

// server is what a vantage point has seen of one in a day: in which minutes it asked any of its
// addresses, and in which one of them was not ok.
type server struct{ asked, bad minutes }

// Series takes the queries of one target, in the order of time.
type Series struct {
	host   *HostDay
	target levels.Target
	sums   *address
	server *server
	minute int  // of the last query; -1: none
	tested bool // in that minute
}

// HostDay begins one. End it before the next.
func (l *Ledger) HostDay(host string, day Span) *HostDay {
	return &HostDay{
		ledger: l, vantage: l.vantagePoint(host), day: day, servers: map[levels.Service]map[string]*server{},
	}
}

// Series begins a target, and ends the one before. Of the same target it goes on.
func (h *HostDay) Series(t levels.Target) *Series {
	if h.series != nil && h.target == t {
		return h.series
	}
	h.target, h.series = t, &Series{host: h, target: t, minute: -1}
	if t.Address == "" {
		if t.Zone != "" {
			h.ledger.zoned[t.Cloud] = true
		}
		return h.series
	}
	h.series.sums = h.ledger.address(t)
	if t.Zone != "" {
		h.series.server = h.server(t)
	}
	return h.series
}

func (h *HostDay) server(t levels.Target) *server {
	of := h.servers[t.Service()]
	if of == nil {
		of = map[string]*server{}
		h.servers[t.Service()] = of
	}
	s := of[t.Server]
	if s == nil {
		s = &server{newMinutes(minutesOfDay), newMinutes(minutesOfDay)}
		of[t.Server] = s
	}
	return s
}

// Query takes the next one. The first of a minute that could be sent is its test.
func (s *Series) Query(minute int, q Query) {
	if minute != s.minute {
		s.minute, s.tested = minute, false
		if s.sums == nil {
			s.host.ledger.unresolved[s.target]++
			return
		}
		s.sums.Queried++
	}
	if s.sums == nil || s.tested || !q.sendable() {
		return
	}
	s.tested = true
	s.take(minute, testOf(s.target, q))
}

func (s *Series) take(minute int, e test) {
	s.sums.add(e.sums(s.target.Transport))
	s.sums.vote(minute, !e.ok)
	if e.timed && s.host.ledger.inMedian(e) {
		s.sums.times.add(e.ms)
	}
	v := s.host.vantage
	v.tests++
	v.minutes.add(minute)
	if s.server == nil {
		return
	}
	s.server.asked.add(minute % minutesOfDay)
	if !e.ok {
		s.server.bad.add(minute % minutesOfDay)
	}
}

// inMedian reports whether the profile's median is over the test.
func (l *Ledger) inMedian(e test) bool {
	if l.terms.Profile == levels.RSSAC047 {
		return e.noError
	}
	return e.ok
}

// End votes for the services.
func (h *HostDay) End() {
	for service, servers := range h.servers {
		t := h.ledger.service(service)
		for minute := h.day.From; minute < h.day.To; minute++ {
			asked, good := seen(servers, minute%minutesOfDay)
			if asked >= levels.GoodServers {
				t.vote(minute, good < levels.GoodServers)
			}
		}
	}
}

// seen counts the servers that were asked in a minute of the day, and those whose addresses that
// were asked are all ok.
func seen(servers map[string]*server, minute int) (asked, good int) {
	for _, s := range servers {
		if s.asked.has(minute) {
			asked++
			if !s.bad.has(minute) {
				good++
			}
		}
	}
	return asked, good
}
