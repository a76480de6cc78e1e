package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// shown is a row of a table: a query for who answers, with what the same target said of its zones; or such a query
// alone, of a reference address.
type shown struct {
	point  telegraf.Metric
	zones  []telegraf.Metric
	newest map[string]uint32 // serial of each zone in this round
}

// targets are the rows of a round, references last.
func (r *round) targets() (all []shown) {
	zones, newest := map[targetKey][]telegraf.Metric{}, map[string]uint32{}
	for _, m := range r.zones {
		zones[keyOf(m)] = append(zones[keyOf(m)], m)
		zone := tag(m, "zone")
		if n, ok := serialOf(m); ok && !isFailure(m) {
			if newer, known := newest[zone]; !known || dns_anycast.NewerSerial(n, newer) {
				newest[zone] = n
			}
		}
	}
	for _, m := range r.queries {
		all = append(all, shown{m, zones[keyOf(m)], newest})
	}
	for _, m := range r.zones {
		if tag(m, "cloud") == "reference" {
			all = append(all, shown{m, []telegraf.Metric{m}, newest})
		}
	}
	return all
}

func serialOf(m telegraf.Metric) (serial uint32, ok bool) {
	v, _ := m.GetField("serial")
	n, ok := v.(int64)
	return uint32(n), ok
}

// points are those of the rows.
func (r *round) points() (all []telegraf.Metric) {
	for _, t := range r.targets() {
		all = append(all, t.point)
	}
	return all
}

// targetKey is one address and transport; a name without an address has none.
type targetKey struct{ cloud, server, address, transport string }

func keyOf(m telegraf.Metric) targetKey {
	return targetKey{tag(m, "cloud"), tag(m, "server"), tag(m, "address"), tag(m, "transport")}
}

func (t shown) serials() string {
	return t.each(func(m telegraf.Metric) string {
		if serial, ok := serialOf(m); ok {
			return fmt.Sprint(serial)
		}
		return ""
	})
}

// lags are how late serials are. The first round that sees a newer one cannot say since when it is there.
func (t shown) lags() string {
	return t.each(func(m telegraf.Metric) string {
		v, _ := m.GetField("serial_lag_s")
		seconds, ok := v.(float64)
		if !ok {
			return ""
		}
		lag := time.Duration(seconds * float64(time.Second)).Round(time.Second)
		if serial, _ := serialOf(m); lag == 0 && dns_anycast.NewerSerial(t.newest[tag(m, "zone")], serial) {
			return "behind"
		}
		return lag.String()
	})
}

// each joins what is known of zones, which bear their names where there are several.
func (t shown) each(of func(telegraf.Metric) string) string {
	var texts []string
	for _, m := range t.zones {
		text := of(m)
		if text == "" {
			continue
		}
		if len(t.zones) > 1 || tag(t.point, "zone") != "" {
			text = tag(m, "zone") + " " + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// outcome is the query's, and that of each zone that is not served.
func (t shown) outcome() string {
	texts := []string{outcome(t.point)}
	for _, m := range t.unserved() {
		texts = append(texts, fmt.Sprintf("zone %s: %s", tag(m, "zone"), withRcode(m, outcome(m))))
	}
	return strings.Join(texts, "; ")
}

// unserved are the zones that are not served, beside a query for who answers.
func (t shown) unserved() (zones []telegraf.Metric) {
	if tag(t.point, "zone") != "" {
		return nil
	}
	for _, m := range t.zones {
		if isFailure(m) {
			zones = append(zones, m)
		}
	}
	return zones
}

// withRcode adds the rcode to what is said of a result where it says more.
func withRcode(m telegraf.Metric, text string) string {
	if tag(m, "result") != "rcode_error" {
		return text
	}
	return text + " " + tag(m, "rcode")
}

// failed reports whether the query, or that for a zone of the same target, has failed.
func (t shown) failed() bool { return isFailure(t.point) || slices.ContainsFunc(t.zones, isFailure) }

// shade is green for a name, yellow for another answer, red for none, and for what should not be.
func (t shown) shade() string {
	m := t.point
	switch {
	case tag(m, "result") == "success" && !t.failed():
		return green
	case tag(m, "result") == "success", isUnexpected(m), m.Name() == "dns_anycast_soa", !isAnswered(m):
		return red
	}
	return yellow
}

// outcome is the result, with its cause.
func outcome(m telegraf.Metric) string {
	text := tag(m, "result")
	if cause, ok := m.GetField("error"); ok {
		text += fmt.Sprintf(": %s", cause)
	}
	if isUnexpected(m) {
		text += ", not expected"
	}
	return text
}
