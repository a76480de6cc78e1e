package slo

import "time"

// Maintenance is a declared one, of a cloud, or of one of its servers.
type Maintenance struct {
	Cloud  string
	Server string // "": all of the cloud
	Site   string // not "": of one site, which takes nothing off
	Text   string
	From   time.Time
	Until  time.Time // exclusive
}

// covers reports whether the minutes of m are no fault of a server.
func (m Maintenance) covers(cloud, server string) bool {
	return m.Site == "" && m.Cloud == cloud && (m.Server == "" || m.Server == server)
}
