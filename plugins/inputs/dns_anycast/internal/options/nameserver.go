package options

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

const longestName = 253 // bytes, of a host name (RFC 1035, section 2.3.4)

// readNameServers adds the addresses of a cloud's name servers.
func readNameServers(o *Cloud, l *serverList) error {
	if len(o.NameServers) == 0 {
		return nil
	}
	first := map[string]string{} // where each name stands
	for i, text := range o.Servers {
		if key := nameKey(text); first[key] == "" {
			first[key] = Step{Key: "servers", Index: i + 1}.String()
		}
	}
	for i := range o.NameServers {
		n := &o.NameServers[i]
		step := Step{Key: "nameserver", Index: i + 1}
		err := checkNameServer(n, first)
		first[nameKey(n.Name)] = step.String()
		if err == nil {
			err = readAddresses(n, l, i+1)
		}
		if err != nil {
			step.Name = n.Name[:min(len(n.Name), longestName)]
			return At(step, err)
		}
	}
	return nil
}

// nameKey is the same for all notations of a name.
func nameKey(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// checkNameServer refuses a name that makes no tag, or that another server of the cloud has.
func checkNameServer(n *NameServer, first map[string]string) error {
	err := point.CheckText(n.Name)
	bare := strings.TrimSpace(n.Name)
	other, twice := first[nameKey(n.Name)]
	switch {
	case n.Name == "":
		err = errors.New("is missing: give the name server a name")
	case len(n.Name) > longestName:
		err = fmt.Errorf("has %d bytes: a name has %d at most", len(n.Name), longestName)
	case err != nil:
	case bare != n.Name:
		err = fmt.Errorf("%q has white space around it: write %q", n.Name, bare)
	case twice && strings.HasPrefix(other, "servers"):
		err = fmt.Errorf("%q stands in the cloud's %s, too: leave one of them out", n.Name, other)
	case twice:
		err = fmt.Errorf("%s has the same name: list all its addresses in one block", other)
	}
	return At(Step{Key: "name"}, err)
}

// readAddresses adds those of one name server, whose block is of a number. Points tell its addresses
// apart by the tag address, which has no port.
func readAddresses(n *NameServer, l *serverList, block int) error {
	if len(n.Addresses) == 0 {
		return At(Step{Key: "addresses"}, errors.New("is missing: list at least one address"))
	}
	first := map[netip.Addr]int{} // the index of each
	for i, text := range n.Addresses {
		step := Step{Key: "addresses", Index: i + 1}
		e, err := readEndpoint(text)
		other, twice := first[e.Addr.Addr()]
		switch {
		case err != nil:
		case e.Host != "":
			err = fmt.Errorf("%q is a host name: write an address, or list the name in servers", text)
		default:
			err = l.add(n.Name, text, e, listed{block: int32(block), item: int32(i + 1)})
		}
		if err == nil && twice {
			err = fmt.Errorf("%q is at another port of the same address as addresses[%d]: "+
				"give it a name server of its own", text, other+1)
		}
		if err != nil {
			return At(step, err)
		}
		first[e.Addr.Addr()] = i
	}
	return nil
}
