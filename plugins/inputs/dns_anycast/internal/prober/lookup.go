package prober

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	lookupTimeout = 10 * time.Second // of one look-up
	maxAddresses  = 32               // of one name and family: a zone must not decide how many are asked
)

// LookupFunc looks one family up: network is "ip4" or "ip6", name is fully qualified with its final
// dot.
type LookupFunc func(ctx context.Context, network, name string) ([]netip.Addr, error)

// lookupNetIP asks the hosts file, then the DNS. The final dot keeps search domains out of the DNS
// query, but package net does not find a name that bears one in the hosts file: hence a look-up
// whose DNS half cannot work.
func lookupNetIP(ctx context.Context, network, name string) ([]netip.Addr, error) {
	noDNS := func(context.Context, string, string) (net.Conn, error) { return nil, errNoDNS }
	file := net.Resolver{PreferGo: true, Dial: noDNS}
	addrs, err := file.LookupNetIP(ctx, network, strings.TrimSuffix(name, "."))
	var other *net.AddrError // the file knows the name, but no address of this family
	if err == nil || errors.As(err, &other) {
		return addrs, nil
	}
	dns := net.Resolver{PreferGo: true}
	return dns.LookupNetIP(ctx, network, name)
}

var errNoDNS = errors.New("the hosts file alone is asked")

// lookup is what one look-up of one family brought.
type lookup struct {
	addrs []netip.Addr // sorted, no more than maxAddresses
	found int          // addresses that could be asked, of which addrs are the first
	err   error
}

// resolver looks names up. Each family has turns of its own, so that one that is never answered
// holds up no other.
type resolver struct {
	ask   LookupFunc
	turns [2]semaphore
}

// lookUp waits until there is a descriptor for a look-up, which is in none of its time.
func (r *resolver) lookUp(ctx context.Context, family observation.Family, name string) lookup {
	turn := r.turns[family]
	if !turn.take(ctx) {
		return lookup{err: ctx.Err()}
	}
	defer turn.give()
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	return lookUp(ctx, r.ask, family, name)
}

func lookUp(ctx context.Context, ask LookupFunc, family observation.Family, name string) lookup {
	addrs, err := ask(ctx, [...]string{"ip4", "ip6"}[family], name)
	kept := usable(addrs, family)
	return lookup{addrs: kept[:min(len(kept), maxAddresses)], found: len(kept), err: err}
}

// usable drops what cannot be asked, and sorts. A name does not say on which link a link-local
// address is.
func usable(addrs []netip.Addr, family observation.Family) []netip.Addr {
	var kept []netip.Addr
	for _, a := range addrs {
		a = a.Unmap()
		if observation.FamilyOf(a) == family && observation.OfOneHost(a) && !a.IsLinkLocalUnicast() {
			kept = append(kept, a)
		}
	}
	slices.SortFunc(kept, netip.Addr.Compare)
	return slices.Compact(kept)
}

// none reports whether the name has no address of the family, by the word of the DNS.
func (l *lookup) none() bool {
	var e *net.DNSError
	var mapped *net.AddrError // IPv4 addresses written as IPv6 ones
	return len(l.addrs) == 0 &&
		(l.err == nil || errors.As(l.err, &e) && e.IsNotFound || errors.As(l.err, &mapped))
}

// lookupText is a short cause: package net's own repeats the name and the resolver's address, and
// what the system said comes behind the ports, of which each look-up has others.
func lookupText(err error) string {
	var e *net.DNSError
	switch {
	case timedOut(err):
		return "timeout"
	case errors.As(err, &e):
		parts := strings.Split(e.Err, ": ")
		return parts[len(parts)-1]
	}
	return err.Error()
}

func timedOut(err error) bool {
	var e *net.DNSError
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &e) && e.IsTimeout
}
