package alerts

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// window is how many probes of RIPE Atlas reach each site of an address, are answered by somebody else, or by nobody.
type window struct{ lhr, ams, foreign, muted int64 }

// forgotten is a site of which no point tells any longer.
const forgotten = -1

// usual is a window as most are.
var usual = window{lhr: 30, ams: 10, foreign: 2, muted: 1}

// askProbes judges a window in which probes reach both sites.
func (w *world) askProbes(t *testing.T) {
	t.Helper()
	a := stacktest.NewAtlas(t, stacktest.Alpha)
	lines := a.Window(t, "", stacktest.AtlasIPv4, time.Now(), func(probe int) string { return []string{"ams1", "lhr1"}[probe%2] })
	w.probes = append(stacktest.Only(lines, "dns_anycast_catchment"), stacktest.Only(lines, "dns_anycast_catchment_site")...)
	if len(w.probes) != 3 || !strings.Contains(w.probes[1], "site=AMS") && !strings.Contains(w.probes[2], "site=AMS") {
		t.Fatalf("%q: want a window and its two sites", w.probes)
	}
}

// at is how many reach the site of a point.
func (of window) at(point string) int64 {
	if strings.Contains(point, ",site=LHR") {
		return of.lhr
	}
	return of.ams
}

var share = regexp.MustCompile(`,share=[^, ]+`)

// read are the points of a window that a host has read.
func (w *world) read(age time.Duration, host, measurement string, of window) (lines []string) {
	named := of.lhr + max(0, of.ams)
	for _, p := range w.probes {
		if of.ams == forgotten && strings.Contains(p, ",site=AMS") {
			continue
		}
		for field, n := range map[string]int64{
			"probes": named + of.foreign + of.muted, "asked": named + of.foreign + of.muted, "answered": named + of.foreign,
			"named": named, "foreign": of.foreign, "timeout": of.muted - of.muted/2, "invalid": of.muted / 2,
		} {
			if strings.Contains(p, ",site=") {
				n = of.at(p)
			}
			p = with(field, n, p)
		}
		if p = share.ReplaceAllLiteralString(p, ""); named > 0 {
			p = strings.Replace(p, ",share_as=", fmt.Sprintf(",share=%v,share_as=", float64(of.at(p))/float64(named)), 1)
		}
		lines = append(lines, strings.Replace(p, "measurement_id=1001", "measurement_id="+measurement, 1))
	}
	return w.at(age, host, lines...)
}

// reading is windows that a host has read, of which those that began within a time are other ones. The
// newest began eleven minutes ago, or earlier.
type reading struct {
	host, measurement string
	since             time.Duration // how old the oldest window is
	until             time.Duration // and the newest
	before            window
	within            time.Duration
	now               window
	step              time.Duration // from one to the next; 0: five minutes
}

func (w *world) reads(all ...reading) points {
	return func() (lines []string) {
		for _, r := range all {
			r.until = max(r.until, 11*time.Minute)
			step := cmp.Or(r.step, 5*time.Minute)
			for age := r.until; age <= r.since; age += step {
				of := r.before
				if age <= r.within {
					of = r.now
				}
				lines = append(lines, w.read(age, r.host, r.measurement, of)...)
			}
		}
		return append(lines, w.seen(1, nil)()...)
	}
}

// twice is shifted, as two hosts have read it.
func twice(to window) []reading {
	other := shifted(to)
	other.host = stacktest.Far
	return []reading{shifted(to), other}
}

// shifted are other windows in the last 45 minutes of more than a week.
func shifted(to window) reading {
	return reading{stacktest.Near, "1001", 8 * 24 * time.Hour, 0, usual, 45 * time.Minute, to, 0}
}

func probesOf(rule string, sites ...string) (alerts []string) {
	about := []string{
		"cloud", stacktest.Alpha, "server", stacktest.AtlasServer, "address", stacktest.AtlasAddr4, "family", "ipv4",
	}
	if len(sites) == 0 {
		return []string{grafana.About(rule, about...)}
	}
	for _, site := range sites {
		alerts = append(alerts, grafana.About(rule, append(slices.Clone(about), "site", site)...))
	}
	return alerts
}

func (w *world) catchments() []situation {
	gone, shift := probesOf("probes-gone", "AMS"), probesOf("probes-shift", "LHR")
	foreign, muted := probesOf("probes-foreign"), probesOf("probes-muted")
	lost := window{lhr: 40, foreign: 2, muted: 1}
	of := func(name string, want []string, all ...reading) situation {
		return situation{"probes: " + name, w.reads(all...), want}
	}
	change := func(f func(r *reading)) reading {
		r := shifted(lost)
		f(&r)
		return r
	}
	bigger := func(n int64, of window) window {
		return window{n * of.lhr, n * of.ams, n * of.foreign, n * of.muted}
	}
	many := func(muted int64) reading {
		r := shifted(window{3000, 1000, 200, muted})
		r.before = window{3000, 1000, 200, 20}
		return r
	}
	zone := shifted(lost)
	zone.measurement = "1003"
	return []situation{
		of("as usual", nil, shifted(usual)),
		of("a site is lost", append(gone, shift...), shifted(lost)),
		of("a site is lost, as two hosts read", append(gone, shift...), twice(lost)...),
		of("a site is lost, as two measurements say", append(gone, shift...), shifted(lost), zone),
		of("a site is lost to one of two measurements", nil, shifted(usual), zone),
		of("a site was lost for one window", nil, change(func(r *reading) { r.within = 11 * time.Minute })),
		of("a site is lost for a day and a half", shift, change(func(r *reading) { r.within = 36 * time.Hour })),
		of("a site is lost, two hours after the first window", nil, change(func(r *reading) { r.since = 2 * time.Hour })),
		of("a site was lost, and nobody has read for hours", probesOf("probes-silent"), change(func(r *reading) { r.until, r.within = 4*time.Hour, 6*time.Hour })),
		of("a site is lost, and the plugin was started anew", append(gone, shift...), change(func(r *reading) {
			r.within, r.now.ams = 4*time.Hour, forgotten
		})),
		of("nobody has read for hours, of windows of six hours", nil, change(func(r *reading) {
			r.until, r.step, r.now = 7*time.Hour, 6*time.Hour, usual
		})),
		of("nobody has read for two days", nil, change(func(r *reading) { r.until, r.now = 50*time.Hour, usual })),
		of("nobody reads one of two measurements", nil, shifted(usual), func() reading {
			r := zone
			r.until, r.now = 5*time.Hour, usual
			return r
		}()),
		of("a site of four is lost", nil, change(func(r *reading) {
			r.before, r.now = window{lhr: 36, ams: 4, foreign: 2, muted: 1}, lost
		})),
		of("a site of five is lost", gone, change(func(r *reading) {
			r.before, r.now = window{lhr: 35, ams: 5, foreign: 2, muted: 1}, lost
		})),
		of("ten of forty move", probesOf("probes-shift", "AMS", "LHR"), shifted(window{20, 20, 2, 1})),
		of("nine of forty move", nil, shifted(window{21, 19, 2, 1})),
		of("two hundred of thousands move", probesOf("probes-shift", "AMS"), func() reading {
			r := shifted(window{2800, 1200, 200, 20})
			r.before = window{3000, 1000, 200, 20}
			return r
		}()),
		of("nine of forty move, as two hosts read", nil, twice(window{21, 19, 2, 1})...),
		of("somebody else answers nine, as two hosts read", nil, twice(window{25, 8, 9, 1})...),
		of("four get no answer, as two hosts read", nil, twice(window{27, 10, 2, 4})...),
		of("half of the probes are gone", nil, shifted(window{15, 5, 1, 1})),
		of("twice as many probes", nil, shifted(bigger(2, usual))),
		of("somebody else answers ten", foreign, shifted(window{24, 8, 10, 1})),
		of("somebody else answers nine", nil, shifted(window{25, 8, 9, 1})),
		of("somebody else answers ten, as always", nil, change(func(r *reading) {
			r.before, r.now = window{24, 8, 8, 1}, window{24, 8, 10, 1}
		})),
		of("five get no answer", muted, shifted(window{27, 9, 2, 5})),
		of("four get no answer", nil, shifted(window{27, 10, 2, 4})),
		of("five get no answer, where two never do", nil, change(func(r *reading) {
			r.before, r.now = window{29, 10, 2, 2}, window{27, 9, 2, 5}
		})),
		of("70 of 4,270 get no answer", nil, many(70)),
		of("90 of 4,290 get no answer", muted, many(90)),
		of("nobody gets an answer", muted, shifted(window{muted: 43})),
	}
}
