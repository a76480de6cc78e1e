package slo

import (
	"math"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// Query is one that has ended, as its point has it.
type Query struct {
	Result, Rcode       string
	Answered            bool
	Timed, Connected    bool // has the time below
	TimeMS, ConnectedMS float64
}

// Results and rcodes that are told from others.
const (
	resultSuccess    = "success"
	resultLocal      = "local"
	resultUnresolved = "unresolved"
	rcodeNoError     = "NOERROR"
)

// sendable reports whether the query left this host: what did not says nothing about the server.
func (q Query) sendable() bool { return q.Result != resultLocal && q.Result != resultUnresolved }

// took is the time that limits are for.
func (q Query) took() float64 {
	if q.Connected {
		return q.TimeMS + q.ConnectedMS
	}
	return q.TimeMS
}

// testOf judges the query as the test of its minute.
func testOf(t levels.Target, q Query) test {
	ms := q.took()
	good := q.Result == resultSuccess
	if t.Zone == "" {
		good = q.Answered
	}
	return test{
		ok:      good && q.Timed && ms <= float64(levels.OKWithinMS(t.Transport)),
		noError: q.Rcode == rcodeNoError,
		timed:   q.Timed, connected: q.Connected,
		ms: ms,
	}
}

type test struct {
	ok, noError, timed, connected bool
	ms                            float64 // where timed
}

// sums is what the test adds to those of its target.
func (e test) sums(transport string) Sums {
	s := Sums{Tests: 1, ShortestAbove: math.Inf(1)}
	if e.timed {
		s.Timed = 1
	}
	if e.connected {
		s.Connected = 1
	}
	if e.ok && e.ms <= float64(levels.WithinMS(transport)) {
		s.Within = 1
	}
	if !e.noError {
		return s
	}
	s.NoError = 1
	switch {
	case !e.timed:
	case e.ms <= float64(levels.NoErrorWithinMS(transport)):
		s.NoErrorWithin, s.LongestWithin = 1, e.ms
	default:
		s.ShortestAbove = e.ms
	}
	return s
}

// Sums are those of a target's tests, over any time.
type Sums struct {
	Queried          int     // minutes of vantage points with a query, tests or not
	Tests            int     // asked
	Within           int     // ok, and within levels.WithinMS
	NoError          int     // answers
	NoErrorWithin    int     // within levels.NoErrorWithinMS
	LongestWithin    float64 // ms, of those; 0: none
	ShortestAbove    float64 // ms, of the other NoError; +Inf: none
	Timed, Connected int     // tests with a time, and with one to connect
}

// noSums are those to add to.
var noSums = Sums{ShortestAbove: math.Inf(1)}

func (s *Sums) add(more Sums) {
	s.Queried += more.Queried
	s.Tests += more.Tests
	s.Within += more.Within
	s.NoError += more.NoError
	s.NoErrorWithin += more.NoErrorWithin
	s.Timed += more.Timed
	s.Connected += more.Connected
	s.LongestWithin = max(s.LongestWithin, more.LongestWithin)
	s.ShortestAbove = min(s.ShortestAbove, more.ShortestAbove)
}

// medianWithin reports whether the median of NoError, the mean of the middle two of an even number,
// is within limit. It needs no more of them than the two that stand on either side of the limit.
func (s *Sums) medianWithin(limit float64) bool {
	if s.NoErrorWithin*2 == s.NoError {
		return (s.LongestWithin+s.ShortestAbove)/2 <= limit
	}
	return s.NoErrorWithin*2 > s.NoError
}
