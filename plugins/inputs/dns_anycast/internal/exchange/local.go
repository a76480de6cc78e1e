package exchange

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"syscall"
)

// route is an address to ask and the local address to ask from, which is invalid where the system
// chooses.
type route struct {
	source netip.Addr
	to     netip.AddrPort
}

func (r route) family() string {
	if r.to.Addr().Is6() {
		return "IPv6"
	}
	return "IPv4"
}

// noInterface tells that the interface of a link-local address is not there: the kernel would take
// any other one.
func (r route) noInterface() *Failure {
	zone := r.to.Addr().Zone()
	if zone == "" {
		return nil
	}
	_, err := net.InterfaceByName(zone)
	if index, e := strconv.Atoi(zone); err != nil && e == nil {
		_, err = net.InterfaceByIndex(index)
	}
	var errno syscall.Errno
	switch {
	case err == nil:
		return nil
	case errors.As(err, &errno):
		return localFailure(err, r)
	}
	return &Failure{Local, "no interface " + zone + " on this host"}
}

// localFailure tells why this host could not ask. It is called with errors of bind, send and the
// route look-up alone: there EAGAIN means that the ports are used up, and nothing is a timeout.
func localFailure(err error, r route) *Failure {
	cause := ""
	switch {
	case is(err, syscall.EMFILE, syscall.ENFILE):
		cause = "no free file descriptor"
	case is(err, eAddrInUse, syscall.EAGAIN):
		cause = "no free local port"
	case is(err, eNoBufs, syscall.ENOMEM):
		cause = "no buffer space on this host"
	case is(err, eAddrNotAvail) && bound(err) && r.source.IsValid():
		cause = "source address " + r.source.String() + " is not on this host"
		if r.hasSource() {
			cause = "source address " + r.source.String() + " may not be usable yet: tentative, or a duplicate"
		}
	case is(err, eNetUnreach, eHostUnreach, eAddrNotAvail, eAFNoSupport):
		cause = "no " + r.family() + " route from this host"
	case is(err, syscall.EPERM, syscall.EACCES):
		cause = "not permitted by this host"
	case is(err, syscall.EINVAL):
		cause = plain(err) + " (a blackhole route?)" // Linux says no more than that
	default:
		cause = plain(err)
	}
	return &Failure{Local, cause}
}

// hasSource reports whether the source address is one of this host: that it cannot be bound all the
// same is what IPv6 does until nobody else on the link is known to have it, or for good where
// somebody has (RFC 4862, section 5.4).
func (r route) hasSource() bool {
	list := net.InterfaceAddrs
	if i, err := net.InterfaceByName(r.source.Zone()); err == nil {
		list = i.Addrs
	}
	addrs, err := list()
	source := r.source.WithZone("")
	return err == nil && slices.ContainsFunc(addrs, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr() == source
	})
}

// bound reports whether err is bind's word, not send's.
func bound(err error) bool { return of(err, "bind") }

// of reports whether err is the word of a system call.
func of(err error, call string) bool {
	var e *os.SyscallError
	return errors.As(err, &e) && e.Syscall == call
}

func is(err error, any ...syscall.Errno) bool {
	for _, e := range any {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// plain is the system's own text, without the addresses and layers that package net puts around it.
func plain(err error) string {
	var e syscall.Errno
	if errors.As(err, &e) {
		return e.Error()
	}
	return err.Error()
}
