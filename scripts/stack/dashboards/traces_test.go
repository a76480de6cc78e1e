package dashboards

import (
	"fmt"
	"strings"
	"time"
)

// traces are points of traces as the plugin writes them.
type traces struct {
	from  time.Time
	lines []string
}

// trace is one of them, and what it is to the one before.
type trace struct {
	host, target string
	at           time.Duration // since the first
	reason       string
	site         string    // of the server's answer; its instance is that and 1; empty: it did not answer
	path         string    // as the field
	fullTTL      bool      // whether nothing but the full TTL reached the server
	ms           []float64 // of each hop that spoke; of the server with the full TTL at the end
	icmp         string    // what came from the last hop in place of time exceeded
	asPath       string
	err          string
	local        bool // whether this host could not trace
	turn         turn
}

// turn is where a path parts from the one before; at no hop, where it does not.
type turn struct {
	hop                     int
	behind, from, to, whole string // whole is the path before
}

// targetTags are those of what is traced, by its address.
var targetTags = map[string]string{
	"192.0.2.53":    "address=192.0.2.53,cloud=c,family=ipv4,server=ns1.example.net,transport=udp",
	"198.51.100.53": "address=198.51.100.53,cloud=c,family=ipv4,server=ns2.example.net,transport=udp",
	"2001:db8::53":  "address=2001:db8::53,cloud=c,family=ipv6,server=ns1.example.net,transport=udp",
}

func (p *traces) add(all ...trace) {
	for _, tr := range all {
		tags := fmt.Sprintf("host=%s,%s,reason=%s", tr.host, targetTags[tr.target], tr.reason)
		at := p.from.Add(tr.at).UnixMilli()
		hops := tr.hops(tags)
		for _, hop := range hops {
			p.lines = append(p.lines, fmt.Sprint(hop, " ", at))
		}
		if tr.site != "" {
			tags += fmt.Sprintf(",instance=%s1,site=%s", strings.ToLower(tr.site), tr.site)
		}
		p.lines = append(p.lines, fmt.Sprintf("dns_anycast_path,%s %s %d", tags, tr.fields(len(hops)), at))
	}
}

// hops are points of hops that spoke, without their time.
func (tr trace) hops(tags string) (points []string) {
	list := strings.Fields(tr.path)
	for i, address := range list {
		if address == "*" {
			continue
		}
		hop := fmt.Sprintf(",hop=%02d", i+1)
		if tr.fullTTL && i == len(list)-1 {
			hop = ""
		}
		fields := fmt.Sprintf("hop_address=%q,hop_time_ms=%v", address, tr.ms[len(points)])
		if strings.HasPrefix(address, "203.0.113.") {
			fields += ",asn=64500i"
		}
		if tr.icmp != "" && i == len(list)-1 {
			fields += fmt.Sprintf(",icmp=%q", tr.icmp)
		}
		points = append(points, "dns_anycast_hop,"+tags+hop+" "+fields)
	}
	return points
}

// fields are those of the path, of which so many hops spoke.
func (tr trace) fields(spoke int) string {
	var all []string
	set := func(field string, value any) {
		switch value := value.(type) {
		case int:
			all = append(all, fmt.Sprintf("%s=%di", field, value))
		case string:
			if value != "" {
				all = append(all, fmt.Sprintf("%s=%q", field, value))
			}
		}
	}
	last := len(strings.Fields(tr.path))
	if tr.fullTTL {
		last -= 2
	} else if tr.site != "" {
		set("hops", last)
	}
	if last > 0 {
		set("last_hop", last)
	}
	if !tr.local {
		set("responded", spoke)
		set("reached", min(len(tr.site), 1))
	}
	if tr.turn.hop > 0 {
		set("changed_hop", tr.turn.hop)
	}
	set("path", tr.path)
	set("as_path", tr.asPath)
	set("error", tr.err)
	set("path_before", tr.turn.whole)
	set("parted_after", tr.turn.behind)
	set("changed_from", tr.turn.from)
	set("changed_to", tr.turn.to)
	return strings.Join(all, ",")
}

// moved is a change of site, a second before the trace that it asks for.
func (p *traces) moved(host, target string, at time.Duration, from, to string) {
	p.lines = append(p.lines, fmt.Sprintf("dns_anycast_change,host=%s,%s from=%q,to=%q,held_s=60,changes=1i %d",
		host, targetTags[target], from, to, p.from.Add(at-time.Second).UnixMilli()))
}

const (
	first1  = "203.0.113.1 * 203.0.113.3 192.0.2.53"
	before1 = "203.0.113.1 203.0.113.2 203.0.113.3 192.0.2.53"
	after1  = "203.0.113.1 203.0.113.2 203.0.113.4 * 192.0.2.53"
	dead1   = "203.0.113.1 203.0.113.2"
	before2 = "203.0.113.9 203.0.113.2 203.0.113.3 192.0.2.53"
	after2  = "203.0.113.9 203.0.113.2 203.0.113.4 192.0.2.53"
	full2   = "203.0.113.9 * 198.51.100.53"
	ipv6    = "2001:db8:0:1::1 2001:db8::53"
	before6 = "2001:db8:0:9::1 * 2001:db8::53"
	after6  = "2001:db8:0:9::1 2001:db8:0:2::1"
)

// twoVantagePoints are traces of some hours. To 192.0.2.53 both turn at the third hop as its site changes, away from
// 203.0.113.3, and for vp1 it dies. Of 198.51.100.53 nothing comes to vp1, and to vp2 with the full TTL alone. Over IPv6
// vp1 loses its route; for vp2 the site changes and no hop does, and then a router refuses.
func twoVantagePoints(from time.Time) *traces {
	p := &traces{from: from}
	const v4, mute, v6, moment, later = "192.0.2.53", "198.51.100.53", "2001:db8::53", 2*time.Hour + 10*time.Minute, 4 * time.Hour
	p.add(
		trace{host: "vp1", target: v4, reason: "start", site: "LHR", path: first1, ms: []float64{1, 3, 4}},
		trace{host: "vp1", target: v4, at: time.Hour, reason: "regular", site: "LHR", path: before1, ms: []float64{2, 2, 3, 4}},
		trace{
			host: "vp1", target: v4, at: moment, reason: "change", site: "YYZ", path: after1, ms: []float64{3, 2, 30, 90},
			asPath: "64500 64501", turn: turn{3, "203.0.113.2", "203.0.113.3", "203.0.113.4", before1},
		},
		trace{
			host: "vp1", target: v4, at: later, reason: "regular", path: dead1, ms: []float64{4, 2},
			turn: turn{3, "203.0.113.2", "203.0.113.4", "", after1},
		},
		trace{host: "vp2", target: v4, reason: "start", site: "LHR", path: before2, ms: []float64{1, 2, 3, 4}},
		trace{
			host: "vp2", target: v4, at: moment, reason: "change", site: "YYZ", path: after2, ms: []float64{1, 2, 30, 90},
			turn: turn{3, "203.0.113.2", "203.0.113.3", "203.0.113.4", before2},
		},
		trace{host: "vp1", target: mute, reason: "start"},
		trace{host: "vp1", target: mute, at: time.Hour, reason: "regular"},
		trace{host: "vp2", target: mute, reason: "start", site: "ARN", path: full2, fullTTL: true, ms: []float64{1, 40}},
		trace{host: "vp1", target: v6, reason: "start", site: "LHR", path: ipv6, ms: []float64{1, 2}},
		trace{host: "vp1", target: v6, at: time.Hour, reason: "regular", local: true, err: "no route from this host"},
		trace{host: "vp2", target: v6, reason: "start", site: "LHR", path: before6, ms: []float64{1, 3}},
		trace{host: "vp2", target: v6, at: moment, reason: "change", site: "ARN", path: before6, ms: []float64{1, 3}},
		trace{
			host: "vp2", target: v6, at: later, reason: "regular", path: after6, ms: []float64{1, 2}, icmp: "host unreachable",
			err: "host unreachable from 2001:db8:0:2::1", turn: turn{3, "2001:db8:0:9::1", "2001:db8::53", "", before6},
		},
	)
	p.moved("vp1", v4, moment, "LHR", "YYZ")
	p.moved("vp2", v4, moment, "LHR", "YYZ")
	p.moved("vp2", v6, moment, "LHR", "ARN")
	return p
}
