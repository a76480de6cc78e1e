package prober

import (
	"errors"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// TestUsual: what outcomes one after the other say of how long the next answer takes.
func TestUsual(t *testing.T) {
	answered := exchange.Outcome{RTT: 20 * time.Millisecond, Kernel: true}
	byProgram := exchange.Outcome{RTT: 20 * time.Millisecond}
	silent := exchange.Outcome{Err: errors.New("no answer")}
	flooded := exchange.Outcome{RTT: 20 * time.Millisecond, Kernel: true, Crowded: true}
	for _, c := range []struct {
		name     string
		outcomes []exchange.Outcome
		want     time.Duration
	}{
		{"nothing", nil, 0},
		{"an answer", []exchange.Outcome{answered}, 20 * time.Millisecond},
		{"one that the kernel did not stamp", []exchange.Outcome{answered, byProgram}, 0},
		{"silence alone", []exchange.Outcome{silent, silent}, unheard},
		{"silence behind an answer", []exchange.Outcome{answered, silent}, 20 * time.Millisecond},
		{"an answer behind silence", []exchange.Outcome{silent, answered}, 20 * time.Millisecond},
		{"a flood, once", []exchange.Outcome{answered, flooded, answered}, 0},
	} {
		var u usual
		for _, o := range c.outcomes {
			u.learn(o)
		}
		if got := u.duration(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestUsualOfRounds: rounds learn how long answers take.
func TestUsualOfRounds(t *testing.T) {
	t.Parallel()
	const delay = 30 * time.Millisecond
	slow := func(q *dnstest.Query) { time.AfterFunc(delay, func() { named(q) }) }
	p, _ := newTestProber(t, asIs, server(serve(t, slow).At()), server(serve(t, named).At()))
	for round := range 4 {
		for _, o := range ask(t, p) {
			usual := p.Servers[o.Server].targets[0].usual.duration()
			if o.Server == 0 && o.RTT < delay {
				t.Errorf("round %d: took %v, want %v", round, o.RTT, delay)
			}
			if want := map[bool]time.Duration{true: o.RTT}[o.Stamped]; usual != want {
				t.Errorf("round %d: %v is usual, want %v", round, usual, want)
			}
		}
	}
}
