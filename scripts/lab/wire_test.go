//go:build linux

package main

import (
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// arrivals are the packets that come out of a wire, and when.
type arrivals struct {
	start time.Time
	after []time.Duration
	data  []string
}

func (a *arrivals) Write(b []byte) (int, error) {
	a.after = append(a.after, time.Since(a.start))
	a.data = append(a.data, string(b))
	return len(b), nil
}

func TestCarry(t *testing.T) {
	carried := func(t *testing.T, send func(w io.Writer, delay *atomic.Int64)) *arrivals {
		r, w := io.Pipe()
		a := &arrivals{start: time.Now()}
		var delay atomic.Int64
		go carry(r, a, &delay)
		send(w, &delay)
		time.Sleep(time.Minute)
		w.CloseWithError(os.ErrClosed)
		return a
	}
	synctest.Test(t, func(t *testing.T) {
		a := carried(t, func(w io.Writer, delay *atomic.Int64) {
			delay.Store(int64(40 * time.Millisecond))
			io.WriteString(w, "one")
			time.Sleep(10 * time.Millisecond)
			io.WriteString(w, "two")
			synctest.Wait()
			delay.Store(int64(5 * time.Millisecond)) // the third would be first
			io.WriteString(w, "three")
			time.Sleep(100 * time.Millisecond)
			io.WriteString(w, "four")
		})
		if got := strings.Join(a.data, " "); got != "one two three four" {
			t.Errorf("packets %s", got)
		}
		const ms = time.Millisecond
		if want := []time.Duration{40 * ms, 50 * ms, 50 * ms, 115 * ms}; !slices.Equal(a.after, want) {
			t.Errorf("after %v, want %v", a.after, want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		a := carried(t, func(w io.Writer, delay *atomic.Int64) {
			delay.Store(int64(time.Second))
			for range 2 * backlog {
				io.WriteString(w, "flood")
			}
		})
		if n := len(a.data); n < backlog || n > backlog+1 { // one is on its way besides
			t.Errorf("%d packets arrived of a flood, want the backlog of %d", n, backlog)
		}
	})
}
