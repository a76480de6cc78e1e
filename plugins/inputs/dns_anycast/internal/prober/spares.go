package prober

import (
	"slices"
	"sync"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// spares are what a round has used and needs no more. It is used again: there is as much of it as
// is on its way at a time, and not as much as a round asks.
type spares struct {
	mu           sync.Mutex
	parties      []*party
	observations []*observation.Observation
	replies      []*reply
}

// party is conversations with targets that share a socket, and what they send.
type party struct {
	conversations []conversation
	datagrams     []exchange.Datagram
}

// party returns one of a size.
func (s *spares) party(size int) *party {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.parties, func(p *party) bool { return cap(p.conversations) >= size })
	if i < 0 {
		return &party{make([]conversation, size), make([]exchange.Datagram, size)}
	}
	p := s.parties[i]
	s.parties = slices.Delete(s.parties, i, i+1)
	p.conversations, p.datagrams = p.conversations[:size], p.datagrams[:size]
	return p
}

// observation returns one that holds anything, and so does reply.
func (s *spares) observation() *observation.Observation { return take(s, &s.observations) }
func (s *spares) reply() *reply                         { return take(s, &s.replies) }

func take[T any](s *spares, from *[]*T) *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(*from) - 1
	if last < 0 {
		return new(T)
	}
	one := (*from)[last]
	*from = (*from)[:last]
	return one
}

// giveParty is for one whose conversations have all been delivered.
func (s *spares) giveParty(p *party) {
	s.mu.Lock()
	s.parties = append(s.parties, p)
	s.mu.Unlock()
}

// give is for what a conversation has led to, and which has been delivered.
func (s *spares) give(c *conversation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observations = append(s.observations, c.Observation)
	if c.best != nil {
		s.replies = append(s.replies, c.best)
	}
}
