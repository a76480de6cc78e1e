//go:build !linux || portable

package trace

import (
	"context"
	"errors"
	"testing"
)

// TestUnsupported: where the system hands out no ICMP errors nothing is sent.
func TestUnsupported(t *testing.T) {
	to := serve(t, "127.0.0.1", answer)
	p, err := Trace{To: to, Hops: 30, Ask: queries()}.Path(context.Background())
	if Supported || !errors.Is(err, ErrUnsupported) || p.text() != "" {
		t.Errorf("supported %v: %v, %q", Supported, err, p.text())
	}
}
