package agenda

import "time"

// Each trace costs each router on its way one ICMP error, and all traces have the first routers in
// common. Linux sends one host six at once and then one a second (icmp_ratelimit); others are alike.
const (
	routersAllow = time.Second
	burst        = 6
)

// pace is a bucket of so many traces, which fills up again.
type pace struct {
	full time.Time // when it will be full again
}

// ready is when there is one in the bucket, which gains one in each interval.
func (p *pace) ready(interval time.Duration) time.Time {
	return p.full.Add(-(burst - 1) * interval)
}

// spend takes one out, also of an empty bucket.
func (p *pace) spend(now time.Time, interval time.Duration) {
	if p.full.Before(now) {
		p.full = now
	}
	if p.full = p.full.Add(interval); p.full.Sub(now) > burst*interval {
		p.full = now.Add(burst * interval)
	}
}
