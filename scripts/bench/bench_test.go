//go:build linux

package main

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// wrong is by how much the rival "wrong" is off.
const wrong = time.Millisecond

// TestMain is also the processes that a scenario starts.
func TestMain(m *testing.M) {
	rivals["wrong"] = newWrong
	if len(os.Args) > 1 && modes[os.Args[1]] != nil {
		fail(1, modes[os.Args[1]](os.Args[2:]))
		return
	}
	os.Exit(m.Run())
}

// newWrong is a floor that adds to every time, misses the first server's answer, and has one from the last, which is
// dead.
func newWrong(servers []string, timeout time.Duration, out *lines) (func() error, error) {
	f, err := openFloor(servers)
	return func() error {
		if err := f.ask(timeout); err != nil {
			return err
		}
		for i := range f.came {
			f.came[i] += int64(wrong)
		}
		f.came[0] = 0
		f.came[len(servers)-1] = f.sent[len(servers)-1] + int64(wrong)
		f.write(out)
		return nil
	}, err
}

// TestScenario: the judge tells who is right and who is wrong.
func TestScenario(t *testing.T) {
	skiptest.Program(t, "ip", "iproute2")
	skiptest.Namespaces(t, nstest.Try(unix.CLONE_NEWNET))
	n, err := newNetwork()
	if err != nil {
		t.Fatal(err)
	}
	responder, err := startResponder(n.far)
	if err != nil {
		t.Fatal(err)
	}
	defer responder.Process.Kill()
	const rounds = 2
	s := scenario{
		targets: 10, classes: mixed, dead: true, timeout: 300 * time.Millisecond, cost: 1, exact: rounds,
		programs: []contestant{theFloor, {name: "wrong"}, sequential, dnsQuery},
	}
	rows, err := s.run(t.Context(), n, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		answers, missed, invented := 9*rounds, 0, 0
		least, most := time.Duration(0), time.Second
		switch r.program {
		case "floor":
			most = 100 * time.Microsecond
		case "wrong":
			answers, missed, invented = 8*rounds, rounds, rounds
			least, most = wrong-100*time.Microsecond, wrong+100*time.Microsecond
		}
		half, _ := quantile(r.errors, 0.5)
		if r.probes != 10*rounds || len(r.errors) != answers || half < least || half > most {
			t.Errorf("%s: %d of %d times judged, want %d; error p50 %v, want %v to %v", r.program, len(r.errors), r.probes, answers, half, least, most)
		}
		if r.missed != missed || r.invented != invented {
			t.Errorf("%s: %d missed, %d invented, want %d and %d", r.program, r.missed, r.invented, missed, invented)
		}
		if r.cpu <= 0 || r.cpu > time.Second || r.peak < 1e6 || len(r.sweep) != 1 || r.sweep[0] < s.timeout {
			t.Errorf("%s: CPU %v, sweep %v, peak %d", r.program, r.cpu, r.sweep, r.peak)
		}
	}
}
