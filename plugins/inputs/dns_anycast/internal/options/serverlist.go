package options

import "fmt"

// serverList collects the servers of a cloud, each once.
type serverList struct {
	plugin  *Settings
	zones   []string
	first   map[Endpoint]string // where each is listed
	servers []ServerSettings
	leftOut []string // of families that are not asked over, as written
}

// add adds an address or host name, under the name that is its tag. at is where it is listed.
func (l *serverList) add(name, text string, e Endpoint, at string) error {
	if other, twice := l.first[e]; twice {
		return fmt.Errorf("%q is listed twice: %s is the same", text, other)
	}
	l.first[e] = at
	if !e.asked(l.plugin.Families) {
		l.leftOut = append(l.leftOut, text)
		return nil
	}
	l.servers = append(l.servers, ServerSettings{
		Name: name, Text: text, Endpoint: e, Transports: l.plugin.Transports, Zones: l.zones,
	})
	return nil
}
