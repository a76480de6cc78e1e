package options

import (
	"errors"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// checkServers refuses a cloud without any of which RIPE Atlas knows nothing either.
func checkServers(o *Cloud) error {
	if o.adhoc || len(o.Servers) > 0 || len(o.NameServers) > 0 || len(o.Atlas) > 0 {
		return nil
	}
	return At(Step{Key: "servers"}, errors.New("is missing: list at least one address or host name"))
}

// readServers reads the servers of a cloud, and then those of its name servers. With an error the
// list is empty.
func readServers(o *Cloud, families []observation.Family) (*serverList, error) {
	key := "servers"
	if o.adhoc {
		key = "server" // of the command line
	}
	l := newServerList(key, families, len(o.Servers))
	for i, text := range o.Servers {
		e, err := readEndpoint(text)
		if err == nil {
			err = l.add(text, text, e, listed{item: int32(i + 1)})
		}
		if err != nil {
			return &serverList{}, At(Step{Key: key, Index: i + 1}, err)
		}
	}
	if err := readNameServers(o, l); err != nil {
		return &serverList{}, err
	}
	return l, nil
}
