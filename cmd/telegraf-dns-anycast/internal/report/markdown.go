package report

import (
	"fmt"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// markdownText is a page: what is met and what is not, then all rows.
func markdownText(r *levels.Report) string {
	var p page
	p.paragraphf("# Service levels, %s", r.Month)
	p.paragraphf("%s to %s (UTC): %s minutes. %s", dateTime(r.From), dateTime(r.To), number(r.Minutes), profileText(r))
	p.summary(r)
	p.services(r)
	p.addresses(r)
	p.updates(r)
	p.incidents(r)
	p.vantagePoints(r)
	p.maintenances(r)
	if len(r.Notes) > 0 {
		p.list("## Notes", r.Notes)
	}
	p.method(r)
	return p.String()
}

func profileText(r *levels.Report) string {
	if r.Profile == levels.RSSAC047 {
		return "Profile `rssac047` (RSSAC047, root servers)."
	}
	minimum := "A minute counts when at least one vantage point asked."
	if n := r.MinimumVantagePoints; n > 1 {
		minimum = fmt.Sprintf("A minute counts when at least %s vantage points asked.", number(n))
	}
	return "Profile `icann` (Specification 10 of ICANN's registry agreements). " + minimum
}

func (p *page) summary(r *levels.Report) {
	switch {
	case r.Met == nil:
		p.paragraphf("**The data do not suffice**: %s.", escaped(r.Why()))
	case *r.Met:
		p.paragraph("**Every level is met.**")
	default:
		p.paragraph("**A level is missed.**")
	}
	var missed, unknown []string
	met := 0
	for _, l := range r.Levels() {
		switch text := fmt.Sprintf("%s: %s (level: %s)", l.What, l.Value, l.Want); {
		case l.Met == nil:
			unknown = append(unknown, text)
		case *l.Met:
			met++
		default:
			missed = append(missed, text)
		}
	}
	p.paragraphf("Levels met: %d; missed: %d; not judged: %d.", met, len(missed), len(unknown))
	if len(missed) > 0 {
		p.list("Missed:", missed)
	}
	if len(unknown) > 0 {
		p.list("Not judged, since too little was measured:", unknown)
	}
}
