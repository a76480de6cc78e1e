//go:build linux

package main

import (
	"net"
	"time"

	"github.com/miekg/dns"
)

// answered objects unless the service answers over both families, as seen from a place. Any answer
// will do.
func (l *lab) answered(place string) error {
	for _, address := range service {
		if err := l.ask(place, address); err != nil {
			return err
		}
	}
	return nil
}

// ask asks for no name of the CHAOS class, of which BIND answers three a second.
func (l *lab) ask(place, address string) error {
	_, err := l.exchange(place, address, new(dns.Msg).SetQuestion(".", dns.TypeNS))
	return err
}

func (l *lab) exchange(place, address string, q *dns.Msg) (*dns.Msg, error) {
	var c net.Conn
	if err := l.visitor.In(l.namespace(place), func() (err error) {
		c, err = net.Dial("udp", net.JoinHostPort(address, "53"))
		return err
	}); err != nil {
		return nil, err
	}
	defer c.Close()
	client := dns.Client{Timeout: 2*longest + time.Second}
	r, _, err := client.ExchangeWithConn(q, &dns.Conn{Conn: c})
	return r, err
}
