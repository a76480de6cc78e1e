package atlastest

import (
	"encoding/json"
	"maps"
	"net/netip"
	"time"
)

// Measurement is a DNS measurement, going on and public.
type Measurement struct {
	ID       int
	Target   string // a name, or an address
	Addr     netip.Addr
	Name     string // of the question, CHAOS TXT unless it is SOA
	SOA      bool
	TCP      bool
	Interval time.Duration
	Other    map[string]any // members to be put in, or instead; nil: the member is missing
}

// JSON is the measurement as the API writes it.
func (m Measurement) JSON() []byte {
	family, protocol, class, kind := 4, "UDP", "CHAOS", "TXT"
	if m.Addr.Is6() {
		family = 6
	}
	if m.TCP {
		protocol = "TCP"
	}
	if m.SOA {
		class, kind = "IN", "SOA"
	}
	all := map[string]any{
		"id": m.ID, "type": "dns", "af": family, "target": m.Target, "target_ip": m.Addr, "target_asn": 64500,
		"resolved_ips": []netip.Addr{m.Addr}, "resolve_on_probe": false, "use_probe_resolver": false,
		"query_class": class, "query_type": kind, "query_argument": m.Name, "protocol": protocol, "tls": false,
		"set_nsid_bit": true, "set_rd_bit": false, "set_do_bit": false, "udp_payload_size": 1232, "retry": 0, "timeout": 5000,
		"include_abuf": true, "include_qbuf": false, "prepend_probe_id": false, "use_macros": false,
		"interval": int(m.Interval / time.Second), "is_oneoff": false, "is_public": true,
		"status": map[string]any{"id": 2, "name": "Ongoing", "when": nil}, "start_time": 1262304000, "stop_time": nil,
		"participant_count": 10, "probes_requested": -1, "description": "", "tags": []string{},
	}
	for name, value := range maps.All(m.Other) {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return b
}
