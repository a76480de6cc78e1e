//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

const guessRounds = 200

// TestNothingToGuess: what a forger has to hit is drawn anew for each query and each round. Every bound is missed by
// chance less than once in ten million runs.
func TestNothingToGuess(t *testing.T) {
	t.Parallel()
	const targets = 32 // one group
	all := make([]*notes, targets)
	var at []string
	for i := range all {
		all[i] = &notes{}
		at = append(at, serve(t, "127.0.0.1", func(q *dnstest.Query) { all[i].take(q); names(q) }).At())
	}
	d := newAsking(t, at, func(d *DNSAnycast) { d.Transports, d.Spread = []string{"udp"}, new(Duration) })
	for range guessRounds {
		pointsOf(t, d)
	}
	var ids, ports []uint16
	clients := map[string]bool{}
	for round := range guessRounds {
		for _, n := range all {
			q := n.of("udp")[round]
			ids = append(ids, binary.BigEndian.Uint16(q.Data))
			clients[q.Cookie()] = true
			if q.From.Port() != all[0].of("udp")[round].From.Port() {
				t.Errorf("round %d: ports %d and %d in one group", round, q.From.Port(), all[0].of("udp")[round].From.Port())
			}
		}
		ports = append(ports, all[0].of("udp")[round].From.Port())
	}
	if len(clients) != targets {
		t.Errorf("%d client cookies for %d targets", len(clients), targets)
	}
	checkBits(t, ids)
	for _, c := range []struct {
		name string
		of   []uint16
		most int // times that the commonest comes
	}{
		{"IDs", ids, 8},
		{"from one ID to the next", steps(ids), 8},
		{"from a round's ID to the next round's", steps(every(ids, targets)), 4},
		{"ports", ports, 5},
		{"from one port to the next", steps(ports), 5},
	} {
		if n := commonest(c.of); n > c.most {
			t.Errorf("%s: one comes %d times, want %d at most", c.name, n, c.most)
		}
	}
}

// checkBits: each bit is set in half of the numbers, give or take six standard deviations.
func checkBits(t *testing.T, ids []uint16) {
	t.Helper()
	for bit := range 16 {
		excess := -len(ids) / 2
		for _, id := range ids {
			excess += int(id >> bit & 1)
		}
		if excess*excess > 6*6*len(ids)/4 {
			t.Errorf("bit %d of an ID is set %d times too often in %d", bit, excess, len(ids))
		}
	}
}

func steps(of []uint16) (all []uint16) {
	for i := 1; i < len(of); i++ {
		all = append(all, of[i]-of[i-1])
	}
	return all
}

func every(of []uint16, n int) (all []uint16) {
	for i := 0; i < len(of); i += n {
		all = append(all, of[i])
	}
	return all
}

func commonest(of []uint16) (most int) {
	count := map[uint16]int{}
	for _, n := range of {
		count[n]++
		most = max(most, count[n])
	}
	return most
}
