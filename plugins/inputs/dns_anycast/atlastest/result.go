package atlastest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Result is what a probe was answered, or why it was not.
type Result struct {
	Measurement, Probe int
	At                 time.Time      // when the query left
	Name               string         // of the target; empty: it has none
	Addr               netip.AddrPort // invalid: the probe could not even ask
	TCP                bool
	Reply              []byte        // the message; nil: there is an error
	RTT                time.Duration // over TCP with connecting
	QueryTime          time.Duration // over TCP alone
	Error              string        // JSON, such as {"timeout":5000}; it may stand beside a reply
	Synced             int           // s since the probe's clock was set; -1: never

	Late  time.Duration // behind At, before which the API does not have it
	Twice bool          // the API has it twice
	Text  string        // the line instead of all this
}

// Line is the result as the API writes it, for firmware 5080.
func (r Result) Line() []byte {
	if r.Text != "" {
		return []byte(r.Text)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `{"fw":5080,"mver":"2.6.2","lts":%d`, r.Synced)
	if r.Name != "" {
		fmt.Fprintf(&b, `,"dst_name":%q`, r.Name)
	}
	if r.Addr.IsValid() {
		family, source := 4, "192.0.2.10"
		if r.Addr.Addr().Is6() {
			family, source = 6, "2001:db8::10"
		}
		fmt.Fprintf(&b, `,"dst_addr":%q,"dst_port":"%d","af":%d,"src_addr":%q`, r.Addr.Addr(), r.Addr.Port(), family, source)
	}
	protocol := "UDP"
	if r.TCP {
		protocol = "TCP"
	}
	fmt.Fprintf(&b, `,"proto":%q`, protocol)
	if r.Reply != nil {
		b.WriteString(r.reply())
	}
	if r.Error != "" {
		fmt.Fprintf(&b, `,"error":%s`, r.Error)
	}
	fmt.Fprintf(&b, `,"msm_id":%d,"prb_id":%d,"timestamp":%d,"msm_name":"Tdig","from":"192.0.2.10","type":"dns",`+
		`"group_id":%[1]d,"stored_timestamp":%[4]d}`, r.Measurement, r.Probe, r.At.Unix(), r.At.Add(r.Late).Unix())
	return []byte(b.String())
}

// reply is the member "result". What the probe reads of the message itself, beside the counts of its
// header, the product has no need of.
func (r Result) reply() string {
	ms := func(d time.Duration) json.Number {
		return json.Number(fmt.Sprintf("%.3f", float64(d)/float64(time.Millisecond)))
	}
	said := map[string]any{"rt": ms(r.RTT), "size": len(r.Reply), "abuf": base64.StdEncoding.EncodeToString(r.Reply)}
	if r.QueryTime > 0 {
		said["qt"] = ms(r.QueryTime)
	}
	if len(r.Reply) >= 12 {
		count := func(at int) int { return int(r.Reply[at])<<8 | int(r.Reply[at+1]) }
		said["ID"], said["QDCOUNT"], said["ANCOUNT"], said["NSCOUNT"], said["ARCOUNT"] = count(0), count(4), count(6), count(8), count(10)
	}
	b, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return `,"result":` + string(b)
}
