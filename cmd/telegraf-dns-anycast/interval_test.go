//go:build unix

package main

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// TestExecdInterval: the plugin tells how far apart rounds are asked for, also where they take longer
// and are left out, and nothing before it was asked twice.
func TestExecdInterval(t *testing.T) {
	t.Parallel()
	const step = 250 * time.Millisecond
	for _, c := range []struct {
		name   string
		answer dnstest.Handler
		flags  []string
	}{
		{"newlines", named("lhr1"), nil},
		{"newlines, rounds of a second", silence, nil},
		{"ticks", named("lhr1"), []string{"--poll_interval", step.String()}},
		{"ticks, rounds of a second", silence, []string{"--poll_interval", step.String()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			stdout, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdout.Close()
			stdout.SetReadDeadline(time.Now().Add(6 * soon))
			p := startExecd(t, asking("1s", serve(t, "127.0.0.1:0", c.answer)), w, nil, c.flags...)
			if c.flags == nil {
				go writeEach(step, p.In)
			}
			got := intervals(t, stdout, 4)
			if got[0] != "" {
				t.Errorf("%q before it was asked twice", got[0])
			}
			var told []float64
			for _, text := range got[1:] {
				s, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Errorf("interval_s=%q", text)
				}
				told = append(told, s)
			}
			// A busy machine that wakes it late once spoils two of the three. A round takes four times as long.
			slices.Sort(told)
			if s := told[len(told)/2]; s < step.Seconds()/2 || s > 2*step.Seconds() {
				t.Errorf("interval_s=%q, but rounds are asked for each %s", got[1:], step)
			}
		})
	}
}

// writeEach writes a newline at each step until nobody reads.
func writeEach(step time.Duration, stdin *os.File) {
	for range time.Tick(step) {
		if _, err := stdin.WriteString("\n"); err != nil {
			return
		}
	}
}

// intervals returns interval_s of the first rounds, empty where it is absent.
func intervals(t *testing.T, stdout *os.File, rounds int) (all []string) {
	t.Helper()
	field := regexp.MustCompile(`,interval_s=[^, ]*`)
	for lines := bufio.NewScanner(stdout); len(all) < rounds; {
		if !lines.Scan() {
			t.Fatalf("only %d rounds: %v", len(all), lines.Err())
		}
		if line := lines.Text(); strings.HasPrefix(line, "dns_anycast_internal,") {
			_, value, _ := strings.Cut(field.FindString(line), "=")
			all = append(all, value)
		}
	}
	return all
}
