package exchange

import "bytes"

// quoteLeast is how much of a packet an ICMP error quotes, its IP header included, where extensions
// such as the labels of MPLS follow. A router that has less fills it up with zeros (RFC 4884,
// section 4).
const quoteLeast = 128

// quote is what an ICMP error quotes of a query, perhaps with zeros behind it, and without what may
// be an extension.
func (e *event) quote() []byte {
	headers := 20 + 8
	if e.to.Addr().Is6() {
		headers = 40 + 8
	}
	return e.data[:min(len(e.data), quoteLeast-headers)]
}

// unfilled is a quote without the zeros at its end.
func unfilled(quote []byte) []byte { return bytes.TrimRight(quote, "\x00") }

// begins reports whether a query begins with a quote, as far as it goes.
func begins(query, quote []byte) bool {
	n := min(len(quote), len(query))
	return bytes.Equal(quote[:n], query[:n])
}
