package dns_anycast

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

const (
	lookupEvery   = 5 * time.Minute  // while all is well
	lookupRetry   = 10 * time.Second // after a failure, and while a name has no address
	lookupTimeout = 10 * time.Second // of one look-up, which no round waits for as long
	maxAddresses  = 32               // of one name and family: a zone must not decide how many queries we send
)

// lookupFunc looks one family up: network is "ip4" or "ip6", name is fully qualified with its final dot.
type lookupFunc func(ctx context.Context, network, name string) ([]netip.Addr, error)

// lookupNetIP asks the hosts file, then the DNS. The final dot keeps search domains out of the DNS query, but package
// net does not find a name that bears one in the hosts file: hence a look-up whose DNS half cannot work.
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

// host is a configured host name and the addresses it has now. Look-ups run beside the rounds; a round takes in what
// has come, so that only the round touches a host.
type host struct {
	name     string // lower case, with the final dot
	families []string
	records  [2]record // IPv4, IPv6
	asked    time.Time // when the last look-up began; zero: never
	nowhere  bool      // warned that the name has no address at all
	pending  chan [2]lookup
	gone     []*target // of former addresses, those that went last first; they may come back
}

// record is one family of a host name.
type record struct {
	addrs   []netip.Addr
	missing int    // look-ups in a row that said there is none, where there were some
	failing string // why the last look-up failed; empty: it did not
	warned  bool   // said that look-ups fail
	gone    bool   // said that there is none any more
}

// lookup is what one look-up of one family brought.
type lookup struct {
	asked bool
	addrs []netip.Addr
	err   error
}

// refresh takes in a look-up that has ended and starts one that is due.
func (h *host) refresh(ctx context.Context, d *DNSAnycast, now time.Time) {
	h.collect(d)
	if h.pending != nil || !h.due(now) {
		return
	}
	h.asked = now
	h.pending = make(chan [2]lookup, 1)
	go func(done chan<- [2]lookup) {
		done <- lookUp(context.WithoutCancel(ctx), d.lookInTurn, h.name, h.families)
	}(h.pending)
}

func (h *host) due(now time.Time) bool {
	wait := lookupEvery
	if !h.resolved() || h.records[0].failing != "" || h.records[1].failing != "" {
		wait = lookupRetry
	}
	return h.asked.IsZero() || now.Sub(h.asked) >= wait
}

func (h *host) resolved() bool { return len(h.records[0].addrs)+len(h.records[1].addrs) > 0 }

// collect takes in a look-up if one has ended.
func (h *host) collect(d *DNSAnycast) {
	select {
	case l := <-h.pending:
		h.take(d, l)
	default:
	}
}

// await waits until there is something to collect, or ctx is done.
func (h *host) await(ctx context.Context) {
	if h.pending == nil {
		return
	}
	select {
	case l := <-h.pending:
		h.pending <- l
	case <-ctx.Done():
	}
}

func (h *host) take(d *DNSAnycast, ls [2]lookup) {
	h.pending = nil
	for i, l := range ls {
		if l.asked {
			h.records[i].take(d, l, h.name, [2]string{"IPv4", "IPv6"}[i])
		}
	}
	name := strings.TrimSuffix(h.name, ".")
	said := h.records[0].warned || h.records[1].warned || h.records[0].gone || h.records[1].gone
	switch {
	case !h.resolved() && !said && !h.nowhere:
		h.nowhere = true
		d.warnf("%s: %s", name, h.reason())
	case h.resolved() && h.nowhere:
		h.nowhere = false
		d.infof("%s: has an address now", name)
	}
}

// take changes one family: failures keep the last good addresses, and only the second word in a row that there are
// none drops them.
func (r *record) take(d *DNSAnycast, l lookup, name, family string) {
	name = strings.TrimSuffix(name, ".")
	var e *net.DNSError
	var mapped *net.AddrError // IPv4 addresses written as IPv6 ones
	none := len(l.addrs) == 0 && (l.err == nil || errors.As(l.err, &e) && e.IsNotFound || errors.As(l.err, &mapped))
	if l.err != nil && !none {
		r.missing, r.failing = 0, lookupText(l.err)
		if !r.warned {
			r.warned = true
			d.warnf("%s: looking up its %s addresses fails: %s", name, family, r.failing)
		}
		return
	}
	if r.warned {
		d.infof("%s: looking up its %s addresses works again", name, family)
	}
	r.failing, r.warned = "", false
	switch {
	case !none:
		if r.gone {
			d.infof("%s: has an %s address again", name, family)
		}
		r.addrs, r.missing, r.gone = l.addrs, 0, false
	case len(r.addrs) > 0:
		if r.missing++; r.missing >= 2 {
			r.addrs, r.gone = nil, true
			d.warnf("%s: has no %s address any more", name, family)
		}
	}
}

// addresses lists what there is to ask: IPv4 first, each family in order.
func (h *host) addresses(port uint16) []netip.AddrPort {
	var all []netip.AddrPort
	for _, r := range h.records {
		for _, a := range r.addrs {
			all = append(all, netip.AddrPortFrom(a, port))
		}
	}
	return all
}

// reason says why the name has no address.
func (h *host) reason() string {
	for _, r := range h.records {
		if r.failing != "" {
			return "look-up failed: " + r.failing
		}
	}
	if h.pending != nil {
		return "look-up not finished"
	}
	return "no " + strings.NewReplacer("ipv", "IPv").Replace(strings.Join(h.families, " or ")) + " address"
}

// lookInTurn waits until there is a descriptor for a look-up, which is in none of its time.
func (d *DNSAnycast) lookInTurn(ctx context.Context, network, name string) ([]netip.Addr, error) {
	if !d.lookups.take(ctx) {
		return nil, ctx.Err()
	}
	defer d.lookups.give()
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	return d.lookup(ctx, network, name)
}

// lookUp asks for each family alone: neither waits for the other's failure.
func lookUp(ctx context.Context, ask lookupFunc, name string, families []string) (ls [2]lookup) {
	done := make(chan struct{})
	for i, f := range []string{"ipv4", "ipv6"} {
		ls[i].asked = slices.Contains(families, f)
		go func() {
			if ls[i].asked {
				addrs, err := ask(ctx, "ip"+f[3:], name)
				ls[i].addrs, ls[i].err = usable(addrs, f), err
			}
			done <- struct{}{}
		}()
	}
	<-done
	<-done
	return ls
}

// usable drops what cannot be asked, sorts, and keeps no more than maxAddresses.
func usable(addrs []netip.Addr, want string) []netip.Addr {
	var kept []netip.Addr
	for _, a := range addrs {
		if a = a.Unmap(); family(a) == want && checkAddress(a) == nil {
			kept = append(kept, a)
		}
	}
	slices.SortFunc(kept, netip.Addr.Compare)
	kept = slices.Compact(kept)
	return kept[:min(len(kept), maxAddresses)]
}

// lookupText is a short cause: package net's own repeats the name and the resolver's address, and what the system said
// comes behind the ports, of which each look-up has others.
func lookupText(err error) string {
	var e *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &e) && e.IsTimeout:
		return "timeout"
	case errors.As(err, &e):
		parts := strings.Split(e.Err, ": ")
		return parts[len(parts)-1]
	}
	return err.Error()
}
