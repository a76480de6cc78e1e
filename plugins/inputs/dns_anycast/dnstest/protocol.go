package dnstest

// Numbers of the protocol, RFC 1035 section 4.1.1 and 3.2, RFC 5001, RFC 7873.
const (
	QR     = 0x8000
	AA     = 0x0400
	TC     = 0x0200
	Notify = 4 << 11 // an opcode

	IN = 1
	CH = 3

	A     = 1
	NS    = 2
	CNAME = 5
	SOA   = 6
	TXT   = 16
	AAAA  = 28

	NSID   = 3 // options
	Cookie = 10

	FormErr   = 1 // rcodes
	ServFail  = 2
	NXDomain  = 3
	Refused   = 5
	BadVers   = 16
	BadCookie = 23
)
