package levels

import (
	"time"
)

// Report is what a month has come to. What is nil was not measured, or is not of the profile.
type Report struct {
	Month                string            `json:"month"`
	From                 time.Time         `json:"from"`
	To                   time.Time         `json:"to"` // exclusive
	Minutes              int               `json:"minutes"`
	Profile              Profile           `json:"profile"`
	MinimumVantagePoints int               `json:"minimum_vantage_points"`
	Met                  *bool             `json:"met"` // nil: the data do not suffice
	Notes                []string          `json:"notes"`
	Addresses            []AddressRow      `json:"addresses"`
	Services             []ServiceRow      `json:"services"`
	Updates              []UpdateRow       `json:"updates"`
	Incidents            []IncidentRow     `json:"incidents"`
	VantagePoints        []VantagePointRow `json:"vantage_points"`
	Maintenances         []MaintenanceRow  `json:"maintenances"`
}

// Queries that tests are.
const (
	QuerySOA      = "soa"
	QueryIdentity = "identity"
)

// AddressRow is one address of a server, over one transport. Shares are 0 to 1.
type AddressRow struct {
	Cloud           string   `json:"cloud"`
	Zone            string   `json:"zone"`
	Server          string   `json:"server"`
	Address         string   `json:"address"`
	Family          string   `json:"family"`
	Transport       string   `json:"transport"`
	Query           string   `json:"query"`
	Tests           int      `json:"tests"`
	NotAskedTests   int      `json:"not_asked_tests"`
	MedianMS        *float64 `json:"median_ms"`
	Availability    *float64 `json:"availability"`
	CountedMinutes  *int     `json:"counted_minutes"`
	Inconclusive    *int     `json:"inconclusive_minutes"`
	DownMinutes     *int     `json:"down_minutes"`
	DownNetMinutes  *int     `json:"down_net_minutes"`
	DownMet         *bool    `json:"down_met"`
	WithinShare     *float64 `json:"within_share"`
	NoErrorTests    *int     `json:"noerror_tests"`
	AvailabilityMet *bool    `json:"availability_met"`
	MedianMet       *bool    `json:"median_met"`
}

// ServiceRow is a zone over one transport, or a cloud that has no zone.
type ServiceRow struct {
	Zone           string   `json:"zone"`
	Clouds         []string `json:"clouds"`
	Transport      string   `json:"transport"`
	Tests          int      `json:"tests"`
	WithinShare    *float64 `json:"within_share"`
	WithinMet      *bool    `json:"within_met"`
	CountedMinutes *int     `json:"counted_minutes"`
	Inconclusive   *int     `json:"inconclusive_minutes"`
	DownMinutes    *int     `json:"down_minutes"`
	DownNetMinutes *int     `json:"down_net_minutes"`
	DownMet        *bool    `json:"down_met"`
}

// UpdateRow is how soon the new serials of a zone came.
type UpdateRow struct {
	Zone           string   `json:"zone"`
	Clouds         []string `json:"clouds"`
	Updates        int      `json:"updates"`
	UnknownUpdates *int     `json:"unknown_updates"`
	WithinShare    *float64 `json:"within_share"`
	WithinMet      *bool    `json:"within_met"`
	MedianS        *float64 `json:"median_s"`
	MedianMet      *bool    `json:"median_met"`
}

// What an incident is of.
const (
	OfAddress = "address"
	OfService = "service"
)

// IncidentRow is an unbroken run of minutes that are down.
type IncidentRow struct {
	Of             string    `json:"of"`
	Cloud          string    `json:"cloud"`
	Zone           string    `json:"zone"`
	Server         string    `json:"server"`
	Address        string    `json:"address"`
	Transport      string    `json:"transport"`
	From           time.Time `json:"from"`
	To             time.Time `json:"to"` // exclusive
	DownMinutes    int       `json:"down_minutes"`
	DownNetMinutes int       `json:"down_net_minutes"`
	FailedShare    float64   `json:"failed_share"`
}

// VantagePointRow is what a vantage point has done.
type VantagePointRow struct {
	Host          string     `json:"host"`
	Tests         int        `json:"tests"`
	TestedMinutes int        `json:"tested_minutes"`
	Completeness  *float64   `json:"completeness"`
	First         *time.Time `json:"first"`
	Last          *time.Time `json:"last"`
}

// MaintenanceRow is a declared maintenance that lies in the month at least in part.
type MaintenanceRow struct {
	Cloud  string    `json:"cloud"`
	Server string    `json:"server"`
	Site   string    `json:"site"` // not "": it takes nothing off
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"` // exclusive
	Text   string    `json:"text"`
}

// Share is of n among all, nil of none.
func Share(n, all int) *float64 {
	if all == 0 {
		return nil
	}
	return new(float64(n) / float64(all))
}

func (a *AddressRow) Target() Target {
	return Target{a.Cloud, a.Zone, a.Server, a.Address, a.Family, a.Transport}
}
