package prober

import (
	"sync"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// delivery takes observations from many goroutines to one. There is room for all of them: nobody
// waits for who takes them.
type delivery struct {
	mu    sync.Mutex
	came  []*observation.Observation
	taken []*observation.Observation // room for what comes next
	more  chan struct{}              // holds one where there is something to be taken; closed in the end
}

func newDelivery() *delivery { return &delivery{more: make(chan struct{}, 1)} }

// add adds one, which need not be taken before tell is called.
func (d *delivery) add(o *observation.Observation) {
	d.mu.Lock()
	d.came = append(d.came, o)
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
	for i, o := range came {
		deliver(o)
		came[i] = nil
	}
	d.taken = came
}
