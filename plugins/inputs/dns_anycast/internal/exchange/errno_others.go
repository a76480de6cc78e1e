//go:build !windows

package exchange

import "syscall"

const (
	eAddrInUse    = syscall.EADDRINUSE
	eAddrNotAvail = syscall.EADDRNOTAVAIL
	eAFNoSupport  = syscall.EAFNOSUPPORT
	eConnRefused  = syscall.ECONNREFUSED
	eConnReset    = syscall.ECONNRESET
	eConnAborted  = syscall.ECONNABORTED
	eHostUnreach  = syscall.EHOSTUNREACH
	eNetUnreach   = syscall.ENETUNREACH
	eNoBufs       = syscall.ENOBUFS
	eNoProtoOpt   = syscall.ENOPROTOOPT
	eTimedOut     = syscall.ETIMEDOUT
)
