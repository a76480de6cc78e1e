//go:build unix

package dns_anycast

import (
	"net"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// serve plays a name server over UDP and TCP at ip until the test ends.
func serve(t *testing.T, ip string, h dnstest.Handler) *dnstest.Server {
	t.Helper()
	return dnstest.Serve(t, h, h, net.JoinHostPort(ip, "0"))
}
