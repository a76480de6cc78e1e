//go:build linux

package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

func TestLab(t *testing.T) {
	t.Parallel()
	s := startControlled(t, build(t))
	v := vantagePoint{nstest.NewThread(), s.vantage}

	t.Run("nearest", func(t *testing.T) {
		v.expect(t, "LHR1", "LHR1")
		v.expectAway(t, 5*time.Millisecond)
	})
	t.Run("withdraw and announce", func(t *testing.T) {
		s.tell(t, "withdraw lhr1")
		v.expect(t, "ARN1", "ARN1")
		v.expectAway(t, 20*time.Millisecond)
		s.tell(t, "withdraw arn1")
		v.expect(t, "YYZ1", "YYZ1")
		v.expectAway(t, 60*time.Millisecond)
		s.tell(t, "announce arn1")
		v.expect(t, "ARN1", "ARN1")
		s.tell(t, "announce lhr1")
		v.expect(t, "LHR1", "LHR1")
	})
	t.Run("one family", func(t *testing.T) {
		s.tell(t, "withdraw lhr1 6")
		v.expect(t, "LHR1", "ARN1")
		s.tell(t, "withdraw lhr1 4")
		s.tell(t, "announce lhr1 6")
		v.expect(t, "ARN1", "LHR1")
		s.tell(t, "announce lhr1 4")
		v.expect(t, "LHR1", "LHR1")
	})
	t.Run("kill and start", func(t *testing.T) {
		s.tell(t, "kill lhr1")
		v.expect(t, "", "")
		s.tell(t, "start lhr1")
		v.expect(t, "LHR1", "LHR1")
	})
	t.Run("delay", func(t *testing.T) {
		s.tell(t, "delay lhr1 40ms")
		v.expectAway(t, 40*time.Millisecond)
		s.tell(t, "delay lhr1 0s")
		v.expectAway(t, 0)
	})
	t.Run("publish", func(t *testing.T) {
		s.tell(t, "publish 7 arn1 yyz1")
		s.tell(t, "publish 4294967295")
		s.tell(t, "publish 1")
	})
	t.Run("nowhere to go", func(t *testing.T) {
		for _, site := range []string{"yyz1", "arn1", "lhr1"} {
			s.tell(t, "withdraw "+site)
		}
		v.expect(t, "", "")
		for _, site := range []string{"yyz1", "arn1", "lhr1"} {
			s.tell(t, "announce "+site)
		}
		v.expect(t, "LHR1", "LHR1")
	})
	t.Run("ecmp", func(t *testing.T) {
		s.tell(t, "ecmp on")
		first := v.sites(t)
		expectBoth(t, first)
		for family, sites := range v.sites(t) {
			if !slices.Equal(sites, first[family]) {
				t.Errorf("%s: the same source ports see other sites:\n%v\n%v", service[family], first[family], sites)
			}
		}
		s.tell(t, "ecmp off")
		v.expect(t, "LHR1", "LHR1")
	})
	t.Run("a wrong command", func(t *testing.T) {
		if got := s.ask(t, "kill\n"); !strings.HasPrefix(got, "error ") {
			t.Errorf("answer %q", got)
		}
	})
	t.Run("end", func(t *testing.T) {
		s.In.Close()
		s.expectEnd(t)
	})
}

func expectBoth(t *testing.T, seen [2][]string) {
	t.Helper()
	for family, sites := range seen {
		if names := slices.Compact(slices.Sorted(slices.Values(sites))); !slices.Equal(names, []string{"ARN1", "LHR1"}) {
			t.Errorf("%s: 40 source ports see %v", service[family], names)
		}
	}
}

// Two at once: one for a person, told from elsewhere, and one that dies suddenly.
func TestLabs(t *testing.T) {
	t.Parallel()
	binary := build(t)
	person := startForPerson(t, binary)
	dies := startControlled(t, binary, "--ecmp", "--delay", "1ms,2ms,3ms")
	v := vantagePoint{nstest.NewThread(), person.vantage}

	expectBoth(t, vantagePoint{nstest.NewThread(), dies.vantage}.sites(t))
	dies.Cmd.Process.Kill()
	dies.expectNothingLeft(t)

	do := func(words ...string) (string, error) {
		return output(command(t, binary, append([]string{"do", "--lab", person.name}, words...)...))
	}
	if out, err := do("withdraw", "lhr1", "4"); err != nil || out != "ok\n" {
		t.Errorf("do: %q, %v", out, err)
	}
	v.expect(t, "ARN1", "LHR1")
	if out, err := do("start", "lhr1"); err == nil || !strings.Contains(err.Error(), "the server of lhr1 runs") {
		t.Errorf("start of a server that runs: %q, %v", out, err)
	}
	person.interrupt(t)
	person.expectEnd(t)
	if out, err := do("withdraw", "lhr1"); err == nil || !strings.Contains(err.Error(), "no lab runs") {
		t.Errorf("do without a lab: %q, %v", out, err)
	}
}
