package day

import (
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// catchments are windows of RIPE Atlas about alpha, of each family and of a zone: the probes of the Netherlands move from
// AMS to JNB over IPv4, and one is answered by somebody else.
func (s *scenario) catchments(t *testing.T) (lines []string) {
	t.Helper()
	a := stacktest.NewAtlas(t, stacktest.Alpha)
	for n := range 2 {
		at := s.Window.From.Add(time.Duration(1+3*n) * time.Second)
		dutch := []string{"ams1", "jnb1"}[n]
		lines = append(lines, a.Window(t, stacktest.Near, stacktest.AtlasIPv4, at, func(probe int) string { return inWindow(probe, dutch) })...)
		lines = append(lines, a.Window(t, stacktest.Near, stacktest.AtlasIPv6, at, func(probe int) string { return inWindow(probe, "ams1") })...)
		lines = append(lines, a.Serials(t, stacktest.Near, at, func(probe int) (uint32, string) {
			return []uint32{stacktest.OldSerial, stacktest.NewSerial}[min(n, probe/10)], "lhr1"
		})...)
	}
	return lines
}

func inWindow(probe int, dutch string) string {
	switch {
	case probe == 1:
		return "cpe"
	case probe == 2:
		return ""
	case probe > 20 && probe <= 30:
		return dutch
	}
	return "lhr1"
}
