package prober

import (
	"errors"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// failureResult is the one place where an error becomes a result, with its cause.
func failureResult(err error) (observation.Result, string) {
	var said *exchange.ICMP
	if errors.As(err, &said) {
		return observation.Unreachable, said.Error()
	}
	var f *exchange.Failure
	if !errors.As(err, &f) {
		return observation.Local, err.Error()
	}
	switch f.Kind {
	case exchange.Unreachable:
		return observation.Unreachable, f.Cause
	case exchange.Invalid:
		return observation.Invalid, f.Cause
	case exchange.Local:
		return observation.Local, f.Cause
	}
	return observation.Timeout, f.Cause
}

// isTimeout reports whether nothing came in time.
func isTimeout(err error) bool {
	if err == nil { // as most often
		return false
	}
	var f *exchange.Failure
	return errors.As(err, &f) && f.Kind == exchange.Timeout
}
