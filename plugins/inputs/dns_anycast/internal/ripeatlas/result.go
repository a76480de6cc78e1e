// Package ripeatlas reads what the probes of RIPE Atlas were answered: results of DNS measurements,
// from its API or a file, become observations. What they mean is judged elsewhere.
//
// Reading order: question.go (what was asked), result.go (one result), values.go (the ways in which
// its values are written), reply.go (what was answered), failure.go (why nothing was), lines.go
// (results one a line, or as one array), votes.go (the last result of each probe at an address),
// file.go (results from a file), probes.go and archive.go (where the probes are); then
// measurement.go (what the API tells of a measurement), unfit.go (why that is of no use), client.go
// and fault.go (asking the API), feed.go (a measurement's windows), follower.go (one after the
// other), window.go (one of them), trouble.go (what is said and done when one cannot be had),
// cursor.go (where to go on after a restart).
//
// Formats: https://atlas.ripe.net/docs/apis/measurement-result-format/ and, for what it does not
// say, eperd/evtdig.c of RIPE-NCC/ripe-atlas-probe-measurements, which writes them.
package ripeatlas

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Result is one result of a DNS measurement: one probe's query to one address.
type Result struct {
	observation.Observation // Sent is a whole second of the probe's clock, Server and Target are zero

	Measurement int
	Probe       int
	Name        string // of the target, as the measurement has it; empty: it has its address alone
	Unsynced    bool   // the probe's clock is not to be trusted
	Key         uint64 // equal for what came more than once
}

// What a line is that is no result. They are the only errors of Parse.
var (
	ErrUndecodable = errors.New("no result of a DNS measurement")
	ErrBusy        = errors.New("the probe did not ask: it was still busy with its query before")
)

// syncedWithin is how long ago, in s, a probe's clock may have been set.
const syncedWithin = 600

// line is a result as it is written. Its slices are used again for the next one.
type line struct {
	Type        text            `json:"type"`
	Measurement number          `json:"msm_id"`
	Probe       number          `json:"prb_id"`
	Timestamp   number          `json:"timestamp"` // s since 1970, when the query left
	Since       number          `json:"lts"`       // s since the probe's clock was set; -1: never
	Name        text            `json:"dst_name"`
	OldName     text            `json:"name"` // the same before firmware 4460
	Addr        text            `json:"dst_addr"`
	Port        text            `json:"dst_port"`
	Family      number          `json:"af"`
	OldFamily   number          `json:"pf"` // likewise
	Protocol    text            `json:"proto"`
	TLS         text            `json:"sslvers"` // over TLS or HTTPS, whose proto is TCP as well
	ResultSet   json.RawMessage `json:"resultset"`
	Reply       replyLine       `json:"result"`
	Error       json.RawMessage `json:"error"`
}

// Parser reads results one after the other, and allocates little for each.
type Parser struct {
	question Question
	line     line
	names    map[string]string // of targets: one copy of each
}

// NewParser returns a parser of results to a question.
func NewParser(q Question) *Parser { return &Parser{question: q, names: map[string]string{}} }

// Parse reads one result, a JSON object. It keeps nothing of b.
func (p *Parser) Parse(b []byte) (Result, error) {
	l := &p.line
	*l = line{ResultSet: l.ResultSet[:0], Reply: l.Reply.cleared(), Error: l.Error[:0]}
	if json.Unmarshal(b, l) != nil || !isObject(b) || l.Type.value != "dns" || present(l.ResultSet) {
		return Result{}, ErrUndecodable
	}
	r := Result{
		Probe:       int(l.Probe.whole(1, math.MaxInt32)),
		Measurement: int(l.Measurement.whole(1, math.MaxInt32)),
		Unsynced:    l.Since.set && (l.Since.value < 0 || l.Since.value > syncedWithin),
	}
	sent := l.Timestamp.whole(1, latest)
	foreign := p.question.Measurement != 0 && r.Measurement != 0 && r.Measurement != p.question.Measurement
	if r.Probe == 0 || sent == 0 || foreign || l.TLS.value != "" || !p.target(&r) {
		return Result{}, ErrUndecodable
	}
	if r.Measurement == 0 {
		r.Measurement = p.question.Measurement
	}
	r.Sent = time.Unix(sent, 0).UTC()
	r.Key, r.Zone = l.key(), zoneOf(&p.question)
	switch {
	case l.Reply.present():
		l.Reply.read(&r.Observation, &p.question)
		return r, nil
	case present(l.Error):
		if !readFailure(l.Error, &r.Observation) {
			return Result{}, ErrBusy
		}
		return r, nil
	}
	return Result{}, ErrUndecodable
}

// latest is the last second that a Time of 64 bits of ns holds.
const latest = math.MaxInt64 / int64(time.Second)

// target reads what was asked over what: false where that is no transport of this plugin.
func (p *Parser) target(r *Result) bool {
	l := &p.line
	if r.Name = l.Name.value; r.Name == "" {
		r.Name = l.OldName.value
	}
	r.Name = p.once(r.Name)
	if !l.transport(&r.Observation, p.question.Transport) {
		return false
	}
	addr, err := netip.ParseAddr(l.Addr.value)
	if err == nil && addr.Zone() == "" {
		r.Addr = netip.AddrPortFrom(addr, l.port())
		r.Family = observation.FamilyOf(addr)
		return true
	}
	r.Addr, r.Family = p.question.Addr, p.question.Family
	if l.Family.value+l.OldFamily.value == 4 {
		r.Family = observation.IPv4
	} else if l.Family.value+l.OldFamily.value == 6 {
		r.Family = observation.IPv6
	}
	if r.Addr.IsValid() {
		r.Family = observation.FamilyOf(r.Addr.Addr())
	}
	return true
}

// maxNames bounds the names of targets in one file.
const maxNames = 1000

// once returns one copy of the name for all results.
func (p *Parser) once(name string) string {
	if known, ok := p.names[name]; ok {
		return known
	}
	if len(p.names) < maxNames {
		p.names[name] = name
	}
	return name
}

func (l *line) transport(o *observation.Observation, otherwise observation.Transport) bool {
	switch strings.ToUpper(l.Protocol.value) {
	case "UDP":
		o.Transport = observation.UDP
	case "TCP":
		o.Transport = observation.TCP
	case "":
		o.Transport = otherwise
	default:
		return false
	}
	return true
}

// dnsPort is where firmware that does not tell the port asks.
const dnsPort = 53

func (l *line) port() uint16 {
	if n, err := strconv.ParseUint(l.Port.value, 10, 16); err == nil && n > 0 {
		return uint16(n)
	}
	return dnsPort
}

// key is the hash of what makes a result: a probe sends one again after it has lost its controller,
// and its probe, measurement and second are not enough, since it may ask twice in one. What the back
// end adds differs each time.
func (l *line) key() uint64 {
	h := fnv.New64a()
	for _, n := range [...]number{l.Measurement, l.Probe, l.Timestamp, l.Reply.Time, l.Reply.QueryTime} {
		var b [8]byte
		bits := math.Float64bits(n.value)
		for i := range b {
			b[i] = byte(bits >> (8 * i))
		}
		h.Write(b[:])
	}
	for _, s := range [...]string{l.Addr.value, l.Protocol.value} {
		io.WriteString(h, s)
		h.Write([]byte{0})
	}
	h.Write(l.Reply.Abuf.bytes)
	h.Write(l.Reply.Answers)
	h.Write(l.Error)
	return h.Sum64()
}
