package options

import (
	"fmt"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// serverList collects the servers of a cloud, each once.
type serverList struct {
	families []observation.Family
	key      string              // of the list that is no name server's
	first    map[Endpoint]listed // where each is listed
	servers  []ServerSettings
	leftOut  []string // of families that are not asked over, as written
}

// newServerList has room for a number of servers.
func newServerList(key string, families []observation.Family, room int) *serverList {
	return &serverList{
		families: families, key: key,
		first: make(map[Endpoint]listed, room), servers: make([]ServerSettings, 0, room),
	}
}

// listed is where a server is listed, counted from 1: an item of a cloud's servers, or where block
// is not zero of that name server's addresses.
type listed struct{ block, item int32 }

// add adds an address or host name, under the name that is its tag.
func (l *serverList) add(name, text string, e Endpoint, at listed) error {
	if other, twice := l.first[e]; twice {
		return fmt.Errorf("%q is listed twice: %s is the same", text, l.place(other))
	}
	l.first[e] = at
	if !e.asked(l.families) {
		l.leftOut = append(l.leftOut, text)
		return nil
	}
	l.servers = append(l.servers, ServerSettings{Name: name, Text: text, Endpoint: e})
	return nil
}

// place writes where a server is listed, as messages have it.
func (l *serverList) place(at listed) string {
	if at.block == 0 {
		return Step{Key: l.key, Index: int(at.item)}.String()
	}
	return Step{Key: "nameserver", Index: int(at.block)}.String() + "." +
		Step{Key: "addresses", Index: int(at.item)}.String()
}
