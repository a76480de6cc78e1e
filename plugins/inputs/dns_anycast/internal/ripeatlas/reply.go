package ripeatlas

import (
	"encoding/json"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// replyLine is what came back, as it is written.
type replyLine struct {
	Time      number          `json:"rt"` // ms; over TCP it includes connecting
	QueryTime number          `json:"qt"` // ms of the query alone, over TCP, since 2019
	Size      number          `json:"size"`
	Count     number          `json:"ANCOUNT"`
	Abuf      packed          `json:"abuf"`    // the message
	Answers   json.RawMessage `json:"answers"` // of its first two answer records those of type TXT and SOA
}

// answerLine is a record of the answer section, as it is written.
type answerLine struct {
	Type   text   `json:"TYPE"`
	Name   text   `json:"NAME"`
	Data   texts  `json:"RDATA"`
	Serial number `json:"SERIAL"`
}

// cleared is without content. The memory stays.
func (l *replyLine) cleared() replyLine {
	return replyLine{Abuf: packed{bytes: l.Abuf.bytes[:0]}, Answers: l.Answers[:0]}
}

// UnmarshalJSON reads past what is no object.
func (l *replyLine) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return nil
	}
	type plain replyLine
	return json.Unmarshal(b, (*plain)(l))
}

// present reports whether something came back, of which anything is told.
func (l *replyLine) present() bool {
	return l.kept() || present(l.Answers) || l.Time.set || l.Size.set || l.Count.set
}

// kept reports whether the message was kept.
func (l *replyLine) kept() bool { return len(l.Abuf.bytes) > 0 || l.Abuf.bad }

// read takes what the reply says into o.
func (l *replyLine) read(o *observation.Observation, q *Question) {
	var err error
	if l.kept() {
		err = l.readMessage(o, q)
	} else {
		l.readAnswers(o, q)
	}
	if err != nil {
		o.Result, o.Cause = observation.Invalid, err.Error()
		return
	}
	if o.Zone != "" {
		o.Result = o.Reply.ZoneResult()
	} else {
		var odd string
		if o.Result, odd = o.Reply.Result(); odd != "" {
			o.Cause = odd
		}
	}
	l.times(o)
}

// times are how long the parts took. What includes connecting, over TCP before 2019, is none of the
// query.
func (l *replyLine) times(o *observation.Observation) {
	if o.Transport == observation.UDP {
		o.RTT = l.Time.duration()
		return
	}
	o.RTT = l.QueryTime.duration()
	if connect := l.Time.duration() - o.RTT; o.RTT > 0 && connect > 0 {
		o.Connect = connect
	}
}

// readMessage reads the message. Of it the probe has compared the ID alone.
func (l *replyLine) readMessage(o *observation.Observation, q *Question) error {
	if l.Abuf.bad {
		return errNotBase64
	}
	query, answer, err := wire.ReadCollected(l.Abuf.bytes)
	if err != nil {
		return err
	}
	name, ok := q.asked(query)
	if !ok {
		return wire.ErrQuestion
	}
	if o.Zone = ""; query.SOA {
		o.Zone = name
	}
	reply := observation.NewReply(answer, name)
	o.Reply = &reply
	return nil
}

// zoneOf is the zone of results that do not name it.
func zoneOf(q *Question) string {
	if q.Zone == AnyZone {
		return ""
	}
	return q.Zone
}

const errNotBase64 = constError("abuf is no base64")

type constError string

func (e constError) Error() string { return string(e) }

// readAnswers serves where the message was not kept: rcode, flags, classes and NSID are gone with
// it. A server that sent an SOA record is taken at its word.
func (l *replyLine) readAnswers(o *observation.Observation, q *Question) {
	var records []answerLine
	json.Unmarshal(l.Answers, &records) // as far as they can be read
	var answer wire.Answer
	var asked string
	for _, r := range records {
		switch name := unqualified(r.Name.value); {
		case r.isTXT():
			if known, ok := q.identity(name); ok {
				if said := r.text(); asked == "" || said < answer.TXT { // as internal/wire chooses
					asked, answer.TXT = known, said
				}
			}
		case r.isSOA() && !answer.SOA:
			if zone, ok := q.asked(wire.Query{Name: r.Name.value, SOA: true}); ok {
				o.Zone, asked = zone, zone
				answer.Authoritative, answer.SOA = true, true
				answer.Serial = uint32(r.Serial.whole(0, 1<<32-1))
			}
		}
	}
	if asked == "" {
		o.Cause = "the reply was not kept"
	}
	reply := observation.NewReply(answer, asked)
	o.Reply = &reply
}

func (r *answerLine) isTXT() bool { return r.Type.value == "TXT" || r.Type.value == "16" }
func (r *answerLine) isSOA() bool { return r.Type.value == "SOA" || r.Type.value == "6" }

// text joins the strings of a TXT record.
func (r *answerLine) text() string {
	s := strings.Join(r.Data.values, "")
	if r.Data.plain {
		return s
	}
	return wire.Unescape(s)
}
