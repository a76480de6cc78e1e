//go:build !portable

package dns_anycast

import (
	"net"
	"testing"
)

// TestNoBroadcast: an address that stands for a whole network is not asked. Loopback has one: 127.255.255.255.
func TestNoBroadcast(t *testing.T) {
	t.Parallel()
	c, err := net.ListenPacket("udp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	came := make(chan net.Addr, 1)
	go func() {
		if _, from, err := c.ReadFrom(make([]byte, 1)); err == nil {
			came <- from
		}
	}()
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	at := net.JoinHostPort("127.255.255.255", port)
	d := newAsking(t, []string{at}, func(d *DNSAnycast) { d.Transports, d.Timeout = []string{"udp"}, hostileTimeout/4 })
	for key, m := range pointsOf(t, d) {
		checkUnasked(t, m, key, "local", "not permitted by this host")
	}
	select {
	case from := <-came:
		t.Errorf("a query came from %v", from)
	default:
	}
}
