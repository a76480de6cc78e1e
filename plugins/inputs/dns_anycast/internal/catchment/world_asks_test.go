package catchment_test

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// results are what the probes hear at an address in a window.
func (w *world) results(a *address, window int) (all []heard) {
	from := worldStart.Add(time.Duration(window) * windowLength)
	for _, s := range w.stations {
		if w.random.IntN(50) == 0 { // not connected
			continue
		}
		at := w.random.IntN(140)
		all = append(all, w.ask(a, s, from.Add(time.Duration(at)*time.Second)))
		if w.random.IntN(8) == 0 {
			all = append(all, w.ask(a, s, from.Add(time.Duration(at+1+w.random.IntN(150))*time.Second)))
		}
	}
	return all
}

// ask is one query.
func (w *world) ask(a *address, s *station, at time.Time) heard {
	h := heard{of: s, what: "own", site: s.sites[a.key], sent: at}
	dice := w.random.IntN(1000)
	switch {
	case a.v6 && !s.ipv6:
		h.what = "local"
		return h
	case a.key != "c4" && s.foreign[a.key]:
		h.what, h.name, h.micros = "foreign", fmt.Sprintf("resolver%d.example.org", s.id%3), 500+w.random.IntN(9000)
		if s.id%4 == 0 {
			h.name, h.rcode = "", wire.RcodeRefused
		}
		return h
	case dice < 8 || h.site == w.down && strings.HasPrefix(a.key, "a") && !a.v6:
		h.what = "timeout"
		return h
	case dice < 11:
		h.what = "unreachable"
		return h
	case dice < 14:
		h.what = "invalid"
		return h
	}
	h.micros = w.micros(a, s, h.site)
	switch {
	case dice < 18:
		h.what, h.rcode = "mute", wire.RcodeRefused
	case dice < 21:
		h.what = "cut"
	case dice < 30 && strings.HasPrefix(a.key, "a"):
		h.site, h.name = "none", "lab.a.example.net"
	case strings.HasPrefix(a.key, "a"):
		h.name = fmt.Sprintf("%s%d.a.example.net", strings.ToLower(h.site), s.id%3)
	case a.key == "b4":
		h.name = fmt.Sprintf("ns%d.%s.b.example.net", s.id%2, strings.ToLower(h.site))
	default:
		h.name = h.site
	}
	if h.what == "own" && dice == 999 {
		h.rcode = wire.RcodeRefused
	}
	for i, published := range w.published {
		delay := time.Duration(len(h.site)*7+int(h.site[0])) * 3 * time.Second // by site
		if h.site != "SYD" && !at.Before(published.Add(delay)) || i == 0 {
			h.serial = i
		}
	}
	return h
}

// micros is a time that the distance takes, at 2/3 of the speed of light and some detours; of RIPE
// Atlas' unit.
func (w *world) micros(a *address, s *station, site string) int {
	ms := 3.0
	if c, found := find(a.cities, site); found {
		ms = kilometres(s.latitude, s.longitude, c.latitude, c.longitude)/100*(1.2+w.random.Float64()) + 1
	}
	return int(1000*ms) + w.random.IntN(4000)
}

// result is what is told of a result.
func (h *heard) result(a *address) catchment.Result {
	o := &observation.Observation{
		Addr: netip.AddrPortFrom(a.subject.Addr, 53), Family: a.subject.Family(), Zone: a.subject.Zone,
		Sent: h.sent, RTT: time.Duration(h.micros) * time.Microsecond,
	}
	switch h.what {
	case "timeout":
		o.Result = observation.Timeout
	case "unreachable":
		o.Result = observation.Unreachable
	case "invalid":
		o.Result = observation.Invalid
	case "local":
		o.Result = observation.Local
	default:
		o.Reply = h.reply(a)
		if o.Result, _ = o.Reply.Result(); a.subject.Zone != "" {
			o.Result = o.Reply.ZoneResult()
		}
	}
	return catchment.Result{Probe: h.of.id, Unsynced: h.of.unsynced, Observation: o}
}

func (h *heard) reply(a *address) *observation.Reply {
	answer := wire.Answer{Rcode: h.rcode, Truncated: h.what == "cut"}
	if a.subject.Zone == "" {
		answer.TXT = h.name
	} else {
		answer.NSID, answer.Authoritative = h.name, true
		answer.SOA, answer.Serial = h.what == "own" || h.what == "foreign", serials[h.serial]
		if h.what == "foreign" {
			answer.Serial = 2_000_000_000
		}
	}
	r := observation.NewReply(answer, "id.server")
	return &r
}

func (w *world) probes() *observation.Probes {
	all := &observation.Probes{}
	for _, s := range w.stations {
		if s.listed {
			all.Add(s.says)
		}
	}
	return all
}
