package report

import (
	"strconv"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

func (p *page) services(r *levels.Report) {
	var rows [][]string
	for _, s := range r.Services {
		rows = append(rows, []string{
			s.Zone, strings.Join(s.Clouds, ", "), s.Transport, integer(s.DownMinutes), integer(s.DownNetMinutes),
			met(s.DownMet), integer(s.CountedMinutes), integer(s.Inconclusive),
			percent(s.WithinShare), met(s.WithinMet), strconv.Itoa(s.Tests),
		})
	}
	p.table("Services", []string{
		"zone", "clouds", "transport", "minutes down:", "net:", "down", "counted:", "inconclusive:",
		"within level:", "time", "tests:",
	}, rows)
}

func (p *page) addresses(r *levels.Report) {
	if r.Profile == levels.RSSAC047 {
		p.rssac047(r)
		return
	}
	var rows [][]string
	for _, a := range r.Addresses {
		rows = append(rows, append(target(a), integer(a.DownMinutes), integer(a.DownNetMinutes), met(a.DownMet),
			percent(a.Availability), integer(a.CountedMinutes), integer(a.Inconclusive), percent(a.WithinShare),
			decimal(a.MedianMS), strconv.Itoa(a.Tests), strconv.Itoa(a.NotAskedTests)))
	}
	p.table("Addresses", append(targetColumns(), "minutes down:", "net:", "down", "availability:", "counted:",
		"inconclusive:", "within level:", "median ms:", "tests:", "not asked:"), rows)
}

func (p *page) rssac047(r *levels.Report) {
	var rows [][]string
	for _, a := range r.Addresses {
		rows = append(rows, append(target(a), percent(a.Availability), met(a.AvailabilityMet), integer(a.NoErrorTests),
			strconv.Itoa(a.Tests), strconv.Itoa(a.NotAskedTests), decimal(a.MedianMS), met(a.MedianMet)))
	}
	p.table("Addresses", append(targetColumns(), "availability:", "level", "NOERROR:", "tests:", "not asked:",
		"median ms:", "time"), rows)
}

func targetColumns() []string {
	return []string{"cloud", "zone", "server", "address", "family", "transport", "query"}
}

func target(a levels.AddressRow) []string {
	return []string{a.Cloud, a.Zone, a.Server, a.Address, a.Family, a.Transport, a.Query}
}

func (p *page) updates(r *levels.Report) {
	var rows [][]string
	for _, u := range r.Updates {
		row := []string{u.Zone, strings.Join(u.Clouds, ", "), strconv.Itoa(u.Updates)}
		if r.Profile == levels.RSSAC047 {
			row = append(row, decimal(u.MedianS), met(u.MedianMet))
		} else {
			row = append(row, integer(u.UnknownUpdates), percent(u.WithinShare), met(u.WithinMet))
		}
		rows = append(rows, row)
	}
	columns := []string{"zone", "clouds", "updates:", "unknown:", "within 60 min:", "level"}
	if r.Profile == levels.RSSAC047 {
		columns = []string{"zone", "clouds", "updates:", "median s:", "level"}
	}
	p.table("Updates", columns, rows)
}

func (p *page) incidents(r *levels.Report) {
	var rows [][]string
	for _, i := range r.Incidents {
		rows = append(rows, []string{
			i.Of, i.Cloud, i.Zone, i.Server, i.Address, i.Transport, dateTime(i.From), dateTime(i.To),
			strconv.Itoa(i.DownMinutes), strconv.Itoa(i.DownNetMinutes), percent(&i.FailedShare),
		})
	}
	p.table("Incidents", []string{
		"of", "cloud", "zone", "server", "address", "transport", "from", "to", "minutes down:", "net:", "failed:",
	}, rows)
}

func (p *page) vantagePoints(r *levels.Report) {
	var rows [][]string
	for _, v := range r.VantagePoints {
		rows = append(rows, []string{
			v.Host, strconv.Itoa(v.Tests), strconv.Itoa(v.TestedMinutes), percent(v.Completeness),
			minute(v.First), minute(v.Last),
		})
	}
	p.table("Vantage points", []string{"host", "tests:", "minutes tested:", "completeness:", "first", "last"}, rows)
}

func (p *page) maintenances(r *levels.Report) {
	var rows [][]string
	for _, m := range r.Maintenances {
		rows = append(rows, []string{m.Cloud, m.Server, m.Site, dateTime(m.From), dateTime(m.Until), m.Text})
	}
	p.table("Declared maintenances", []string{"cloud", "server", "site", "from", "until", "text"}, rows)
}

// method says how the figures come about.
func (p *page) method(r *levels.Report) {
	p.paragraph("## How it is counted")
	const test = "A test is the first query of a vantage point, address and transport in a minute that could be sent. "
	if r.Profile == levels.RSSAC047 {
		p.paragraph(test + "Availability is the share of tests that were answered with NOERROR, whenever; medians are " +
			"over those answers. An update counts once for each vantage point and serial, when its latest address answers it.")
		return
	}
	p.paragraph(test + "It is ok when its answer is right, within 2.5 s over UDP and 7.5 s over TCP, connecting included.")
	p.paragraph("An address is down in a minute in which at least 51 % of the vantage points that asked had no ok test; " +
		"a service, in which at least 51 % saw fewer than two servers whose addresses that were asked are all ok. " +
		"Minutes in which too few asked are inconclusive. Levels are judged gross; net leaves out declared maintenance. " +
		"Within level are ok tests within 500 ms over UDP and 1,500 ms over TCP, of all tests.")
}
