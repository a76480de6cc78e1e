package levels

import (
	"fmt"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// month is what is kept of a month, as continuous queries write it.
type month struct{ slo, changes []string }

var october = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// row is what a month is judged by; without a zone by its identity.
type row struct{ zone, address, transport string }

func (r row) tags() string {
	tags := "cloud=c,server=ns.example.net,transport=" + r.transport
	if r.address != "" {
		tags += ",family=ipv4,address=" + r.address
	}
	if r.zone != "" {
		tags += ",zone=" + r.zone
	}
	return tags
}

// minutes are so many from a moment on.
func (m *month) minutes(r row, from time.Duration, n, asked, failed int) {
	m.counts("dns_anycast_minute", r.tags(), from, n, asked, failed)
}

func (m *month) service(zone, transport string, from time.Duration, n, asked, failed int) {
	m.counts("dns_anycast_service", fmt.Sprintf("transport=%s,zone=%s", transport, zone), from, n, asked, failed)
}

func (m *month) counts(measurement, tags string, from time.Duration, n, asked, failed int) {
	for i := range n {
		at := october.Add(from + time.Duration(i)*time.Minute)
		m.slo = append(m.slo, fmt.Sprintf("%s,%s asked=%di,failed=%di %d", measurement, tags, asked, failed, at.UnixMilli()))
	}
}

// hour is one, by fields as they are stored: what was not counted is absent.
func (m *month) hour(measurement, tags string, from time.Duration, fields string) {
	m.slo = append(m.slo, fmt.Sprintf("%s,%s %s %d", measurement, tags, fields, october.Add(from).UnixMilli()))
}

// update is a point of a target of a zone.
func (m *month) update(host, cloud, zone string, from time.Duration, fields string) {
	m.changes = append(m.changes, fmt.Sprintf("dns_anycast_serial,host=%s,cloud=%s,server=ns.example.net,address=192.0.2.1,"+
		"family=ipv4,transport=udp,zone=%s %s %d", host, cloud, zone, fields, october.Add(from).UnixMilli()))
}

// seen is the dashboard over October, or as much of it as had gone by then.
func (m *month) seen(t *testing.T, db *stacktest.InfluxDB, to time.Duration) *dashboard {
	t.Helper()
	db.Make(t, "month")
	db.Keep(t, "month", "slo", m.slo)
	db.Keep(t, "month", "changes", m.changes)
	t.Cleanup(func() { db.Query(t, "month", `DROP DATABASE "month"`) })
	return &dashboard{
		View: grafana.View{DB: db, Database: "month", Window: grafana.Window{From: october, To: october.Add(to), Interval: time.Hour}},
		of:   grafana.OfUID(grafana.Dashboards(t), grafana.MonthUID),
	}
}

// dashboard is that of a month, and what it reads.
type dashboard struct {
	grafana.View
	of *grafana.Dashboard
}

// columns are those of all queries of a panel, by the tags that tell its rows apart: what a table shows before Grafana
// drops rows.
func (d *dashboard) columns(t *testing.T, title string, chosen grafana.Selection, tags ...string) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, q := range d.of.Titled(t, title).Targets {
		for _, r := range d.Rows(t, d.of, title, q.RefID, chosen) {
			name := ""
			for _, tag := range tags {
				name += fmt.Sprint(r[tag], " ")
			}
			if all[name] == nil {
				all[name] = map[string]any{}
			}
			for column, value := range r {
				if number, isNumber := value.(float64); isNumber && column != "time" {
					all[name][column] = number
				}
			}
		}
	}
	return all
}
