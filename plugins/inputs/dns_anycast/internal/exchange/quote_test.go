package exchange

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// TestQuotes: an ICMP error is about the queries that begin with what it quotes, whatever it is
// filled up with and whatever stands behind.
func TestQuotes(t *testing.T) {
	const labels = "\x20\x00\x5f\xb0"
	zeros := strings.Repeat("\x00", 200)
	query := "\x07\x00query" + strings.Repeat("+", 93)
	for _, c := range []struct {
		to, quote string
		want      bool
	}{
		{"192.0.2.1:53", "", true},
		{"192.0.2.1:53", query[:1], true},
		{"192.0.2.1:53", query, true},
		{"192.0.2.1:53", query + zeros, true},
		{"192.0.2.1:53", query[:5] + zeros, true},
		{"192.0.2.1:53", query[:2] + zeros, true},
		{"192.0.2.1:53", zeros[:100] + labels, true},
		{"192.0.2.1:53", query[:100] + labels, true},
		{"[2001:db8::1]:53", query[:80] + labels, true},
		{"[2001:db8::1]:53", query[:5] + zeros[:75] + labels, true},
		{"192.0.2.1:53", query[:80] + labels, false},
		{"[2001:db8::1]:53", query[:70] + labels, false},
		{"192.0.2.1:53", zeros[:99] + labels, false},
		{"192.0.2.1:53", "\x07\x01", false},
		{"192.0.2.1:53", "\x08" + zeros, false},
		{"192.0.2.1:53", query[:5] + zeros[:10] + "+", false},
	} {
		to := netip.MustParseAddrPort(c.to)
		fl := []Datagram{{Query: &asked{text: query}, To: to, flight: flight{open: true}}}
		e := event{icmp: ICMP{Kind: TimeExceeded}, to: to, data: []byte(c.quote)}
		recordICMP(fl, new(packet), e)
		if got := fl[0].evidence != nil; got != c.want {
			t.Errorf("a round, %s: %.9q: %v, want %v", c.to, c.quote, got, c.want)
		}
		f := Flow{to: to, flights: fl}
		f.said(e)
		if got := len(f.signs) == 1; got != c.want {
			t.Errorf("a trace, %s: %.9q: %v, want %v", c.to, c.quote, got, c.want)
		}
	}
}

// TestQuotesTell: zeros that belong to a query tell it from another one.
func TestQuotesTell(t *testing.T) {
	to := netip.MustParseAddrPort("192.0.2.1:53")
	for quote, want := range map[string]int{
		"\x07\x00": 0, "\x07\x07": 1, "\x07\x00\x00": -1, "\x07": -1, "\x00\x00": -1, "": -1,
	} {
		f := Flow{to: to}
		for _, data := range []string{"\x07\x00query", "\x07\x07query"} {
			f.flights = append(f.flights, Datagram{Query: &asked{text: data}, To: to, flight: flight{open: true, sent: time.Now()}})
		}
		f.said(event{icmp: ICMP{Kind: TimeExceeded}, to: to, data: []byte(quote)})
		if got := fmt.Sprint(f.signs[0].Query); got != fmt.Sprint(want) {
			t.Errorf("%q is of query %v, want %v", quote, got, want)
		}
	}
}
