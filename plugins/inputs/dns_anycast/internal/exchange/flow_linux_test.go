//go:build linux && !portable

package exchange

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// openFlow opens one to a server that has router say that each query's time is exceeded, and
// answers it all the same.
func openFlow(t *testing.T, quote func(query string) string) *Flow {
	t.Helper()
	enterNamespace(t)
	keep(t)
	router := nstest.NewForger(t, "127.0.0.2")
	f, err := OpenFlow(netip.Addr{}, serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
		router.Send(11, 0, from, c.LocalAddr().(*net.UDPAddr).AddrPort(), quote(q))
		time.AfterFunc(100*time.Millisecond, func() { answer(c, from, q) })
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func whole(query string) string { return query }
func nothing(string) string     { return "" }

// await returns the signs that come within a time, as text: number, what was said, or the answer.
func (f *Flow) await(t *testing.T, within time.Duration) (texts []string) {
	t.Helper()
	until := time.Now().Add(within)
	for {
		s, ok := f.Await(context.Background(), until)
		if !ok {
			return texts
		}
		if s.RTT <= 0 || s.RTT > within || s.Query >= 0 && !s.Kernel {
			t.Errorf("sign %+v", s)
		}
		text := " answer"
		if s.ICMP != nil {
			text = " " + s.ICMP.Error()
		}
		if s.Again {
			text = " again" + text
		}
		texts = append(texts, fmt.Sprint(s.Query, text))
	}
}

// TestFlowPendingErrors: ICMP errors that nobody has read yet fail no send, and are not lost.
func TestFlowPendingErrors(t *testing.T) {
	t.Parallel()
	f := openFlow(t, whole)
	for i := range 4 {
		if n, err := f.Send(word(fmt.Sprint("q", i)), i+1); n != i || err != nil {
			t.Fatal(n, err)
		}
		time.Sleep(10 * time.Millisecond) // the error of the one before is pending
	}
	said := " time exceeded from 127.0.0.2"
	want := fmt.Sprint([]string{"0" + said, "1" + said, "2" + said, "3" + said, "0 answer", "1 answer", "2 answer", "3 answer"})
	if got := fmt.Sprint(f.await(t, 2*time.Second)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestFlowAnswerBehindErrors: where each query has its error as soon as it is sent, an answer that is
// there all the while is found.
func TestFlowAnswerBehindErrors(t *testing.T) {
	t.Parallel()
	f := openFlow(t, whole)
	var got []string
	for i := range 2 {
		if _, err := f.Send(word(fmt.Sprint("q", i)), i+1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(150 * time.Millisecond) // its error is there, and its answer
		s, _ := f.Await(context.Background(), time.Now().Add(time.Second))
		got = append(got, fmt.Sprint(s.Query, " ", s.ICMP != nil))
	}
	if fmt.Sprint(got) != "[0 true 0 false]" {
		t.Errorf("query, and whether by ICMP: %v", got)
	}
}

// TestFlowQuotesNothing: which query an error is of is known where one alone is open, or the others
// were excluded, or are too old; and nobody has said the same of another one.
func TestFlowQuotesNothing(t *testing.T) {
	t.Parallel()
	f := openFlow(t, nothing)
	said := " time exceeded from 127.0.0.2"
	prohibited := &ICMP{Kind: Prohibited, From: netip.MustParseAddr("127.0.0.2")}
	for i, c := range []struct {
		before func()
		want   string
	}{
		{func() {}, "0" + said},
		{func() {}, "1" + said},
		{func() { f.flights[0].open = true }, "-1" + said},
		{func() { f.Exclude(0, prohibited); f.Exclude(2, prohibited) }, "3" + said},
		{func() { f.flights[1].open, f.flights[1].sent = true, time.Now().Add(-lateMost) }, "4" + said},
		{
			func() { f.flights[1].open = false; f.heard = []voice{{prohibited.From, TimeExceeded}} },
			"-1 again" + said,
		},
	} {
		f.heard = nil
		c.before()
		if _, err := f.Send(word(fmt.Sprint("q", i)), 1); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprint([]string{c.want, fmt.Sprint(i, " answer")})
		if got := fmt.Sprint(f.await(t, 300*time.Millisecond)); got != want {
			t.Errorf("query %d: got %s, want %s", i, got, want)
		}
	}
}

// TestFlowFlood: what is held of a flood of ICMP errors is bounded.
func TestFlowFlood(t *testing.T) {
	t.Parallel()
	f := openFlow(t, nothing)
	old := datagram("old", f.to)
	for range 2 * SignsMost {
		f.flights = append(f.flights, Datagram{Query: old.Query, To: old.To, flight: flight{open: true, sent: time.Now()}})
	}
	for range 2 * SignsMost {
		f.said(event{icmp: ICMP{Kind: TimeExceeded}})
	}
	if len(f.signs) != SignsMost {
		t.Errorf("%d signs, want %d", len(f.signs), SignsMost)
	}
}
