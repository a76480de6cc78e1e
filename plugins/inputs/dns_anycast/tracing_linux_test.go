//go:build linux && !portable

package dns_anycast

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestTracedBesideRounds: from the first round on a target's path is traced once, and told between
// rounds: the path, then its hops.
func TestTracedBesideRounds(t *testing.T) {
	d := newAsking(t, []string{play(t, "127.0.0.1", "lhr1.example").At()}, func(d *DNSAnycast) {
		d.Trace, d.Transports = "change", []string{"udp"}
	})
	defer d.Close(context.Background())
	var lines []string
	write := func(b []byte) {
		if strings.HasPrefix(string(b), "dns_anycast_path,") || strings.HasPrefix(string(b), "dns_anycast_hop,") {
			lines = append(lines, string(b))
		}
	}
	d.RoundLines(context.Background(), write)
	select {
	case <-d.Traced():
	case <-time.After(10 * time.Second):
		t.Fatal("no path was traced")
	}
	d.TraceLines(write)
	d.RoundLines(context.Background(), write)
	d.TraceLines(write)
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "dns_anycast_path,") ||
		!strings.Contains(lines[0], "instance=lhr1.example,") ||
		!strings.Contains(lines[0], `hops=1i,last_hop=1i,path="127.0.0.1"`) ||
		!strings.Contains(lines[1], `,hop=01,`) {
		t.Errorf("%q", lines)
	}
}
