package ripeatlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Measurement is what the API tells of a DNS measurement.
type Measurement struct {
	ID        int
	Type      string                // "dns" of those that are of use
	Target    string                // as whoever made it wrote it: a name or an address; empty: the probes' resolvers
	Addr      netip.Addr            // of the target; invalid: it is not known, or there are several
	Addrs     []netip.Addr          // all that the target's name had
	Port      uint16                // 53 where it is not told
	Family    observation.Family    // NoFamily: it is not told
	Transport observation.Transport // of the queries
	Class     string                // of the question: "CHAOS", "IN"
	RRType    string                // of the question: "TXT", "SOA"
	Name      string                // of the question, without the final dot but the root's
	NSID      bool                  // it is asked for
	Interval  time.Duration         // between two queries of one probe; zero: there is one alone
	Status    string                // a word, such as "Ongoing"; empty: it is not told
	Over      bool                  // by its status no more results come

	resolvers bool   // of the probes are asked, not a target
	unkept    bool   // replies are not kept
	own       bool   // each probe asks for a name of its own
	protocol  string // where it is another than UDP and TCP
}

// measurementLine is a measurement as it is written: by the second version of the API, and with
// other words by the first.
type measurementLine struct {
	ID           number  `json:"id"`
	OldID        number  `json:"msm_id"`
	Type         word    `json:"type"`
	Target       text    `json:"target"`
	OldTarget    text    `json:"dst_name"`
	Addr         text    `json:"target_ip"`
	OldAddr      text    `json:"dst_addr"`
	Resolved     texts   `json:"resolved_ips"`
	Port         number  `json:"port"`
	Family       number  `json:"af"`
	Protocol     text    `json:"protocol"`
	TLS          yes     `json:"tls"`
	Class        text    `json:"query_class"`
	RRType       text    `json:"query_type"`
	Argument     text    `json:"query_argument"`
	Query        oldLine `json:"query"`
	NSID         yes     `json:"set_nsid_bit"`
	OldNSID      yes     `json:"nsid"`
	Interval     number  `json:"interval"` // s
	OneOff       yes     `json:"is_oneoff"`
	Status       word    `json:"status"`
	Resolvers    yes     `json:"use_probe_resolver"`
	OldResolvers yes     `json:"use_local_resolver"`
	Abuf         yes     `json:"include_abuf"` // set where it is not told
	PrependID    yes     `json:"prepend_probe_id"`
	Macros       yes     `json:"use_macros"`
}

// oldLine is a question in the first version of the API.
type oldLine struct {
	Class  text `json:"class"`
	RRType text `json:"type"`
	Name   text `json:"value"`
}

func (l *oldLine) UnmarshalJSON(b []byte) error {
	type plain oldLine
	json.Unmarshal(b, (*plain)(l)) // what is no object tells nothing
	return nil
}

// word is a word, or an object of a number and a name.
type word struct {
	name string
	id   number
}

func (w *word) UnmarshalJSON(b []byte) error {
	var long struct {
		ID   number `json:"id"`
		Name text   `json:"name"`
	}
	if json.Unmarshal(b, &long) == nil {
		w.name, w.id = long.Name.value, long.ID
	}
	if b[0] == '"' {
		return json.Unmarshal(b, &w.name)
	}
	return nil
}

// yes is a truth value.
type yes bool

func (y *yes) UnmarshalJSON(b []byte) error {
	if s := string(b); s != "null" {
		*y = s == "true" || s == "1"
	}
	return nil
}

// stopped is the first status behind which no results come (Stopped, Forced to stop, No suitable
// probes, Failed, Archived).
const stopped = 4

// parseMeasurement reads what the API tells of the measurement with the id.
func parseMeasurement(b []byte, id int) (*Measurement, error) {
	l := measurementLine{Abuf: true}
	if err := json.Unmarshal(b, &l); err != nil || !isObject(b) {
		return nil, errors.New("no measurement: the answer is no JSON object")
	}
	if got := int(either(l.ID, l.OldID).whole(1, 1<<31-1)); got != id {
		return nil, fmt.Errorf("the answer is about measurement %d, not %d", got, id)
	}
	m := &Measurement{
		ID: id, Type: strings.ToLower(l.Type.name), Port: dnsPort,
		Target: firstOf(l.Target, l.OldTarget, l.Addr, l.OldAddr),
		Class:  strings.ToUpper(firstOf(l.Class, l.Query.Class)),
		RRType: strings.ToUpper(firstOf(l.RRType, l.Query.RRType)),
		Name:   unqualified(firstOf(l.Argument, l.Query.Name)),
		NSID:   bool(l.NSID || l.OldNSID), Status: l.Status.name, Over: l.Status.id.value >= stopped,
		resolvers: bool(l.Resolvers || l.OldResolvers), unkept: !bool(l.Abuf),
		own: bool(l.PrependID) || bool(l.Macros) && strings.Contains(l.Argument.value, "$"),
	}
	if port := l.Port.whole(1, 1<<16-1); port > 0 {
		m.Port = uint16(port)
	}
	if seconds := l.Interval.whole(1, 366*86400); !bool(l.OneOff) {
		m.Interval = time.Duration(seconds) * time.Second
	}
	m.setAddrs(append([]string{l.Addr.value, l.OldAddr.value, m.Target}, l.Resolved.values...), l.Family)
	m.setTransport(l.Protocol.value, bool(l.TLS))
	return m, nil
}

// setAddrs takes the addresses of the texts, of which the first is the target's own.
func (m *Measurement) setAddrs(texts []string, af number) {
	for _, s := range texts {
		if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" && !slices.Contains(m.Addrs, a) {
			m.Addrs = append(m.Addrs, a)
		}
	}
	switch {
	case len(m.Addrs) > 0:
		m.Family = observation.FamilyOf(m.Addrs[0])
	case af.value == 4:
		m.Family = observation.IPv4
	case af.value == 6:
		m.Family = observation.IPv6
	default:
		m.Family = observation.NoFamily
	}
	if len(m.Addrs) == 1 {
		m.Addr = m.Addrs[0]
	}
}

func (m *Measurement) setTransport(protocol string, tls bool) {
	switch p := strings.ToUpper(protocol); {
	case tls:
		m.protocol = "TLS"
	case p == "TCP":
		m.Transport = observation.TCP
	case p != "UDP" && p != "":
		m.protocol = p
	}
}

// Zone is whose SOA record is asked for, in lower case; empty: none.
func (m *Measurement) Zone() string {
	if m.Class == "IN" && m.RRType == "SOA" {
		return strings.ToLower(m.Name)
	}
	return ""
}

// Question is what its results answer.
func (m *Measurement) Question() Question {
	q := Question{Measurement: m.ID, Zone: m.Zone(), Family: m.Family, Transport: m.Transport}
	if m.Addr.IsValid() {
		q.Addr = netip.AddrPortFrom(m.Addr, m.Port)
	}
	if m.identity() {
		q.Names = []string{strings.ToLower(m.Name)}
	}
	return q
}

// identity reports whether a name is asked for that may be an identity.
func (m *Measurement) identity() bool {
	return (m.Class == "CHAOS" || m.Class == "CH") && m.RRType == "TXT"
}

// firstOf is the first text that is not empty.
func firstOf(all ...text) string {
	for _, t := range all {
		if t.value != "" {
			return t.value
		}
	}
	return ""
}

func either(a, b number) number {
	if a.set {
		return a
	}
	return b
}
