//go:build !linux || portable

package prober

import (
	"context"
	"testing"
)

// TestTraceUnsupported: the path says why it is empty.
func TestTraceUnsupported(t *testing.T) {
	p, _ := newTestProber(t, asIs, server("127.0.0.1:53"))
	path := p.Trace(context.Background(), 0, 30)
	if path.Cause != "this system hands out no ICMP errors" || len(path.Hops) != 0 || path.Reached {
		t.Errorf("%+v", path)
	}
}
