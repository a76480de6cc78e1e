package point

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// hop is one that spoke after so many milliseconds; without an address, that was silent.
func hop(ttl int, address string, ms int) observation.Hop {
	h := observation.Hop{TTL: ttl, RTT: time.Duration(ms) * time.Millisecond}
	if address != "" {
		h.Addr = netip.MustParseAddr(address)
	}
	return h
}

// lines are the points of a path and of its hops that spoke, without their common tags and stamp.
func lines(l Labels, j *judge.JudgedTrace, numbers []uint32) []string {
	var p Point
	all := []string{string(p.Path(l, j, numbers).AppendLine(nil))}
	for i := range j.Hops {
		if !j.Hops[i].Silent() {
			all = append(all, string(p.Hop(l, j.Path, &j.Hops[i], numbers[i]).AppendLine(nil)))
		}
	}
	common := strings.NewReplacer(",address=192.0.2.9", "", ",family=ipv4", "", ",server=s", "",
		",transport=udp", "", "dns_anycast_", "", " 1700000000000000000\n", "")
	for i := range all {
		all[i] = common.Replace(all[i])
	}
	return all
}

// TestPathPoints: what is not known is absent, and a cloud's own tags give way to the names of paths.
func TestPathPoints(t *testing.T) {
	labels := Labels{
		Cloud:  CloudTags("c", map[string]string{"hop": "x", "reason": "y", "path": "z", "operator": "o"}),
		Server: "s", Address: "192.0.2.9", Family: observation.IPv4,
	}
	sent := time.Unix(1_700_000_000, 0)
	said := hop(2, "192.0.2.2", 2)
	said.Said = "host unreachable"
	before := []observation.Hop{hop(1, "192.0.2.1", 1), hop(2, "192.0.2.3", 1)}
	for _, c := range []struct {
		name    string
		path    judge.JudgedTrace
		numbers []uint32
		want    []string
	}{
		{
			"reached, and turned",
			judge.JudgedTrace{
				Path: &observation.Path{
					Reason: observation.Change, Reached: true, Sent: sent,
					Hops: []observation.Hop{hop(1, "192.0.2.1", 1), hop(2, "", 0), hop(3, "192.0.2.4", 3), hop(4, "192.0.2.9", 4)},
				},
				Name: judge.Name{Instance: "lhr1", Site: "LHR"},
				Turn: &judge.Turn{Hop: 2, Before: before, From: &before[1], To: &observation.Hop{TTL: 2}, After: &before[0]},
			},
			[]uint32{64500, 0, 64500, 64501},
			[]string{
				`path,cloud=c,instance=lhr1,operator=o,reason=change,site=LHR as_path="64500 64501",changed_from="192.0.2.3",` +
					`changed_hop=2i,changed_to="*",hops=4i,last_hop=4i,parted_after="192.0.2.1",path="192.0.2.1 * 192.0.2.4 192.0.2.9",` +
					`path_before="192.0.2.1 192.0.2.3",path_hash=2894209408462539i,query_time_ms=4,reached=1i,responded=3i`,
				`hop,cloud=c,hop=01,operator=o,reason=change asn=64500i,hop_address="192.0.2.1",hop_time_ms=1`,
				`hop,cloud=c,hop=03,operator=o,reason=change asn=64500i,hop_address="192.0.2.4",hop_time_ms=3`,
				`hop,cloud=c,hop=04,operator=o,reason=change asn=64501i,hop_address="192.0.2.9",hop_time_ms=4`,
			},
		},
		{
			"unreachable half way",
			judge.JudgedTrace{Path: &observation.Path{
				Reason: observation.Regular, Sent: sent, Cause: "host unreachable from 192.0.2.2",
				Hops: []observation.Hop{hop(1, "192.0.2.1", 1), said},
			}},
			make([]uint32, 2),
			[]string{
				`path,cloud=c,operator=o,reason=regular error="host unreachable from 192.0.2.2",last_hop=2i,path="192.0.2.1 192.0.2.2",` +
					`path_hash=730049117205399i,reached=0i,responded=2i`,
				`hop,cloud=c,hop=01,operator=o,reason=regular hop_address="192.0.2.1",hop_time_ms=1`,
				`hop,cloud=c,hop=02,operator=o,reason=regular hop_address="192.0.2.2",hop_time_ms=2,icmp="host unreachable"`,
			},
		},
		{
			"by the full TTL alone",
			judge.JudgedTrace{Path: &observation.Path{
				Reason: observation.Start, Reached: true, Sent: sent,
				Hops: []observation.Hop{hop(1, "192.0.2.1", 1), hop(0, "192.0.2.9", 4)},
			}},
			make([]uint32, 2),
			[]string{
				`path,cloud=c,operator=o,reason=start last_hop=1i,path="192.0.2.1 * 192.0.2.9",path_hash=6446070902838384i,query_time_ms=4,reached=1i,responded=2i`,
				`hop,cloud=c,hop=01,operator=o,reason=start hop_address="192.0.2.1",hop_time_ms=1`,
				`hop,cloud=c,operator=o,reason=start hop_address="192.0.2.9",hop_time_ms=4`,
			},
		},
		{
			"nobody",
			judge.JudgedTrace{Path: &observation.Path{Reason: observation.Hand, Sent: sent}},
			nil,
			[]string{`path,cloud=c,operator=o,reason=hand reached=0i,responded=0i`},
		},
		{
			"this host could not",
			judge.JudgedTrace{Path: &observation.Path{Sent: sent, Local: true, Cause: "no IPv4 route from this host"}},
			nil,
			[]string{`path,cloud=c,operator=o,reason=start error="no IPv4 route from this host"`},
		},
	} {
		got := lines(labels, &c.path, c.numbers)
		if len(got) != len(c.want) {
			t.Errorf("%s: %d points, want %d", c.name, len(got), len(c.want))
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s:\n%s, want\n%s", c.name, got[i], c.want[i])
			}
		}
	}
}
