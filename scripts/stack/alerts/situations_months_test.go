package alerts

import (
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// months are situations in which a month shows what vantage points see: one fault makes three alerts at most.
func (w *world) months() []situation {
	tags := func(server int) string {
		alert := w.of("address-dark", server)[0]
		return "cloud=" + tagValue.Replace(stacktest.Alpha) + ",server=" + w.servers[server].Addr + ",transport=udp,zone=" +
			tagValue.Replace(stacktest.Zone) + ",family=" + []string{"ipv4", "ipv6"}[server/2] + ",address=" + alertLabel(alert, "address")
	}
	dead := w.seen(3, func(_, _ int, s *sight) { s.answers[0], s.zones[0] = w.down[0], w.lost[0] })
	was := func(p points, from, to time.Duration) points {
		return func() []string {
			return slices.Concat(p(), minutes(w.now, tags(0), 10*time.Hour, from, 3, 0), minutes(w.now, tags(0), from, to, 3, 3),
				minutes(w.now, tags(0), to, 0, 3, 0), minutes(w.now, tags(3), 10*time.Hour, 0, 3, 0))
		}
	}
	both := slices.Concat(w.of("address-dark", 0), w.of("zone-not-served", 0))
	return []situation{
		{"an address is dead for half of an hour", was(dead, 30*time.Minute, 0), both},
		{"an address is dead for an hour", was(dead, time.Hour, 5*time.Minute), append(w.of("month-burning", 0), both...)},
		{"an address is dead for hours", was(dead, 8*time.Hour, 5*time.Minute), append(w.of("month-burning", 0), both...)},
		{"an address was dead for hours", was(w.seen(3, nil), 8*time.Hour, 3*time.Hour), w.of("month-half-gone", 0)},
	}
}

// parted tells points of a month, which slo keeps, from those that vantage points write.
func parted(lines []string) (written, slo, changes []string) {
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "dns_anycast_minute,"):
			slo = append(slo, line)
		case strings.Contains(line, " expected="):
			changes = append(changes, line)
		default:
			written = append(written, line)
		}
	}
	return written, slo, changes
}

// alertLabel is a label of an alert as grafana.About writes it.
func alertLabel(alert, name string) string {
	_, value, _ := strings.Cut(alert, name+"=")
	value, _, _ = strings.Cut(value, " ")
	return value
}
