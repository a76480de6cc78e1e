package prober

import (
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestDelivery: all that many add is handed over, once, in the order of each, and also what nobody
// told of.
func TestDelivery(t *testing.T) {
	t.Parallel()
	const adders, each = 8, 1000
	d := newDelivery()
	var wg sync.WaitGroup
	for a := range adders {
		wg.Go(func() {
			for i := range each {
				d.add(&observation.Observation{Server: a, Target: i})
				if i%3 == 0 {
					d.tell()
				}
			}
		})
	}
	go func() {
		wg.Wait()
		d.close()
	}()
	var next [adders]int
	d.all(func(o *observation.Observation) {
		if o.Target != next[o.Server] {
			t.Errorf("got %d of %d, want %d", o.Target, o.Server, next[o.Server])
		}
		next[o.Server] = o.Target + 1
	})
	for a, n := range next {
		if n != each {
			t.Errorf("got %d of %d, want %d", n, a, each)
		}
	}
}

// TestDeliveryAtOnce: what was told of does not wait for the end.
func TestDeliveryAtOnce(t *testing.T) {
	t.Parallel()
	d, got := newDelivery(), make(chan int)
	go d.all(func(o *observation.Observation) { got <- o.Target })
	defer d.close()
	for i := range 3 {
		d.add(&observation.Observation{Target: i})
		d.tell()
		if n := <-got; n != i {
			t.Errorf("got %d, want %d", n, i)
		}
	}
}
