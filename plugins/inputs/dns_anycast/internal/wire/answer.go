package wire

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// Answer is what an authentic reply said.
type Answer struct {
	Rcode        int    // 12 bits (RFC 6891, section 6.1.3)
	TXT          string // the identity as sent, any bytes: all strings of the TXT record that counts; "" when there is none
	NSID         string // the name server identifier as sent, any bytes (RFC 5001, section 2.3); "" when there is none
	ServerCookie string // to be sent back next time; empty when the server gave none
	ClassIN      bool   // the TXT record that counts is of class IN, not CH as was asked for
	Truncated    bool   // TC

	// To a query for an SOA record:
	Authoritative bool   // AA
	SOA           bool   // the answer section holds the zone's SOA record
	Referral      bool   // NOERROR and no answer, but the name servers of some zone (RFC 1034, section 4.3.2, step 3b)
	Serial        uint32 // of the SOA record
	Refresh       uint32 // of that record: s until a secondary asks by itself (RFC 1035, section 3.3.13)
}

// Response codes that decide what is asked next, or that are counted (RFC 1035, section 4.1.1; RFC
// 6891, section 9; RFC 7873, section 8).
const (
	RcodeNoError   = dns.RcodeSuccess
	RcodeFormErr   = dns.RcodeFormatError
	RcodeServFail  = dns.RcodeServerFailure
	RcodeNotImp    = dns.RcodeNotImplemented
	RcodeRefused   = dns.RcodeRefused
	RcodeBadVers   = dns.RcodeBadVers
	RcodeBadCookie = dns.RcodeBadCookie
)

// RcodeText returns the mnemonic of a response code, "OTHER" where none is assigned.
func RcodeText(rcode int) string {
	if rcode == dns.RcodeBadVers {
		return "BADVERS" // 16 is BADSIG as well, but in TSIG records alone (RFC 6895, section 2.3)
	}
	if s, ok := dns.RcodeToString[rcode]; ok {
		return s
	}
	return "OTHER"
}

func (q *Query) parse(m *dns.Msg, opt *dns.OPT) Answer {
	a := Answer{Rcode: m.Rcode, Truncated: m.Truncated}
	if q.SOA {
		a.zone(m, q.Name)
	} else {
		a.TXT, a.ClassIN = identity(m.Answer, q.Name)
	}
	if opt == nil {
		return a
	}
	for _, o := range opt.Option {
		if n, ok := o.(*dns.EDNS0_NSID); ok {
			b, _ := hex.DecodeString(n.Nsid) // the codec wrote this hex itself
			a.NSID = string(b)
			break
		}
	}
	return a
}

// zone reads what the message says of a zone: an SOA record of another name or class is none.
func (a *Answer) zone(m *dns.Msg, name string) {
	a.Authoritative = m.Authoritative
	for _, rr := range m.Answer {
		if soa, ok := rr.(*dns.SOA); ok && soa.Hdr.Class == dns.ClassINET && strings.EqualFold(soa.Hdr.Name, name) {
			a.SOA, a.Serial, a.Refresh = true, soa.Serial, soa.Refresh
			return
		}
	}
	isNS := func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeNS }
	a.Referral = m.Rcode == dns.RcodeSuccess && len(m.Answer) == 0 && slices.ContainsFunc(m.Ns, isNS)
}

// identity joins the strings of the TXT record at name that counts: class CH before IN, which old
// dnsdist answers with, then the order of the bytes, since the records of a set come in any order
// (RFC 2181, section 5). A CNAME leads nowhere here: what it points to was not asked for.
func identity(answer []dns.RR, name string) (text string, classIN bool) {
	found := false
	for _, rr := range answer {
		txt, ok := rr.(*dns.TXT)
		if !ok || !strings.EqualFold(txt.Hdr.Name, name) {
			continue
		}
		in := txt.Hdr.Class == dns.ClassINET
		if !in && txt.Hdr.Class != dns.ClassCHAOS || found && in && !classIN {
			continue
		}
		if joined := Unescape(strings.Join(txt.Txt, "")); !found || in != classIN || joined < text {
			text, classIN, found = joined, in, true
		}
	}
	return text, classIN
}

// Unescape undoes the codec's presentation form (RFC 1035, section 5.1): \DDD and \X.
func Unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			b = append(b, s[i])
		case i+3 < len(s) && digit(s[i+1]) && digit(s[i+2]) && digit(s[i+3]):
			b = append(b, (s[i+1]-'0')*100+(s[i+2]-'0')*10+(s[i+3]-'0'))
			i += 3
		case i+1 < len(s):
			i++
			b = append(b, s[i])
		}
	}
	return string(b)
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
