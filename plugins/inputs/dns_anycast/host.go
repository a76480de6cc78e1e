package dns_anycast

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"
)

const (
	lookupEvery = 5 * time.Minute  // while all is well
	lookupRetry = 10 * time.Second // after a failure, and while a name has no address
)

// host is a configured host name and the addresses it has now. Look-ups run beside the rounds; a round takes in what
// has come, so that only the round touches a host.
type host struct {
	name     string // lower case, with the final dot
	families []string
	records  [2]record // IPv4, IPv6
	nowhere  bool      // warned that the name has no address at all
	gone     []*target // of former addresses, those that went last first; they may come back
}

// record is one family of a host name.
type record struct {
	asked   time.Time   // when the last look-up began; zero: never
	pending chan lookup // brings the one under way; nil: there is none
	ended   bool        // there was one before
	addrs   []netip.Addr
	missing int    // look-ups in a row that said there is none, where there were some
	failing string // why the last look-up failed; empty: it did not
	warned  bool   // said that look-ups fail
	gone    bool   // said that there is none any more
	over    bool   // said that there are more than maxAddresses
}

// refresh takes in look-ups that have ended and starts those that are due.
func (h *host) refresh(ctx context.Context, d *DNSAnycast, now time.Time) {
	h.collect(d)
	for i := range h.records {
		r := &h.records[i]
		if !h.wants(i) || r.pending != nil || !r.due(now, h.resolved()) {
			continue
		}
		r.asked, r.pending = now, make(chan lookup, 1)
		go func(done chan<- lookup) {
			done <- d.lookInTurn(context.WithoutCancel(ctx), i, h.name)
		}(r.pending)
	}
}

func (h *host) wants(family int) bool { return slices.Contains(h.families, tagOf(family)) }

func (r *record) due(now time.Time, resolved bool) bool {
	wait := lookupEvery
	if !resolved || r.failing != "" {
		wait = lookupRetry
	}
	return r.asked.IsZero() || now.Sub(r.asked) >= wait
}

func (h *host) resolved() bool { return len(h.records[0].addrs)+len(h.records[1].addrs) > 0 }

// collect takes in the look-ups that have ended.
func (h *host) collect(d *DNSAnycast) {
	for i := range h.records {
		select {
		case l := <-h.records[i].pending:
			h.take(d, i, l)
		default:
		}
	}
}

// awaited reports whether a round waits for the look-up of a family under way: for the first one, and as long as the name
// has no address. One that has failed while the other family has addresses would make each of its rounds as long.
func (h *host) awaited(family int) bool {
	r := &h.records[family]
	return r.pending != nil && (!h.resolved() || !r.ended)
}

// take takes in a look-up of a family that has ended.
func (h *host) take(d *DNSAnycast, family int, l lookup) {
	name := strings.TrimSuffix(h.name, ".")
	h.records[family].pending = nil
	h.records[family].take(d, l, name, familyTexts[family])
	said, ended := false, true
	for i := range h.records {
		r := &h.records[i]
		said = said || r.warned || r.gone
		ended = ended && (r.ended || !h.wants(i))
	}
	switch {
	case !h.resolved() && ended && !said && !h.nowhere:
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
	r.ended = true
	none := l.none()
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
		r.count(d, l.found, name, family)
	case len(r.addrs) > 0:
		if r.missing++; r.missing >= 2 {
			r.addrs, r.gone, r.over = nil, true, false
			d.warnf("%s: has no %s address any more", name, family)
		}
	}
}

// count says once that not all addresses are asked, and again after they all were.
func (r *record) count(d *DNSAnycast, found int, name, family string) {
	if found > maxAddresses && !r.over {
		d.warnf("%s: has %d %s addresses, of which the first %d are asked", name, found, family, maxAddresses)
	}
	r.over = found > maxAddresses
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

// unknown says why it is not known whether there are addresses of a family; empty where it is.
func (h *host) unknown(family int) string {
	r := &h.records[family]
	switch {
	case !h.wants(family) || len(r.addrs) > 0:
		return ""
	case r.failing != "":
		return "look-up failed: " + r.failing
	case !r.ended:
		return "look-up not finished"
	}
	return ""
}

// complete reports whether there is nothing to tell but of the addresses.
func (h *host) complete() bool { return h.resolved() && h.unknown(0) == "" && h.unknown(1) == "" }

// reason says why the name has no address.
func (h *host) reason() string {
	for i := range h.records {
		if why := h.unknown(i); why != "" {
			return why
		}
	}
	return "no " + strings.NewReplacer("ipv", "IPv").Replace(strings.Join(h.families, " or ")) + " address"
}
