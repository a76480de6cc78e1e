package prober

import (
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// over is a conversation that is, with the target of a number.
func over(server, target int32) delivered {
	o := &observation.Observation{Server: server, Target: target}
	return delivered{conversation: &conversation{Observation: o}}
}

// TestDelivery: all that many add is handed over, once, in the order of each, and also what nobody
// told of.
func TestDelivery(t *testing.T) {
	t.Parallel()
	const adders, each = 8, 1000
	d := newDelivery(&spares{})
	var wg sync.WaitGroup
	for a := range adders {
		wg.Go(func() {
			for i := range each {
				d.add(over(int32(a), int32(i)))
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
	var next [adders]int32
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
	d, got := newDelivery(&spares{}), make(chan int32)
	go d.all(func(o *observation.Observation) { got <- o.Target })
	defer d.close()
	for i := range int32(3) {
		d.add(over(0, i))
		d.tell()
		if n := <-got; n != i {
			t.Errorf("got %d, want %d", n, i)
		}
	}
}
