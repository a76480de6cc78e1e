package exchange

import "syscall"

// Winsock has numbers of its own; package syscall's constants of these names are made up for
// Windows.
const (
	eAddrInUse    = syscall.Errno(10048)
	eAddrNotAvail = syscall.Errno(10049)
	eAFNoSupport  = syscall.Errno(10047)
	eConnRefused  = syscall.Errno(10061)
	eConnReset    = syscall.Errno(10054)
	eConnAborted  = syscall.Errno(10053)
	eHostUnreach  = syscall.Errno(10065)
	eNetUnreach   = syscall.Errno(10051)
	eNoBufs       = syscall.Errno(10055)
	eNoProtoOpt   = syscall.Errno(10042)
	eTimedOut     = syscall.Errno(10060)
)
