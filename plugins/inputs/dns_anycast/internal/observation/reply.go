package observation

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"

// Reply is an authentic reply, and the instance that it names.
type Reply struct {
	wire.Answer
	Question string   // the name it answers, as it was asked for without the final dot
	Identity Identity // the zero value: it names no instance
	NSIDText string   // the printable form of NSID, at most FieldSize bytes
}

// NewReply reads from an answer to question which instance it names. TXT wins over NSID: it was
// asked for, while an NSID is hop by hop (RFC 5001, section 2.4).
func NewReply(a wire.Answer, question string) Reply {
	r := Reply{Answer: a, Question: question, NSIDText: Printable(a.NSID, FieldSize)}
	if r.Identity = Identify(a.TXT, question); r.Identity.Name == "" {
		r.Identity = Identify(a.NSID, SourceNSID)
	}
	return r
}

// Names reports whether the reply names its instance.
func (r *Reply) Names() bool { return r.Identity.Name != "" }
