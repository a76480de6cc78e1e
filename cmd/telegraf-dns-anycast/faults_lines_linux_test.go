package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// exact is a line without what differs from round to round.
func exact(line string) string {
	line = measured.ReplaceAllString(stampEnd.ReplaceAllString(line, ""), "$1=…")
	return strings.Replace(line, ",usual_ms=…", "", 1) // there from the tenth answer on
}

// round runs one that has as many points as are wanted and compares them, whatever their order.
func (p *process) round(t *testing.T, want ...string) {
	t.Helper()
	p.write(t, "\n")
	p.points(t, want...)
}

func (p *process) points(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for range want {
		got = append(got, exact(next(t, p.stdout)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("points\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// tagged is the beginning of the line of a query to a server whose cloud is of asking.
func tagged(server netip.AddrPort, transport, tags string) string {
	family := "ipv4"
	if server.Addr().Is6() {
		family = "ipv6"
	}
	return fmt.Sprintf("dns_anycast,address=%s,cloud=a,family=%s,%s,server=%s,transport=%s ", server.Addr(), family, tags, server, transport)
}

// answeredBy is the line of a success that the kernel timed.
func answeredBy(server netip.AddrPort, transport, name string) string {
	only := "discarded=0i,"
	if transport == "tcp" {
		only = "connect_time_ms=…,"
	}
	return tagged(server, transport, "identity_source=hostname.bind,instance="+name+",rcode=NOERROR,result=success") +
		fmt.Sprintf(`answered=1i,%shostname=%q,nsid=%q,query_time_ms=…,rcode_value=0i,result_code=0i,time_source="kernel"`, only, name, name)
}

// locally is the line of a query that this host could not ask.
func locally(server netip.AddrPort, transport, cause string) string {
	only := "discarded=0i,"
	if transport == "tcp" {
		only = ""
	}
	return tagged(server, transport, "result=local") + fmt.Sprintf("%serror=%q,result_code=8i", only, cause)
}

// unanswered is the line of a timeout; cause may be empty.
func unanswered(server netip.AddrPort, transport, cause string) string {
	only := "discarded=0i,"
	if transport == "tcp" {
		only = ""
	}
	if cause != "" {
		cause = fmt.Sprintf("error=%q,", cause)
	}
	return tagged(server, transport, "result=timeout") + "answered=0i," + only + cause + "result_code=1i"
}

// refusedBy is the line of a datagram to a closed port.
func refusedBy(server netip.AddrPort) string {
	return tagged(server, "udp", "result=unreachable") + fmt.Sprintf(`answered=0i,discarded=0i,error="port unreachable from %s",result_code=2i`, server.Addr())
}
