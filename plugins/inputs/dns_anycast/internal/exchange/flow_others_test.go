//go:build !linux || portable

package exchange

import (
	"errors"
	"net/netip"
	"testing"
)

func TestNoFlow(t *testing.T) {
	if f, err := OpenFlow(netip.Addr{}, closedAt("127.0.0.1")); f != nil || !errors.Is(err, ErrNoICMP) {
		t.Errorf("%v, %v", f, err)
	}
}
