package config_test

import (
	"net"
	"slices"
	"time"
)

// states lists for each rule states of the data in which it alerts, with the labels, and some in which it must not.
func (w *world) states() []state {
	return slices.Concat(w.noAnswer(), w.halfDark(), w.siteFlapping(), w.changes(), w.agreement(), w.strangers(),
		w.cannotAsk(), w.silence(), w.slowness(), w.ofVerdicts(), w.ofZones(), w.overruns())
}

// of makes a state of its parts.
func of(rule, name string, want []labels, parts ...[]string) state {
	return state{rule, name, slices.Concat(parts...), want}
}

// lately repeats points through the last two minutes.
func (w *world) lately(points ...string) []string {
	return w.every(30*time.Second, 2*time.Minute, 0, far, points...)
}

// before repeats points through an hour that ended three minutes ago.
func (w *world) before(points ...string) []string {
	return w.every(30*time.Second, time.Hour, 3*time.Minute, far, points...)
}

func (w *world) noAnswer() []state {
	about := func(i int) []labels {
		family := []string{"ipv4", "ipv6"}[i/2]
		return []labels{{"host": far, "cloud": alpha, "server": w.servers[i].addr, "family": family, "transport": "udp"}}
	}
	const rule = "no-answer"
	return []state{
		of(rule, "one server silent", about(0), w.before(w.up[:]...), w.lately(w.down[0], w.up[1], w.up[2])),
		of(rule, "one of the other family silent", about(3), w.lately(w.up[0], w.down[3])),
		of(rule, "hidden is not down", nil, w.lately(w.hidden[0])),
		of(rule, "one answer in two minutes", nil, w.lately(w.down[0]), w.at(70*time.Second, far, w.up[0])),
		of(rule, "over", nil, w.before(w.down[0]), w.lately(w.up[0])),
		of(rule, "could not ask", nil, w.lately(w.local[0], w.nowhere)),
		of(rule, "no longer in plugin.conf", nil, w.before(w.down[0], w.up[1]), w.lately(w.up[1])),
		of(rule, "answers another vantage point", about(0), w.lately(w.down[0]), w.at(time.Minute, near, w.up[0])),
	}
}

func (w *world) halfDark() []state {
	dark := []labels{{"host": far, "cloud": alpha}}
	const rule = "half-dark"
	return []state{
		of(rule, "one of four answers", dark, w.lately(w.down[0], w.down[1], w.down[2], w.up[3])),
		of(rule, "two of four answer", nil, w.lately(w.down[0], w.down[1], w.up[2], w.hidden[3])),
		of(rule, "the newest query counts", nil, w.every(30*time.Second, 2*time.Minute, 30*time.Second, far, w.down[:]...),
			w.at(5*time.Second, far, w.up[:]...)),
		of(rule, "dark ones no longer in plugin.conf", nil, w.before(w.down[:]...), w.lately(w.up[0])),
		of(rule, "the vantage point fell silent", nil, w.before(w.down[:]...)),
		of(rule, "dark from one vantage point", dark, w.lately(w.down[:]...), w.at(time.Minute, near, w.up[:]...)),
	}
}

func (w *world) siteFlapping() []state {
	address, _, _ := net.SplitHostPort(w.servers[0].addr)
	flaps := []labels{{"host": far, "cloud": alpha, "server": w.servers[0].addr, "address": address, "transport": "udp"}}
	first := func(point string) []string { return w.at(14*time.Minute, far, point) }
	second := func(point string) []string { return w.at(8*time.Minute, far, point) }
	third := func(point string) []string { return w.at(time.Minute, far, point) }
	const rule = "site-flapping"
	return []state{
		of(rule, "three sites", flaps, first(w.up[0]), second(w.arn[0]), third(w.fra[0])),
		of(rule, "there and back", nil, first(w.up[0]), second(w.arn[0]), third(w.up[0])),
		of(rule, "instances rotate", nil, first(w.up[0]), second(w.lhr2[0]), third(w.lhr3[0])),
		of(rule, "one of three an hour ago", nil, w.at(time.Hour, far, w.up[0]), second(w.arn[0]), third(w.fra[0])),
		of(rule, "each target has its own", nil, first(w.up[0]), second(w.arn[1]), third(w.fra[2])),
	}
}

func (w *world) changes() []state {
	about := func(host string, i int) labels {
		address, _, _ := net.SplitHostPort(w.servers[i].addr)
		family := []string{"ipv4", "ipv6"}[i/2]
		return labels{"host": host, "cloud": alpha, "server": w.servers[i].addr, "address": address, "family": family, "transport": "udp"}
	}
	const rule = "change"
	return []state{
		of(rule, "a minute ago", []labels{about(far, 0)}, w.at(time.Minute, far, w.moved[0])),
		of(rule, "fourteen minutes ago", []labels{about(far, 3)}, w.at(14*time.Minute, far, w.moved[3])),
		of(rule, "twenty minutes ago", nil, w.at(20*time.Minute, far, w.moved[:]...)),
		of(rule, "twice", []labels{about(far, 0)}, w.at(12*time.Minute, far, w.moved[0]), w.at(time.Minute, far, w.moved[0])),
		of(rule, "seen from two vantage points", []labels{about(near, 0), about(far, 0)},
			w.at(time.Minute, far, w.moved[0]), w.at(2*time.Minute, near, w.moved[0])),
		of(rule, "one stray answer", nil, w.lately(w.up[0]), w.at(45*time.Second, far, w.arn[0])),
		of(rule, "none", nil),
	}
}

func (w *world) agreement() []state {
	differ := []labels{{"host": far, "cloud": alpha}}
	through := func(from, to time.Duration, host, point string) []string {
		return w.every(30*time.Second, from, to, host, point)
	}
	const hour, shift = time.Hour, 30 * time.Second
	agreed := through(hour, 5*time.Minute+shift, far, w.same)
	const rule = "families"
	return []state{
		of(rule, "five minutes ago", differ, agreed, through(5*time.Minute, 0, far, w.different)),
		of(rule, "twelve minutes ago", differ,
			through(hour, 12*time.Minute+shift, far, w.same), through(12*time.Minute, 0, far, w.different)),
		of(rule, "twenty minutes ago", nil,
			through(hour, 20*time.Minute+shift, far, w.same), through(20*time.Minute, 0, far, w.different)),
		of(rule, "always different", nil, through(hour, 0, far, w.different)),
		of(rule, "always different but for one round", nil, through(hour, 10*time.Minute+shift, far, w.different),
			w.at(10*time.Minute, far, w.same), through(10*time.Minute-shift, 0, far, w.different)),
		of(rule, "always the same", nil, through(hour, 0, far, w.same)),
		of(rule, "different in one round", nil, through(hour, shift, far, w.same), w.at(0, far, w.different)),
		of(rule, "the same in one round of late", nil, agreed, through(5*time.Minute, 2*time.Minute+shift, far, w.different),
			w.at(2*time.Minute, far, w.same), through(2*time.Minute-shift, 0, far, w.different)),
		of(rule, "the same as of late", nil,
			through(hour, 5*time.Minute+shift, far, w.different), through(5*time.Minute, 0, far, w.same)),
		of(rule, "different for a while", nil, through(hour, 10*time.Minute+shift, far, w.same),
			through(10*time.Minute, 4*time.Minute+shift, far, w.different), through(4*time.Minute, 0, far, w.same)),
		of(rule, "one family names no site any more", nil, agreed, through(5*time.Minute, 0, far, w.oneFamily)),
		of(rule, "never a site over both families", nil, through(hour, 0, far, w.oneFamily)),
		of(rule, "the vantage point fell silent", nil, agreed, through(5*time.Minute, 4*time.Minute, far, w.different)),
		of(rule, "the vantage point is new", nil, through(5*time.Minute, 0, far, w.different)),
		of(rule, "two vantage points, one of them always different", differ, agreed,
			through(5*time.Minute, 0, far, w.different), through(hour, 0, near, w.different)),
		of(rule, "each vantage point as always, one the same, one different", nil,
			through(hour, 0, far, w.different), through(hour, 0, near, w.same)),
		of(rule, "none", nil),
	}
}

func (w *world) strangers() []state {
	address, _, _ := net.SplitHostPort(w.servers[0].addr)
	who := func(name string) []labels {
		return []labels{{
			"host": far, "cloud": alpha, "server": w.servers[0].addr, "address": address, "family": "ipv4", "transport": "udp", "instance": name,
		}}
	}
	const rule = "unexpected"
	return []state{
		of(rule, "another name", who("arn1"), w.lately(w.arn[0], w.up[1])),
		of(rule, "one answer of many", who("arn1"), w.lately(w.up[0]), w.at(4*time.Minute, far, w.arn[0])),
		of(rule, "no name", who(""), w.lately(w.hidden[0])),
		of(rule, "asked from one vantage point", who("arn1"), w.lately(w.arn[0]), w.at(time.Minute, near, w.up[0])),
		of(rule, "an expected name", nil, w.lately(w.up[:]...), w.lately(w.lhr2[:]...)),
		of(rule, "a cloud that expects nobody in particular", nil, w.lately(w.free)),
		of(rule, "no answer", nil, w.lately(w.down[0], w.local[1], w.nowhere)),
		of(rule, "over", nil, w.every(30*time.Second, time.Hour, 6*time.Minute, far, w.arn[0]), w.lately(w.up[0])),
		of(rule, "none", nil),
	}
}

func (w *world) cannotAsk() []state {
	ipv4 := []labels{{"host": far, "family": "ipv4"}}
	name := []labels{{"host": far, "cloud": alpha, "server": nowhere}}
	return []state{
		of("local", "no source address for IPv4", ipv4, w.lately(w.local[0], w.up[2])),
		of("local", "over", nil, w.before(w.local[0]), w.lately(w.up[0])),
		of("local", "other failures", nil, w.lately(w.down[0], w.nowhere)),
		of("unresolved", "no address", name, w.lately(w.nowhere, w.up[0])),
		of("unresolved", "over", nil, w.before(w.nowhere), w.lately(w.up[0])),
		of("unresolved", "other failures", nil, w.lately(w.down[0], w.local[1])),
	}
}

func (w *world) silence() []state {
	nearReports := w.every(time.Minute, 4*time.Hour, 0, near, w.up[0])
	const rule = "silent"
	return []state{
		of(rule, "stopped three hours ago", []labels{{"host": far}},
			nearReports, w.every(time.Minute, 4*time.Hour, 3*time.Hour, far, w.up[0])),
		of(rule, "nobody reports", []labels{nil}),
		of(rule, "failures are reports", nil, nearReports, w.lately(w.down[0])),
		of(rule, "nothing but what cannot be asked", nil, nearReports, w.lately(w.local[0])),
		of(rule, "given up two days ago", nil,
			nearReports, w.every(time.Minute, 49*time.Hour, 48*time.Hour, far, w.up[0])),
	}
}

func (w *world) slowness() []state {
	slow := []labels{{"host": far, "cloud": alpha, "instance": "lhr1", "family": "ipv4", "transport": "udp"}}
	daily := func(ms int, point string) []string {
		return w.every(5*time.Minute, 23*time.Hour, 11*time.Minute, far, taking(ms, point))
	}
	now := func(ms int, point string) []string {
		return w.every(time.Minute, 9*time.Minute, 0, far, taking(ms, point))
	}
	const rule = "slow"
	return []state{
		of(rule, "30 ms above the day", slow, daily(80, w.up[0]), now(110, w.up[0])),
		of(rule, "10 ms above the day", nil, daily(80, w.up[0]), now(90, w.up[0])),
		of(rule, "slow all day", nil, daily(300, w.up[0]), now(300, w.up[0])),
		of(rule, "another instance, farther away", nil, daily(1, w.up[0]), now(110, w.arn[0])),
		of(rule, "one slow answer", nil, daily(1, w.up[0]), now(1, w.up[0]), w.at(30*time.Second, far, taking(900, w.up[0]))),
		of(rule, "no longer answers", nil, daily(80, w.up[0]), w.lately(w.down[0])),
		of(rule, "over", nil, w.every(5*time.Minute, time.Hour, 11*time.Minute, far, taking(110, w.up[0])), now(1, w.up[0])),
	}
}
