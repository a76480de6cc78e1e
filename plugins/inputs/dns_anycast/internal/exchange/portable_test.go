//go:build !linux || portable

package exchange

import (
	"testing"
	"time"
)

// TestClosedPort: where the system hands out no ICMP, a closed port is a timeout.
func TestClosedPort(t *testing.T) {
	for _, ip := range loopbacks() {
		outs, _ := askUDP(t, lasting(100*time.Millisecond), []Datagram{datagram("q", closedAt(ip))})
		checkFailure(t, ip, outs[0], &Failure{Timeout, ""})
	}
}
