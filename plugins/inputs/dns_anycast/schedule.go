package dns_anycast

import (
	"cmp"
	"context"
	"hash/fnv"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

const (
	spreadLeast  = 10 * time.Millisecond
	spreadTarget = 100 * time.Microsecond // for each target: ten thousand queries a second
	spreadMost   = time.Second
	spreadStep   = 10 * time.Millisecond // moments this close are as good as one
)

// spread is the time over which a round of so many targets starts its queries.
func (d *DNSAnycast) spread(targets int) time.Duration {
	if d.Spread != nil {
		return time.Duration(*d.Spread)
	}
	return min(spreadLeast+time.Duration(targets)*spreadTarget, spreadMost)
}

// together is how many of so many targets may be sent to at one moment, and from one socket, where they are to be spread over a
// time.
func together(targets int, over time.Duration) int {
	if over <= 0 {
		return exchange.GroupSize
	}
	most := (int64(targets)*int64(spreadStep) + int64(over) - 1) / int64(over)
	return int(min(max(most, 1), exchange.GroupSize))
}

// unit is what starts together: datagrams that share a socket, or a stream.
type unit struct {
	targets int
	passes  int // how often it is run, each time with a socket of its own
	pace    int
	run     func(exchange.Limits)
}

const (
	paced = iota // passSpacing after a pass began the next one does
	quick        // or quickSpacing after it has ended
)

// quickSpacing keeps apart the time stamps of a target's points when they are cut to milliseconds: in InfluxDB two of one
// series and time are one.
const quickSpacing = 5 * time.Millisecond

// start runs units, one after the other over a time, each at the same point of its own share of it.
func (r *round) start(units []unit, over time.Duration) {
	total, before, phase, began := 0, 0, phase(), r.began
	if r.d.Patient {
		began = time.Now() // what a look-up took is in no target's time
	}
	for _, u := range units {
		total += u.targets
	}
	for _, u := range units {
		share := (float64(before) + phase*float64(u.targets)) / float64(total)
		offset := time.Duration(share * float64(over))
		before += u.targets
		r.wg.Go(func() {
			if pause(r.ctx, nil, offset) {
				limits := exchange.Limits{Timeout: time.Duration(r.d.Timeout), End: began.Add(offset + 2*time.Duration(r.d.Timeout))}
				r.passes(u, u.passes, limits)
			}
		})
		runtime.Gosched() // what has come in is read before the next ones leave, so that fewer are on their way at a time
	}
}

// passes runs a unit n times, once there is room for a socket. None waits for the silent targets of the one before. What
// waits for room has as much longer, and what begins late, since this process stood still, has a timeout all the same.
func (r *round) passes(u unit, n int, limits exchange.Limits) {
	asked := time.Now()
	if !r.d.sockets.take(r.ctx) {
		return
	}
	defer r.d.sockets.give()
	now := time.Now()
	limits.End = limits.End.Add(now.Sub(asked))
	if least := now.Add(limits.Timeout); limits.End.Before(least) {
		limits.End = least
	}
	ended := make(chan struct{})
	if n > 1 {
		r.wg.Go(func() {
			early := ended
			if u.pace == paced {
				early = nil
			}
			if pause(r.ctx, early, passSpacing-quickSpacing) && pause(r.ctx, nil, quickSpacing) {
				r.passes(u, n-1, exchange.Limits{Timeout: limits.Timeout, End: limits.End.Add(passSpacing)})
			}
		})
	}
	u.run(limits)
	close(ended)
}

// pause waits for a time, or until early is closed; false where ctx ends the wait.
func pause(ctx context.Context, early <-chan struct{}, d time.Duration) bool {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-ctx.Done():
		case <-early:
		case <-t.C:
		}
	}
	return ctx.Err() == nil
}

// room is how many sockets, or look-ups, there may be at a time.
type room chan struct{}

// take waits for room; false where ctx ends the wait.
func (m room) take(ctx context.Context) bool {
	select {
	case m <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (m room) give() { <-m }

// vantage is this host's name: what makes its order of targets another than that of other hosts.
var vantage = sync.OnceValue(func() string {
	name, _ := os.Hostname()
	return name
})

// phase is a part of one, of this host.
func phase() float64 { return float64(hash(vantage())) / (1 << 32) }

// turnAt is the place of the target in the order of this host's rounds.
func (t *target) turnAt(vantage string) uint32 {
	k := t.stateKey()
	return hash(vantage, k.Cloud, k.Server, k.Address, k.Transport)
}

func hash(texts ...string) uint32 {
	h := fnv.New32a()
	for _, s := range texts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return h.Sum32()
}

// byTurn sorts targets into the order of a round.
func byTurn(targets []*target) []*target {
	slices.SortFunc(targets, func(a, b *target) int { return cmp.Compare(a.turn, b.turn) })
	return targets
}
