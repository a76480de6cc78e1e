package options

import "errors"

// checkServers refuses a cloud without any of which RIPE Atlas knows nothing either.
func checkServers(o *Cloud) error {
	if o.adhoc || len(o.Servers) > 0 || len(o.NameServers) > 0 || len(o.Atlas) > 0 {
		return nil
	}
	return At(Step{Key: "servers"}, errors.New("is missing: list at least one address or host name"))
}

// readServers reads the servers of a cloud, and then those of its name servers. With an error the
// list is empty.
func readServers(o *Cloud, zones []string, plugin *Settings) (*serverList, error) {
	key := "servers"
	if o.adhoc {
		key = "server" // of the command line
	}
	l := &serverList{plugin: plugin, zones: zones, first: map[Endpoint]string{}}
	for i, text := range o.Servers {
		step := Step{Key: key, Index: i + 1}
		e, err := readEndpoint(text)
		if err == nil {
			err = l.add(text, text, e, step.String())
		}
		if err != nil {
			return &serverList{}, At(step, err)
		}
	}
	if err := readNameServers(o, l); err != nil {
		return &serverList{}, err
	}
	return l, nil
}
