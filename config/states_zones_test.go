package config_test

import (
	"slices"
	"time"
)

// about are the labels of what the rules of zones say of a server.
func (w *world) about(host string, i int, instance string, more ...string) labels {
	l := labels{"host": host, "cloud": alpha, "server": w.servers[i].addr, "zone": zone, "instance": instance}
	for i := 0; i < len(more); i += 2 {
		l[more[i]] = more[i+1]
	}
	return l
}

func (w *world) lags() []state {
	late := func(minutes int64, point string) string { return with("serial_lag_s", 60*minutes, point) }
	const rule = "lag"
	return []state{
		of(rule, "66 minutes", []labels{w.about(far, 0, "lhr1")}, w.lately(late(66, w.serves[0]), w.serves[1])),
		of(rule, "64 minutes", nil, w.lately(late(64, w.serves[0]))),
		of(rule, "65 minutes", nil, w.lately(late(65, w.serves[0]))),
		of(rule, "in time", nil, w.lately(w.serves[:]...)),
		of(rule, "over", nil, w.before(late(66, w.serves[0])), w.lately(w.serves[0])),
		of(rule, "machines of one name take turns", []labels{w.about(far, 2, "lhr1")},
			w.lately(late(66, w.serves[2])), w.every(30*time.Second, 105*time.Second, 15*time.Second, far, w.serves[2])),
		of(rule, "nobody is named", []labels{w.about(far, 3, "")}, w.lately(late(66, w.unnamed[3]))),
		of(rule, "seen from one vantage point", []labels{w.about(near, 0, "lhr1")},
			w.lately(w.serves[0]), w.at(time.Minute, near, late(66, w.serves[0]))),
		of(rule, "the zone is not served", nil, w.lately(w.expired[0], w.cached[1], w.empty[2], w.lost[3])),
		of(rule, "no zone is asked for", nil, w.lately(w.up[:]...)),
	}
}

func (w *world) authority() []state {
	about := func(i int, instance, result, rcode string) []labels {
		return []labels{w.about(far, i, instance, "result", result, "rcode", rcode)}
	}
	const rule = "not-authoritative"
	return []state{
		of(rule, "an SOA record from elsewhere", about(0, "lhr1", "not_authoritative", "NOERROR"),
			w.lately(w.cached[0], w.serves[1])),
		of(rule, "no SOA record", about(1, "lhr1", "no_soa", "NOERROR"), w.lately(w.empty[1])),
		of(rule, "the zone has expired", about(2, "lhr1", "rcode_error", "SERVFAIL"), w.lately(w.up[2], w.expired[2])),
		of(rule, "no such zone, and nobody is named", about(3, "", "rcode_error", "REFUSED"), w.lately(w.denied[3])),
		of(rule, "one answer of many", about(0, "lhr1", "rcode_error", "SERVFAIL"),
			w.lately(w.serves[0]), w.at(time.Minute, far, w.expired[0])),
		of(rule, "served", nil, w.lately(w.serves[:]...)),
		of(rule, "late", nil, w.lately(with("serial_lag_s", 86400, w.serves[0]))),
		of(rule, "no answer", nil, w.lately(w.lost[:]...)),
		of(rule, "over", nil, w.before(w.cached[0], w.expired[1]), w.lately(w.serves[0], w.serves[1])),
		of(rule, "no zone is asked for", nil, w.lately(w.hidden[:]...)),
	}
}

func (w *world) falls() []state {
	serial := func(n int64, point string) string { return with("serial", n, point) }
	until := func(host string, points ...string) []string {
		return w.every(5*time.Minute, 23*time.Hour, 15*time.Minute, host, points...)
	}
	now := func(host string, points ...string) []string {
		return w.every(time.Minute, 9*time.Minute, 0, host, points...)
	}
	s := w.serves
	const rule = "backwards"
	return []state{
		of(rule, "an older serial", []labels{w.about(far, 0, "lhr1")},
			until(far, serial(7, s[0]), serial(7, s[1])), now(far, serial(5, s[0]), serial(7, s[1]))),
		of(rule, "by half of all numbers but one", []labels{w.about(far, 0, "lhr1")},
			until(far, serial(1<<31, s[0])), now(far, serial(1, s[0]))),
		of(rule, "half of a day ago", []labels{w.about(far, 3, "lhr1")},
			w.every(time.Hour, 20*time.Hour, 12*time.Hour, far, serial(7, s[3])),
			w.every(5*time.Minute, 11*time.Hour, 0, far, serial(5, s[3]))),
		of(rule, "two days ago", nil, w.every(time.Hour, 50*time.Hour, 48*time.Hour, far, serial(7, s[3])),
			w.every(5*time.Minute, 47*time.Hour, 0, far, serial(5, s[3]))),
		of(rule, "rising", nil, until(far, serial(5, s[0])), now(far, serial(7, s[0]))),
		of(rule, "equal", nil, until(far, s[:]...), now(far, s[:]...)),
		of(rule, "up again", nil, until(far, serial(7, s[0])), w.at(12*time.Minute, far, serial(5, s[0])),
			now(far, serial(7, s[0]))),
		of(rule, "round the end of numbers", nil, until(far, serial(1<<32-1, s[0])), now(far, serial(0, s[0]))),
		of(rule, "by half of all numbers, which is no order", nil,
			until(far, serial(1<<31+1, s[0])), now(far, serial(1, s[0]))),
		of(rule, "one instance lower than another", nil,
			until(far, serial(7, s[0]), serial(5, w.fromARN[0])), now(far, serial(7, s[0]), serial(5, w.fromARN[0]))),
		of(rule, "an instance with a lower one takes over", nil, until(far, serial(7, s[0])), now(far, serial(5, w.fromARN[0]))),
		of(rule, "one server of an instance", []labels{w.about(far, 2, "lhr1")},
			until(far, serial(7, s[0]), serial(7, s[2])), now(far, serial(7, s[0]), serial(5, s[2]))),
		of(rule, "one server of an instance lower than another", nil,
			until(far, serial(7, s[0]), serial(5, s[2])), now(far, serial(7, s[0]), serial(5, s[2]))),
		of(rule, "one vantage point sees a lower one", nil,
			until(far, serial(7, s[0])), until(near, serial(5, s[0])), now(far, serial(7, s[0])), now(near, serial(5, s[0]))),
		of(rule, "from one vantage point", []labels{w.about(near, 0, "lhr1")},
			until(far, serial(7, s[0])), until(near, serial(7, s[0])), now(far, serial(7, s[0])), now(near, serial(5, s[0]))),
		of(rule, "machines of one name take turns", nil, until(far, serial(7, s[0])),
			now(far, serial(5, s[0])), w.at(5*time.Minute+time.Second, far, serial(7, s[0]))),
		of(rule, "no longer answers", nil, until(far, serial(7, s[0])), now(far, w.expired[0], w.lost[1])),
		of(rule, "a lower one without authority", nil, until(far, serial(7, s[0])), now(far, serial(5, w.cached[0]))),
		of(rule, "nobody is named", []labels{w.about(far, 1, "")},
			until(far, serial(7, w.unnamed[1])), now(far, serial(5, w.unnamed[1]))),
		of(rule, "no zone is asked for", nil, until(far, w.up[:]...), now(far, w.up[:]...)),
	}
}

// ofZones are the states for the rules about zones.
func (w *world) ofZones() []state { return slices.Concat(w.lags(), w.authority(), w.falls()) }
