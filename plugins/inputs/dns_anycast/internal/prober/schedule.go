package prober

import (
	"context"
	"runtime"
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

// spreadOver is the time over which a round of a number of targets starts its queries, where no
// option says otherwise.
func spreadOver(targets int) time.Duration {
	return min(spreadLeast+time.Duration(targets)*spreadTarget, spreadMost)
}

// batchSize is how many of a number of targets may be sent to at one moment, and from one socket,
// where they are to be spread over a time.
func batchSize(targets int, over time.Duration) int {
	if over <= 0 {
		return exchange.GroupSize
	}
	most := (int64(targets)*int64(spreadStep) + int64(over) - 1) / int64(over)
	return int(min(max(most, 1), exchange.GroupSize))
}

// batch is what starts together: datagrams that share a socket, or a stream.
type batch struct {
	targets int
	repeats int // how often it is run, each time with a socket of its own
	spacing int // of the repeats
	run     func(exchange.Deadline)
}

const (
	fixed      = iota // repeatSpacing after one began the next one does
	afterReply        // or quickSpacing after it has ended
)

// repeatSpacing is the time between the queries to a target whose cookie is not known: BIND answers
// three CHAOS queries a second and drops the rest, over all addresses of a machine together.
const repeatSpacing = 350 * time.Millisecond

// quickSpacing keeps apart the time stamps of a target's points when they are cut to milliseconds:
// in InfluxDB two of one series and time are one.
const quickSpacing = 5 * time.Millisecond

// schedule is what leaves when in one round. Its goroutines are the only ones of the round but for
// the look-ups.
type schedule struct {
	ctx     context.Context
	wg      sync.WaitGroup
	began   time.Time
	phase   float64       // a part of one: where in its share of a spread this host sends
	timeout time.Duration // the whole of one query
	patient bool          // what a look-up took is in no target's time
	sockets semaphore
	keeper  *exchange.Keeper // has the moments; nil: any is one
}

// start runs batches, one after the other over a time, each at the same point of its own share of
// it or at the moment behind that: those of one moment leave together.
func (s *schedule) start(batches []batch, over time.Duration) {
	if len(batches) == 0 {
		return
	}
	now := time.Now()
	total, before, began := 0, 0, s.began
	if s.patient {
		began = now
	}
	for _, b := range batches {
		total += b.targets
	}
	s.wg.Go(func() {
		for _, b := range batches {
			share := (float64(before) + s.phase*float64(b.targets)) / float64(total)
			offset := time.Duration(share * float64(over))
			before += b.targets
			if over > 0 && !pause(s.ctx, nil, time.Until(s.keeper.Moment(now.Add(offset)))) {
				return
			}
			end := began.Add(offset + 2*s.timeout)
			s.wg.Go(func() { s.repeat(b, b.repeats, exchange.Deadline{Timeout: s.timeout, End: end}) })
			// What has come in is read before the next ones leave: fewer are on their way at a time.
			runtime.Gosched()
		}
	})
}

// repeat runs a batch n times, once a socket may be opened. None waits for the silent targets of
// the one before. What waits for a socket has as much longer, and what begins late, since this
// process stood still, has a timeout all the same.
func (s *schedule) repeat(b batch, n int, deadline exchange.Deadline) {
	asked := time.Now()
	if !s.sockets.take(s.ctx) {
		return
	}
	defer s.sockets.give()
	now := time.Now()
	deadline.End = deadline.End.Add(now.Sub(asked))
	if least := now.Add(deadline.Timeout); deadline.End.Before(least) {
		deadline.End = least
	}
	next := exchange.Deadline{Timeout: deadline.Timeout, End: deadline.End.Add(repeatSpacing)}
	ended := make(chan struct{})
	if n > 1 {
		s.wg.Go(func() {
			early := ended
			if b.spacing == fixed {
				early = nil
			}
			if pause(s.ctx, early, repeatSpacing-quickSpacing) && pause(s.ctx, nil, quickSpacing) {
				s.repeat(b, n-1, next)
			}
		})
	}
	b.run(deadline)
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
