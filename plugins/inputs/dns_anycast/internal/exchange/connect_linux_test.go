package exchange

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// crowded listens and has no room for another connection: Linux drops what would set one up, and a
// client tries again after a second. free makes room for one.
func crowded(t *testing.T) (to netip.AddrPort, free func()) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil { // still means one
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	to = netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(name.(*unix.SockaddrInet4).Port))
	c, err := net.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return to, func() {
		if c, _, err := unix.Accept(fd); err == nil {
			t.Cleanup(func() { unix.Close(c) })
		}
	}
}

// TestSlowConnect: one deadline covers connecting and asking.
func TestSlowConnect(t *testing.T) {
	t.Parallel()
	const timeout = 1700 * time.Millisecond // longer than one second try takes, shorter than that and itself
	to, free := crowded(t)
	time.AfterFunc(300*time.Millisecond, free)
	outs, took := askTCP(t, lasting(timeout), to, "q")
	checkFailure(t, "slow", outs[0], &Failure{Timeout, ""})
	if outs[0].Connect < 900*time.Millisecond || took < timeout || took > timeout+900*time.Millisecond {
		t.Errorf("connected in %v, took %v", outs[0].Connect, took)
	}
	if since := outs[0].Sent.Sub(time.Now().Add(-took)); since < 900*time.Millisecond {
		t.Errorf("sent after %v", since)
	}
}

func TestNoConnection(t *testing.T) {
	t.Parallel()
	const timeout = 300 * time.Millisecond
	to, _ := crowded(t)
	outs, took := askTCP(t, lasting(timeout), to, "q")
	checkFailure(t, "crowded", outs[0], &Failure{Timeout, "no connection"})
	if outs[0].Connect != 0 || took < timeout || took > timeout+5000*time.Millisecond {
		t.Errorf("connected in %v, took %v", outs[0].Connect, took)
	}
}

func TestCancelConnecting(t *testing.T) {
	t.Parallel()
	to, _ := crowded(t)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	start := time.Now()
	TCP(ctx, netip.Addr{}, lasting(20*time.Second), to, word("q"), func(_ int, o Outcome) Query {
		t.Errorf("%+v", o)
		return nil
	})
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
