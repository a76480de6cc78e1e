package prober

import (
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestSpares: what is given is taken again, each once, and a party only where it is large enough.
func TestSpares(t *testing.T) {
	s := &spares{}
	small, large := s.party(2), s.party(8)
	o, r := s.observation(), s.reply()
	s.give(&conversation{Observation: o, best: r})
	s.give(&conversation{Observation: &observation.Observation{}}) // without a reply
	s.giveParty(large)
	s.giveParty(small)
	if got := s.party(3); got != large || len(got.conversations) != 3 || len(got.datagrams) != 3 {
		t.Errorf("got %p of %d, want %p of 3", got, len(got.conversations), large)
	}
	if got := s.party(3); got == small || got == large || len(got.conversations) != 3 {
		t.Error("a party is too small, or in use twice")
	}
	if s.observation() == o || s.observation() != o || s.observation() == o {
		t.Error("an observation is lost, or in use twice")
	}
	if s.reply() != r || s.reply() == r {
		t.Error("a reply is lost, or in use twice")
	}
}
