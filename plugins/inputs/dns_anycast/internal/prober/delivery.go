package prober

import (
	"sync"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// delivery takes observations from many goroutines to one. There is room for all of them: nobody
// waits for who takes them.
type delivery struct {
	spares *spares // what was delivered goes there
	mu     sync.Mutex
	came   []delivered
	taken  []delivered   // room for what comes next
	more   chan struct{} // holds one where there is something to be taken; closed in the end
}

// delivered is a conversation that is over, or a party all of whose conversations came before.
type delivered struct {
	*conversation
	party *party
}

func newDelivery(s *spares) *delivery { return &delivery{spares: s, more: make(chan struct{}, 1)} }

// add adds one, which need not be taken before tell is called.
func (d *delivery) add(one delivered) {
	d.mu.Lock()
	d.came = append(d.came, one)
	d.mu.Unlock()
}

// tell says that there is something to be taken.
func (d *delivery) tell() {
	select {
	case d.more <- struct{}{}:
	default:
	}
}

// close says that there will be nothing more.
func (d *delivery) close() { close(d.more) }

// all hands over what comes, until close is called.
func (d *delivery) all(deliver func(*observation.Observation)) {
	for range d.more {
		d.take(deliver)
	}
	d.take(deliver)
}

func (d *delivery) take(deliver func(*observation.Observation)) {
	d.mu.Lock()
	came := d.came
	d.came = d.taken[:0]
	d.mu.Unlock()
	for i, one := range came {
		if one.party != nil {
			d.spares.giveParty(one.party)
		} else {
			deliver(one.Observation)
			d.spares.give(one.conversation)
		}
		came[i] = delivered{}
	}
	d.taken = came
}
