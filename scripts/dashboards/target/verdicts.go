package target

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func verdictTimeline(f query.Filter) panel.Panel {
	return panel.TargetTimeline(panel.Question{
		ID:    37,
		Title: "When was each target near, far or slow?",
		Text: `One line for each server, address, transport and vantage point; where a pixel is
			longer than a round, the worst verdict in it. near: the time is what the distance
			explains. far: another site of the cloud is much nearer; in clouds without a list of
			sites, the place is far away. slow: longer than usual, or than the distance
			explains, several times running. impossible: quicker than light. Grey: nobody
			answered, or there is no verdict: near and far need location and places, slow needs
			some answers first. The first 200 are here: choose a server.`,
		NoValue: "No verdict: no place is known (set location and places), and nothing was slow",
		Unit:    "none",
		Queries: []query.Query{
			first200(f, `SELECT max("verdict_code") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
	}, field.Names(field.Verdicts...), field.NotMeasured())
}
