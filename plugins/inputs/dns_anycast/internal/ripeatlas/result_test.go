package ripeatlas

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

var (
	asked  = time.Unix(1_800_000_000, 0).UTC()
	kRoot  = netip.MustParseAddrPort("192.0.2.53:53")
	kRoot6 = netip.MustParseAddrPort("[2001:db8::53]:53")
)

// of is a result of probe 7 at one address, with what edit makes of it.
func of(edit func(*atlastest.Result)) atlastest.Result {
	r := atlastest.Result{Measurement: 10301, Probe: 7, At: asked, Name: "k.example", Addr: kRoot, Synced: 42, RTT: 12345 * time.Microsecond}
	edit(&r)
	return r
}

// parsed reads a result as that of a file.
func parsed(t testing.TB, line []byte) (Result, error) {
	t.Helper()
	r, err := NewParser(QuestionOfFile([]string{"hostname.bind", "id.server"})).Parse(line)
	if err != nil && (!errors.Is(err, ErrUndecodable) && !errors.Is(err, ErrBusy) || r != Result{}) {
		t.Errorf("%s: %+v, %v", line, r, err)
	}
	return r, err
}

// brief is what a result says, in short.
func brief(r Result) string {
	s := r.Result.String()
	if r.Reply != nil {
		s += fmt.Sprintf(" %q by %q", r.Reply.Identity.Name, r.Reply.Identity.Source)
	}
	if r.Zone != "" {
		s += " of " + r.Zone
		if r.Reply != nil && r.Reply.SOA {
			s += fmt.Sprint(" ", r.Reply.Serial)
		}
	}
	if r.Cause != "" {
		s += ": " + r.Cause
	}
	return s
}

func TestParse(t *testing.T) {
	line := of(func(r *atlastest.Result) { r.Reply = atlastest.Named("hostname.bind", "lhr1", nil) }).Line()
	got, err := parsed(t, line)
	if err != nil {
		t.Fatal(err)
	}
	want := Result{Observation: observation.Observation{
		Addr: kRoot, Transport: observation.UDP, Family: observation.IPv4, Sent: asked,
		RTT: 12345 * time.Microsecond, Result: observation.Success, Reply: got.Reply,
	}, Measurement: 10301, Probe: 7, Name: "k.example", Key: got.Key}
	if got != want || got.Reply.Identity.Name != "lhr1" || got.Reply.Question != "hostname.bind" {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestParseReplies: what the message says, whatever the probe made of it.
func TestParseReplies(t *testing.T) {
	named, referral := atlastest.Named("hostname.bind", "lhr1", nil), atlastest.Zone("example", 7, "arn2", func(m *dns.Msg) {
		m.Authoritative, m.Ns, m.Answer = false, m.Answer, nil
		m.Ns = []dns.RR{&dns.NS{Hdr: dns.RR_Header{Name: "example.", Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "ns1.example."}}
	})
	for _, c := range []struct {
		name  string
		reply []byte
		want  string
	}{
		{"an identity", named, `success "lhr1" by "hostname.bind"`},
		{"in capitals", atlastest.Named("ID.Server", "lhr1", nil), `success "lhr1" by "id.server"`},
		{"class IN", atlastest.Named("hostname.bind", "lhr1", func(m *dns.Msg) { m.Answer[0].Header().Class = dns.ClassINET }), `success "lhr1" by "hostname.bind": TXT of class IN`},
		{"NSID alone", atlastest.Named("id.server", "", func(m *dns.Msg) { m.Answer = nil; atlastest.AddNSID(m, "lhr2") }), `success "lhr2" by "nsid"`},
		{"refused", atlastest.Refused("hostname.bind"), `rcode_error "" by ""`},
		{"nobody", atlastest.Named("hostname.bind", "", func(m *dns.Msg) { m.Answer = nil }), `no_identity "" by ""`},
		{"truncated", atlastest.Named("hostname.bind", "", func(m *dns.Msg) { m.Answer, m.Truncated = nil, true }), `truncated "" by ""`},
		{"cut in its record", named[:len(named)-1], `no_identity "" by ""`},
		{"cut behind its record", append(named[:7:7], append([]byte{3}, named[8:]...)...), `success "lhr1" by "hostname.bind"`},
		{"a zone", atlastest.Zone("Example", 7, "arn2", nil), `success "arn2" by "nsid" of example 7`},
		{"the root", atlastest.Zone(".", 7, "", nil), `success "" by "" of . 7`},
		{"a referral", referral, `not_authoritative "arn2" by "nsid" of example`},

		{"other name", atlastest.Named("version.bind", "9.18", nil), "invalid: wrong question"},
		{"no QR", atlastest.Named("hostname.bind", "lhr1", func(m *dns.Msg) { m.Response = false }), "invalid: not a response"},
		{"bare header", named[:4:4], "invalid: not a DNS message"},
		{"header of NOTIMP", []byte("\x12\x34\x81\x84\x00\x00\x00\x00\x00\x00\x00\x00"), "invalid: wrong question"},
		{"header of FORMERR", []byte("\x12\x34\x81\x81\x00\x01\x00\x00\x00\x00\x00\x00"), "invalid: wrong question"},
		{"a web page", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), "invalid: not a response"},
	} {
		r, err := parsed(t, of(func(r *atlastest.Result) { r.Reply = c.reply }).Line())
		if got := brief(r); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
		if invalid := r.Result == observation.Invalid; invalid != (r.RTT == 0) || invalid != (r.Reply == nil) {
			t.Errorf("%s: took %v, %+v", c.name, r.RTT, r.Reply)
		}
	}
}

// TestParseQuestion: a measurement's results answer its own question.
func TestParseQuestion(t *testing.T) {
	identity := Question{Measurement: 10301, Names: []string{"hostname.bind"}, Addr: kRoot6}
	zone := Question{Measurement: 10301, Zone: "example", Addr: kRoot6}
	line := func(reply []byte) []byte { return of(func(r *atlastest.Result) { r.Reply = reply }).Line() }
	timeout := of(func(r *atlastest.Result) { r.Error, r.Addr = `{"socket":"no route"}`, netip.AddrPort{} }).Line()
	for _, c := range []struct {
		name string
		q    Question
		line []byte
		want string
	}{
		{"identity", identity, line(atlastest.Named("hostname.bind", "a", nil)), `success "a" by "hostname.bind"`},
		{"other identity", identity, line(atlastest.Named("id.server", "a", nil)), "invalid: wrong question"},
		{"zone for identity", identity, line(atlastest.Zone("example", 1, "a", nil)), "invalid: wrong question"},
		{"zone", zone, line(atlastest.Zone("EXAMPLE", 1, "a", nil)), `success "a" by "nsid" of example 1`},
		{"other zone", zone, line(atlastest.Zone("example.net", 1, "a", nil)), "invalid of example: wrong question"},
		{"identity for zone", zone, line(atlastest.Named("hostname.bind", "a", nil)), "invalid of example: wrong question"},
		{"no answer for zone", zone, timeout, "local of example: socket: no route"},
	} {
		r, err := NewParser(c.q).Parse(c.line)
		if got := brief(r); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	r, err := NewParser(zone).Parse(timeout)
	if err != nil || r.Addr != kRoot6 || r.Family != observation.IPv6 {
		t.Errorf("asked %v, %v, %v, want the measurement's target", r.Addr, r.Family, err)
	}
	if r, err := NewParser(Question{Measurement: 1, Names: identity.Names}).Parse(line(nil)); err == nil {
		t.Errorf("a result of another measurement: %+v", r)
	}
}

// TestParseErrors: facts of evtdig.c, of which the first that there is counts.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ said, want string }{
		{`{"timeout":5000}`, "timeout"},
		{`{"TUCONNECT":"Connection refused"}`, "unreachable: TUCONNECT: Connection refused"},
		{`{"TU_READ_ERR":"Connection reset by peer"}`, "unreachable: TU_READ_ERR: Connection reset by peer"},
		{`{"TU_OUT_OF_ADDRESS":true}`, "unreachable: TU_OUT_OF_ADDRESS"},
		{`{"getaddrinfo":"Name or service not known"}`, "unresolved: getaddrinfo: Name or service not known"},
		{`{"evdns_getaddrinfo":"x"}`, "unresolved: evdns_getaddrinfo: x"},
		{`{"TUDNS":"x"}`, "unresolved: TUDNS: x"},
		{`{"socket":"connect failed Network is unreachable"}`, "local: socket: connect failed Network is unreachable"},
		{`{"senderror":"x"}`, "local: senderror: x"},
		{`{"nameserver":"no local resolvers found"}`, "local: nameserver: no local resolvers found"},
		{`{"reason":"address not allowed"}`, "local: reason: address not allowed"},
		{`{"TU_BAD_ADDR":true}`, "local: TU_BAD_ADDR"},
		{`{"idmismatch":"mismatch id from tcp fd 7"}`, "invalid: idmismatch: mismatch id from tcp fd 7"},
		{`{"TCPREADSIZE":"red 1 bytes, expected 2"}`, "invalid: TCPREADSIZE: red 1 bytes, expected 2"},
		{`{"error":"x"}`, "invalid: error: x"},
		{`{"senderror":"x","timeout":5000,"idmismatch":"y"}`, "timeout"},
		{`{"idmismatch":"y","TUCONNECT":"x"}`, "unreachable: TUCONNECT: x"},
		{`{"zeta":1,"alpha":"new"}`, "local: alpha: new; zeta: 1"},
		{`"of old"`, "local: of old"},
		{`["one",{"timeout":5000}]`, "timeout"},
		{`{}`, "local"},
		{`{"alpha":"tab	` + "\u202e" + `"}`, "undecodable"}, // no control character stands in JSON
		{`{"alpha":"tab\t` + "\u202e" + `"}`, "local: alpha: tab%09%E2%80%AE"},
		{`[{"query busy":"not starting a new one. previous one is not done yet"}]`, "busy"},
		{`["query busy, not starting"]`, "busy"},
		{`null`, "undecodable"},
	} {
		r, err := parsed(t, of(func(r *atlastest.Result) { r.Error = c.said }).Line())
		got := brief(r)
		switch {
		case errors.Is(err, ErrBusy):
			got = "busy"
		case err != nil:
			got = "undecodable"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.said, got, c.want)
		}
	}
	r, err := parsed(t, of(func(r *atlastest.Result) {
		r.Reply, r.Error = atlastest.Named("hostname.bind", "lhr1", nil), `{"timeout":5000}`
	}).Line())
	if brief(r) != `success "lhr1" by "hostname.bind"` || err != nil {
		t.Errorf("a reply beside an error: %s, %v", brief(r), err)
	}
	r, _ = parsed(t, of(func(r *atlastest.Result) { r.Error = `{"alpha":"` + strings.Repeat("x", 1000) + `"}` }).Line())
	if len(r.Cause) != causeSize {
		t.Errorf("a cause of %d bytes, want %d", len(r.Cause), causeSize)
	}
}

// TestParseAnswers: what serves where there is no message.
func TestParseAnswers(t *testing.T) {
	for _, c := range []struct{ result, want string }{
		{`{"rt":1.5,"answers":[{"TYPE":"TXT","NAME":"id.server","RDATA":["lhr1"]}]}`, `success "lhr1" by "id.server"`},
		{`{"rt":1.5,"answers":[{"TYPE":"TXT","NAME":"ID.SERVER.","RDATA":["lhr","1\\032\\\"\\\\"]}]}`, `success "lhr1 \"\\" by "id.server"`},
		{`{"rt":1.5,"answers":[{"TYPE":"TXT","NAME":"hostname.bind","RDATA":"lhr1\\032"}]}`, `success "lhr1\\032" by "hostname.bind"`},
		{`{"rt":1.5,"answers":[{"TYPE":16,"NAME":"id.server","RDATA":["b"]},{"TYPE":16,"NAME":"id.server","RDATA":["a"]}]}`, `success "a" by "id.server"`},
		{`{"rt":1.5,"answers":[{"TYPE":"TXT","NAME":"version.bind","RDATA":["9.18"]}]}`, `no_identity "" by "": the reply was not kept`},
		{`{"rt":1.5,"answers":[{"TYPE":"SOA","NAME":"example.","TTL":60,"MNAME":"a.","RNAME":"b.","SERIAL":4294967295}]}`, `success "" by "" of example 4294967295`},
		{`{"rt":1.5,"answers":[{"RDLENGTH":4,"TYPE":1}]}`, `no_identity "" by "": the reply was not kept`},
		{`{"rt":1.5,"answers":"none"}`, `no_identity "" by "": the reply was not kept`},
		{`{"rt":1.5,"ANCOUNT":0}`, `no_identity "" by "": the reply was not kept`},
		{`{"rt":1.5,"abuf":"!"}`, "invalid: abuf is no base64"},
	} {
		line := fmt.Sprintf(`{"type":"dns","msm_id":1,"prb_id":7,"timestamp":1800000000,"dst_addr":"192.0.2.53","proto":"UDP","result":%s}`, c.result)
		r, err := parsed(t, []byte(line))
		if got := brief(r); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.result, got, err, c.want)
		}
		if r.Reply != nil && r.RTT != 1500*time.Microsecond {
			t.Errorf("%s: took %v", c.result, r.RTT)
		}
	}
}

// TestParseValues: as the firmware of ten years writes them.
func TestParseValues(t *testing.T) {
	abuf := base64.StdEncoding.EncodeToString(atlastest.Named("hostname.bind", "lhr1", nil))
	base := `"type":"dns","msm_id":1,"prb_id":7,"timestamp":1800000000,"result":{"rt":1.5,"abuf":"` + abuf + `"}`
	for _, c := range []struct{ more, want string }{
		{`"dst_addr":"192.0.2.53","dst_port":"5300","proto":"UDP"`, "192.0.2.53:5300 udp ipv4"},
		{`"dst_addr":"192.0.2.53","dst_port":853,"proto":"tcp"`, "192.0.2.53:853 tcp ipv4"},
		{`"dst_addr":"192.0.2.53","dst_port":"65536"`, "192.0.2.53:53 udp ipv4"},
		{`"dst_addr":"2001:DB8::53","af":"6"`, "[2001:db8::53]:53 udp ipv6"},
		{`"dst_addr":"fe80::1%eth0","af":6`, "invalid AddrPort udp ipv6"},
		{`"dst_addr":null,"pf":4`, "invalid AddrPort udp ipv4"},
		{`"dst_addr":["192.0.2.53"],"lts":"601"`, "invalid AddrPort udp  unsynced"},
		{`"name":"k.example","lts":-1`, "invalid AddrPort udp  unsynced k.example"},
		{`"dst_name":"k.example","name":"old","lts":600`, "invalid AddrPort udp  k.example"},
		{`"timestamp":"1800000000","prb_id":"7","fw":"4570","lts":null`, "invalid AddrPort udp "},
		{`"timestamp":1800000000.9`, "invalid AddrPort udp "},
		{`"resultset":null,"error":null`, "invalid AddrPort udp "},

		{`"resultset":[]`, "undecodable"},
		{`"sslvers":"OpenSSL 3.0","proto":"TCP"`, "undecodable"},
		{`"proto":"QUIC"`, "undecodable"},
		{`"type":"ping"`, "undecodable"},
		{`"type":null`, "undecodable"},
		{`"prb_id":0`, "undecodable"},
		{`"prb_id":-7`, "undecodable"},
		{`"prb_id":1e300`, "undecodable"},
		{`"timestamp":0`, "undecodable"},
		{`"timestamp":"noon"`, "undecodable"},
		{`"timestamp":1e18`, "undecodable"},
		{`"result":null`, "undecodable"},
		{`"result":[]`, "undecodable"},
		{`"result":{"rt":null}`, "undecodable"},
	} {
		// Of two members with one name the last counts, but objects are merged.
		text := "{" + base + "," + c.more + "}"
		if strings.HasPrefix(c.more, `"result"`) {
			text = `{"type":"dns","msm_id":1,"prb_id":7,"timestamp":1800000000,` + c.more + "}"
		}
		r, err := parsed(t, []byte(text))
		got := "undecodable"
		if err == nil {
			got = fmt.Sprintf("%v %v %v", r.Addr, r.Transport, r.Family)
			if r.Unsynced {
				got += " unsynced"
			}
			if r.Name != "" {
				got += " " + r.Name
			}
			if !r.Sent.Equal(asked) || r.Probe != 7 || r.Result != observation.Success {
				t.Errorf("%s: %+v", c.more, r)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.more, got, c.want)
		}
	}
	for _, text := range []string{"", "null", "7", `"x"`, "[]", "{", "<html>", "{}", "{}{}", `{"type":"dns"`, "\x00"} {
		if r, err := parsed(t, []byte(text)); !errors.Is(err, ErrUndecodable) {
			t.Errorf("%q: %+v, %v", text, r, err)
		}
	}
}

// TestParseTimes: what of them is the query's.
func TestParseTimes(t *testing.T) {
	for _, c := range []struct {
		proto, times   string
		query, connect time.Duration
	}{
		{"UDP", `"rt":12.345`, 12345 * time.Microsecond, 0},
		{"UDP", `"rt":"12.345"`, 12345 * time.Microsecond, 0},
		{"UDP", `"rt":12.345,"qt":1`, 12345 * time.Microsecond, 0},
		{"UDP", `"rt":-1`, 0, 0},
		{"UDP", `"rt":1e12`, 0, 0},
		{"UDP", `"size":100`, 0, 0},
		{"TCP", `"rt":30.5,"qt":10.25`, 10250 * time.Microsecond, 20250 * time.Microsecond},
		{"TCP", `"rt":30.5`, 0, 0}, // connecting is in it
		{"TCP", `"rt":10,"qt":10`, 10 * time.Millisecond, 0},
		{"TCP", `"rt":5,"qt":10`, 10 * time.Millisecond, 0},
	} {
		r, err := parsed(t, fmt.Appendf(nil, `{"type":"dns","msm_id":1,"prb_id":7,"timestamp":1800000000,"proto":%q,"result":{%s}}`, c.proto, c.times))
		if err != nil || r.RTT != c.query || r.Connect != c.connect {
			t.Errorf("%s %s: %v after %v, %v", c.proto, c.times, r.RTT, r.Connect, err)
		}
	}
}

// TestParseKey: equal for what came again, with what the back end adds, and different for all else.
func TestParseKey(t *testing.T) {
	reply := atlastest.Named("hostname.bind", "lhr1", nil)
	key := func(edit func(*atlastest.Result)) uint64 {
		r, err := parsed(t, of(func(r *atlastest.Result) { r.Reply = reply; edit(r) }).Line())
		if err != nil {
			t.Fatal(err)
		}
		return r.Key
	}
	one := key(func(*atlastest.Result) {})
	if again := key(func(r *atlastest.Result) { r.Late = time.Hour }); again != one {
		t.Error("a result that was stored later is another one")
	}
	for name, edit := range map[string]func(*atlastest.Result){
		"measurement": func(r *atlastest.Result) { r.Measurement++ },
		"probe":       func(r *atlastest.Result) { r.Probe++ },
		"second":      func(r *atlastest.Result) { r.At = r.At.Add(time.Second) },
		"address":     func(r *atlastest.Result) { r.Addr = kRoot6 },
		"transport":   func(r *atlastest.Result) { r.TCP = true },
		"time":        func(r *atlastest.Result) { r.RTT++; r.RTT += time.Microsecond },
		"reply":       func(r *atlastest.Result) { r.Reply = atlastest.Named("hostname.bind", "lhr2", nil) },
		"error":       func(r *atlastest.Result) { r.Reply, r.Error = nil, `{"timeout":5000}` },
		"other error": func(r *atlastest.Result) { r.Reply, r.Error = nil, `{"timeout":5001}` },
	} {
		if key(edit) == one {
			t.Errorf("a result with another %s is the same", name)
		}
	}
}
