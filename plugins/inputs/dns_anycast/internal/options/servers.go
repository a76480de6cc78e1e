package options

import (
	"errors"
	"fmt"
)

// checkServers refuses a cloud without any.
func checkServers(o *Cloud) error {
	if o.adhoc || len(o.Servers) > 0 {
		return nil
	}
	return At(Step{Key: "servers"}, errors.New("is missing: list at least one address or host name"))
}

// readServers reads the servers of a cloud. leftOut are those of families that are not asked over.
func readServers(o *Cloud, zones []string, plugin *Settings) (
	servers []ServerSettings, leftOut []string, err error,
) {
	key := "servers"
	if o.adhoc {
		key = "server" // of the command line
	}
	first := map[Endpoint]int{} // the index of each
	for i, text := range o.Servers {
		e, err := readEndpoint(text)
		if n, twice := first[e]; err == nil && twice {
			err = fmt.Errorf("%q is listed twice: %s[%d] is the same", text, key, n+1)
		}
		if err != nil {
			return nil, nil, At(Step{Key: key, Index: i + 1}, err)
		}
		first[e] = i
		if !e.asked(plugin.Families) {
			leftOut = append(leftOut, text)
			continue
		}
		servers = append(servers, ServerSettings{text, e, plugin.Transports, zones})
	}
	return servers, leftOut, nil
}
