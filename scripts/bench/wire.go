//go:build linux

package main

import (
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// datagram is a DNS message that passed a tap, from or to port 53; over TCP it is the segment that has it.
type datagram struct {
	at     int64 // ns, the kernel's stamp
	server netip.Addr
	client netip.AddrPort
	id     uint16
	answer bool
	qtype  uint16
}

// query is one identity query as both ends of the veth saw it, in ns of the kernel's clock; 0: not seen. It left after
// the near tap's stamp, which is taken before the driver, and before its arrival at the far end.
type query struct{ near, far, answered int64 }

// bounds returns what the true round trip time lies between.
func (q query) bounds() (least, most time.Duration) {
	return time.Duration(q.answered - q.far), time.Duration(q.answered - q.near)
}

// wire has the queries to each server in the order they left.
type wire map[netip.Addr][]query

// match puts together what belongs together: client and its port, server, ID.
func match(near, far []datagram) wire {
	type key struct {
		server netip.Addr
		client netip.AddrPort
		id     uint16
	}
	w, at := wire{}, map[key]*query{}
	var keys []key
	for _, d := range near {
		k := key{d.server, d.client, d.id}
		q := at[k]
		switch {
		case d.qtype != dns.TypeTXT:
		case !d.answer && q == nil:
			at[k] = &query{near: d.at}
			keys = append(keys, k)
		case d.answer && q != nil && q.answered == 0:
			q.answered = d.at
		}
	}
	for _, d := range far {
		if q := at[key{d.server, d.client, d.id}]; q != nil && !d.answer && q.far == 0 {
			q.far = d.at
		}
	}
	for _, k := range keys {
		w[k.server] = append(w[k.server], *at[k])
	}
	return w
}
