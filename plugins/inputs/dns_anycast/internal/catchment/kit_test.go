package catchment_test

import (
	"net/netip"
	"regexp"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// ruled is a cloud with these rules, empty: none, and sites at four places on the equator.
func ruled(site, expect string) *judge.Cloud {
	c := &judge.Cloud{
		Thresholds: judge.Thresholds{FarOver: 20 * time.Millisecond},
		Locations:  judge.Locations{Own: table([]city{{"AAA", 0, 0}, {"BBB", 0, 10}, {"CCC", 0, 90}, {"DDD", 0, 180}})},
	}
	if site != "" {
		c.Site = regexp.MustCompile(site)
	}
	if expect != "" {
		c.Expect = regexp.MustCompile(expect)
		c.Expect.Longest()
	}
	return c
}

// asked is a subject of a cloud, one an address.
func asked(c *judge.Cloud, address string) catchment.Subject {
	return catchment.Subject{Cloud: c, Measurement: 1, Server: "s", Addr: netip.MustParseAddr(address)}
}

// answer is an observation of one that names itself.
func answer(name string, ms int) *observation.Observation {
	return replied(wire.Answer{TXT: name}, ms)
}

func replied(a wire.Answer, ms int) *observation.Observation {
	r := observation.NewReply(a, "id.server")
	o := &observation.Observation{RTT: time.Duration(ms) * time.Millisecond, Reply: &r}
	o.Result, _ = r.Result()
	return o
}

func failed(result observation.Result) *observation.Observation {
	return &observation.Observation{Result: result}
}

// serialOf is an answer for a zone.
func serialOf(name string, serial uint32) *observation.Observation {
	o := replied(wire.Answer{NSID: name, SOA: true, Authoritative: true, Serial: serial}, 1)
	o.Result = o.Reply.ZoneResult()
	return o
}

// window is one of five minutes that begins so many minutes after the world, with one result a
// probe, which come a second apart.
func window(s catchment.Subject, minutes int, results map[int]*observation.Observation) *catchment.Window {
	from := worldStart.Add(time.Duration(minutes) * time.Minute)
	w := &catchment.Window{Subject: s, From: from, To: from.Add(windowLength)}
	for probe, o := range results {
		o.Sent = from.Add(time.Duration(probe%300) * time.Second)
		w.Results = append(w.Results, catchment.Result{Probe: probe, Observation: o})
	}
	return w
}

// everywhere gives probes from one to another the same answer.
func everywhere(from, to int, o func() *observation.Observation) map[int]*observation.Observation {
	all := map[int]*observation.Observation{}
	for id := from; id <= to; id++ {
		all[id] = o()
	}
	return all
}

func named(name string) func() *observation.Observation {
	return func() *observation.Observation { return answer(name, 10) }
}

// equator are probes that stand on it, one each degree from 0 on.
func equator(n int) *observation.Probes {
	all := &observation.Probes{}
	for i := range n {
		all.Add(observation.Probe{ID: i + 1, Longitude: float64(i % 180), Placed: true, Country: "NL", ASN: [2]uint32{uint32(64500 + i%4), 1}})
	}
	return all
}

// judgedAlone is the summary of one window.
func judgedAlone(m *catchment.Memory, probes *observation.Probes, w *catchment.Window) *catchment.Summary {
	return m.Judge(probes, []*catchment.Window{w})[0]
}

func siteNamed(s *catchment.Summary, name string) *catchment.Site {
	for i := range s.Sites {
		if s.Sites[i].Name == name {
			return &s.Sites[i]
		}
	}
	return nil
}
