package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// AlertList is Grafana's panel of that name, for which the SDK has no type: it asks no data source.
type AlertList struct {
	ID          uint32
	Title, Text string
	Labels      string // that an alert must have, as Prometheus selects: {severity!="none"}
}

// alertListOptions are those of the panel since Grafana 8.
type alertListOptions struct {
	ViewMode        string           `json:"viewMode"`
	GroupMode       string           `json:"groupMode"`
	GroupBy         []string         `json:"groupBy"`
	MaxItems        int              `json:"maxItems"`
	SortOrder       int              `json:"sortOrder"`
	DashboardAlerts bool             `json:"dashboardAlerts"` // those of the dashboard alone
	AlertName       string           `json:"alertName"`
	Labels          string           `json:"alertInstanceLabelFilter"`
	StateFilter     alertStateFilter `json:"stateFilter"`
}

type alertStateFilter struct {
	Firing  bool `json:"firing"`
	Pending bool `json:"pending"`
	NoData  bool `json:"noData"`
	Normal  bool `json:"normal"`
	Error   bool `json:"error"`
}

// byImportance is the order of states that Grafana calls by this number.
const byImportance = 3

// Build is the panel as the SDK has it.
func (a AlertList) Build() (dashboard.Panel, error) {
	text := query.Unwrapped(a.Text)
	return dashboard.Panel{
		Type: "alertlist", Id: &a.ID, Title: &a.Title, Description: &text,
		Options: alertListOptions{
			ViewMode: "list", GroupMode: "default", GroupBy: []string{}, MaxItems: 50,
			SortOrder: byImportance, Labels: a.Labels,
			StateFilter: alertStateFilter{Firing: true, Pending: true, Error: true},
		},
	}, nil
}
