//go:build linux

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// writeTable prints the rows of scenarios under each other.
func writeTable(w io.Writer, rows []row) {
	const head = "%-22s %32s %8s %9s %9s %8s\n"
	fmt.Fprintf(w, head, "", "|reported - wire| in µs", "", "CPU µs", "sweep", "peak")
	fmt.Fprintf(w, head, "", "p50        p99        max", "missed", "a probe", "ms", "MB")
	last := ""
	for _, r := range rows {
		if r.scenario != last {
			last = r.scenario
			fmt.Fprintf(w, "%s\n", last)
		}
		writeRow(w, r)
	}
}

func writeRow(w io.Writer, r row) {
	missed := "-"
	if r.probes > 0 {
		missed = thousands(r.missed)
	}
	line := fmt.Sprintf("  %-20s %10s %10s %10s %8s %9s %9s %8s", r.program,
		micro(r.quantile(0.5)), micro(r.quantile(0.99)), micro(r.quantile(1)), missed,
		figure(r.cpuEach()), figure(r.sweepMS()), figure(r.peakMB(), r.peak > 0))
	if r.invented > 0 {
		line += fmt.Sprintf("  (%s reported without an answer on the wire)", thousands(r.invented))
	}
	if r.unasked > 0 {
		line += fmt.Sprintf("  (%s of %s not asked)", thousands(r.unasked), thousands(r.probes))
	}
	fmt.Fprintln(w, line)
}

// writeBounds says how exact the truth is.
func writeBounds(w io.Writer, rows []row) {
	var all []time.Duration
	for _, r := range rows {
		all = append(all, r.widths...)
	}
	half, ok := quantile(all, 0.5)
	most, _ := quantile(all, 0.99)
	worst, _ := quantile(all, 1)
	if ok {
		fmt.Fprintf(w, "The wire knows the time of a query within %v (half of them), %v (99 %%), %v (all): 0.0 is what lies within.\n",
			half, most, worst)
	}
}

// writeExtrapolation says what the sequential loop would take where it is left out.
func writeExtrapolation(w io.Writer, rows results) {
	if r := rows.find(idle100, sequential.name); r != nil {
		if ms, ok := r.sweepMS(); ok {
			took := time.Duration(100 * ms * float64(time.Millisecond)).Round(time.Second)
			fmt.Fprintf(w, "The sequential loop would take %v for a round of 10,000.\n", took)
		}
	}
}

// figure has three digits or more.
func figure(v float64, ok bool) string {
	switch {
	case !ok:
		return "-"
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return thousands(int(v + 0.5))
}

// micro has one digit after the point where there are few before it: a wire's bounds are not closer.
func micro(v float64, ok bool) string {
	if ok && v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return figure(v, ok)
}

func thousands(n int) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
