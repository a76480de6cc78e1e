package prober

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	lookupEvery = 5 * time.Minute  // while all is well
	lookupRetry = 10 * time.Second // after a failure, and while a name has no address
)

// Log takes what is to be said of names.
type Log struct {
	Warnf, Infof func(format string, args ...any)
}

// Host is a configured host name and the addresses it has now. Look-ups run beside the rounds; a
// round takes in what has come, so that only the round touches a Host.
type Host struct {
	Name string // lower case, with the final dot
	Port uint16 // of its addresses

	families []observation.Family
	records  [2]record // by family
	nowhere  bool      // warned that the name has no address at all
	former   []*Target // of its former addresses, the last first; they may come back
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
func (h *Host) refresh(ctx context.Context, r *resolver, log Log, now time.Time) {
	h.collect(log)
	for _, f := range observation.Families {
		rec := &h.records[f]
		if !h.wants(f) || rec.pending != nil || !rec.due(now, h.resolved()) {
			continue
		}
		rec.asked, rec.pending = now, make(chan lookup, 1)
		go func(done chan<- lookup) {
			done <- r.lookUp(context.WithoutCancel(ctx), f, h.Name)
		}(rec.pending)
	}
}

func (h *Host) wants(f observation.Family) bool { return slices.Contains(h.families, f) }

func (r *record) due(now time.Time, resolved bool) bool {
	wait := lookupEvery
	if !resolved || r.failing != "" {
		wait = lookupRetry
	}
	return r.asked.IsZero() || now.Sub(r.asked) >= wait
}

func (h *Host) resolved() bool { return len(h.records[0].addrs)+len(h.records[1].addrs) > 0 }

// collect takes in the look-ups that have ended.
func (h *Host) collect(log Log) {
	for _, f := range observation.Families {
		select {
		case l := <-h.records[f].pending:
			h.record(log, f, l)
		default:
		}
	}
}

// awaited reports whether a round waits for the look-up of a family under way: for the first one,
// and as long as the name has no address. One that has failed while the other family has addresses
// would make each of its rounds as long.
func (h *Host) awaited(f observation.Family) bool {
	r := &h.records[f]
	return r.pending != nil && (!h.resolved() || !r.ended)
}

// record takes in a look-up of a family that has ended.
func (h *Host) record(log Log, family observation.Family, l lookup) {
	name := strings.TrimSuffix(h.Name, ".")
	h.records[family].pending = nil
	h.records[family].update(log, l, name, family.Text())
	said, ended := false, true
	for _, f := range observation.Families {
		r := &h.records[f]
		said = said || r.warned || r.gone
		ended = ended && (r.ended || !h.wants(f))
	}
	switch {
	case !h.resolved() && ended && !said && !h.nowhere:
		h.nowhere = true
		log.Warnf("%s: %s", name, h.reason())
	case h.resolved() && h.nowhere:
		h.nowhere = false
		log.Infof("%s: has an address now", name)
	}
}

// update changes one family: failures keep the last good addresses, and only the second word in a
// row that there are none drops them.
func (r *record) update(log Log, l lookup, name, family string) {
	r.ended = true
	none := l.none()
	if l.err != nil && !none {
		r.missing, r.failing = 0, lookupText(l.err)
		if !r.warned {
			r.warned = true
			log.Warnf("%s: looking up its %s addresses fails: %s", name, family, r.failing)
		}
		return
	}
	if r.warned {
		log.Infof("%s: looking up its %s addresses works again", name, family)
	}
	r.failing, r.warned = "", false
	switch {
	case !none:
		if r.gone {
			log.Infof("%s: has an %s address again", name, family)
		}
		r.addrs, r.missing, r.gone = l.addrs, 0, false
		r.count(log, l.found, name, family)
	case len(r.addrs) > 0:
		if r.missing++; r.missing >= 2 {
			r.addrs, r.gone, r.over = nil, true, false
			log.Warnf("%s: has no %s address any more", name, family)
		}
	}
}

// count says once that not all addresses are asked, and again after they all were.
func (r *record) count(log Log, found int, name, family string) {
	if found > maxAddresses && !r.over {
		log.Warnf("%s: has %d %s addresses, of which the first %d are asked",
			name, found, family, maxAddresses)
	}
	r.over = found > maxAddresses
}

// addresses lists what there is to ask: IPv4 first, each family in order.
func (h *Host) addresses() []netip.AddrPort {
	var all []netip.AddrPort
	for _, r := range h.records {
		for _, a := range r.addrs {
			all = append(all, netip.AddrPortFrom(a, h.Port))
		}
	}
	return all
}

// unknown says why it is not known whether there are addresses of a family; empty where it is.
func (h *Host) unknown(f observation.Family) string {
	r := &h.records[f]
	switch {
	case !h.wants(f) || len(r.addrs) > 0:
		return ""
	case r.failing != "":
		return "look-up failed: " + r.failing
	case !r.ended:
		return "look-up not finished"
	}
	return ""
}

// complete reports whether there is nothing to tell but of the addresses.
func (h *Host) complete() bool {
	return h.resolved() && h.unknown(observation.IPv4) == "" && h.unknown(observation.IPv6) == ""
}

// reason says why the name has no address.
func (h *Host) reason() string {
	var wanted []string
	for _, f := range observation.Families {
		if why := h.unknown(f); why != "" {
			return why
		}
	}
	for _, f := range h.families {
		wanted = append(wanted, f.Text())
	}
	return "no " + strings.Join(wanted, " or ") + " address"
}
