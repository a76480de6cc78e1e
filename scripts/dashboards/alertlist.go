package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// alertList is Grafana's panel of that name, for which the SDK has no type: it asks no data source.
type alertList struct {
	id          uint32
	title, text string
	matching    string // the labels that an alert must have
}

// alertListOptions are those of the panel since Grafana 8.
type alertListOptions struct {
	ViewMode                string           `json:"viewMode"`
	GroupMode               string           `json:"groupMode"`
	GroupBy                 []string         `json:"groupBy"`
	MaxItems                int              `json:"maxItems"`
	SortOrder               int              `json:"sortOrder"`
	DashboardAlerts         bool             `json:"dashboardAlerts"`
	AlertName               string           `json:"alertName"`
	AlertInstanceLabelMatch string           `json:"alertInstanceLabelFilter"`
	StateFilter             alertStateFilter `json:"stateFilter"`
}

type alertStateFilter struct {
	Firing  bool `json:"firing"`
	Pending bool `json:"pending"`
	NoData  bool `json:"noData"`
	Normal  bool `json:"normal"`
	Error   bool `json:"error"`
}

// What the panel calls by a number: the importance of states.
const byImportance = 3

func (a alertList) Build() (dashboard.Panel, error) {
	text := fold(a.text)
	return dashboard.Panel{
		Type: "alertlist", Id: &a.id, Title: &a.title, Description: &text,
		Options: alertListOptions{
			ViewMode: "list", GroupMode: "default", GroupBy: []string{}, MaxItems: 50,
			SortOrder: byImportance, AlertInstanceLabelMatch: a.matching,
			StateFilter: alertStateFilter{Firing: true, Pending: true, Error: true},
		},
	}, nil
}

func firing() panel {
	return alertList{
		id:    2001,
		title: "What fires?",
		text: `The alerts of dns_anycast that fire, or will if it lasts; each leads to the panel that
			shows it. The watchdog, which always fires, is not here. Nothing here while the panels
			beside it are grey says nothing: then nobody measures.`,
		matching: `{service="dns_anycast", severity!="none"}`,
	}
}
