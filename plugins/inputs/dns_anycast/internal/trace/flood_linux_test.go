//go:build linux && !portable

package trace

import (
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// flood sends ICMP errors about queries until the test is over, some hundred a millisecond: from
// several hosts, of all kinds, each with the same quote.
type flood struct {
	by    []nstest.Forger
	quote string
	once  sync.Once
	sent  atomic.Int64
	stop  chan struct{}
}

func newFlood(t *testing.T, quote string) *flood {
	t.Helper()
	f := &flood{quote: quote, stop: make(chan struct{})}
	for _, host := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.4"} {
		f.by = append(f.by, nstest.NewForger(t, host))
	}
	return f
}

// begin floods whoever asked, and returns when that is well under way.
func (f *flood) begin(from, to netip.AddrPort) {
	f.once.Do(func() {
		go f.run(from, to)
		for f.sent.Load() < 500 {
			runtime.Gosched()
		}
	})
}

func (f *flood) run(from, to netip.AddrPort) {
	kinds := []byte{3, 11, 12}
	for n := 0; ; n++ {
		select {
		case <-f.stop:
			return
		default:
			if n%256 == 0 {
				time.Sleep(time.Millisecond) // others test here too
			}
			f.by[n%len(f.by)].Send(kinds[n/3%len(kinds)], byte(n/3%16), from, to, f.quote)
			f.sent.Add(1)
		}
	}
}

// TestFloodOfICMP: who knows the ports sends ICMP errors about a trace's queries without an end. The trace
// ends in its time and holds no more memory than without. Where they quote something else it ends
// at the server's answer, if there is one.
func TestFloodOfICMP(t *testing.T) { // alone: it measures
	nstest.Enter(t, 0)
	for _, quote := range []string{"", "0000 another"} {
		for _, answers := range []bool{true, false} {
			f := newFlood(t, quote)
			to := serve(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, query string) {
				f.begin(from, c.LocalAddr().(*net.UDPAddr).AddrPort())
				if answers {
					answer(c, from, query)
				}
			})
			before, start := heap(), time.Now()
			p := traced(t, to, 30)
			took, grown := time.Since(start), heap()-before
			close(f.stop)
			if quote != "" && p.Reached != answers || took > 7*waitLeast || grown > 1<<20 {
				t.Errorf("quotes %q, answers %v: %q after %v and %d errors, %d bytes more", quote, answers, p.text(), took,
					f.sent.Load(), grown)
			}
		}
	}
}

// heap is what is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
