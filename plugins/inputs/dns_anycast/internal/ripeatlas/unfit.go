package ripeatlas

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Unfit is why the measurement tells nothing of a cloud whose instances go by answers to the
// identity names, and whose addresses are addrs, of which there may be none: then any will do. Nil:
// it does.
func (m *Measurement) Unfit(names []string, addrs []netip.Addr) error {
	switch {
	case m.Type != "dns":
		return fmt.Errorf("it is of type %q, not dns", m.Type)
	case m.resolvers || m.Target == "":
		return errors.New("it asks the probes' own resolvers, not a server")
	case m.protocol != "":
		return fmt.Errorf("it asks over %s: UDP and TCP alone are read", m.protocol)
	case m.own:
		return errors.New("each of its probes asks for a name of its own")
	}
	if err := m.nameless(names); err != nil {
		return err
	}
	of := func(a netip.Addr) bool { return slices.Contains(m.Addrs, a.Unmap()) }
	switch {
	case len(addrs) > 0 && !slices.ContainsFunc(addrs, of):
		return fmt.Errorf("its target is %s, which is no address of the cloud", m.where())
	case m.Over:
		return m.ended()
	case m.Interval == 0:
		return errors.New("it is a one-off: it asks once")
	}
	return nil
}

func (m *Measurement) ended() error { return fmt.Errorf("it has ended: its status is %q", m.Status) }

// nameless is why its answers name no instance.
func (m *Measurement) nameless(names []string) error {
	is := func(n string) bool { return strings.EqualFold(n, m.Name) }
	switch {
	case m.identity() && !slices.ContainsFunc(names, is):
		return fmt.Errorf("it asks for %s, which is no identity name of the cloud", m.Name)
	case m.identity():
		return nil
	case m.Zone() == "":
		return fmt.Errorf("it asks for %s %s %s, which names no instance: CHAOS TXT of an identity name does, "+
			"or SOA with NSID", m.Name, m.Class, m.RRType)
	case !m.NSID:
		return fmt.Errorf("it asks for the SOA record of %q without NSID: no answer names its instance", m.Name)
	case m.unkept:
		return errors.New("it keeps no replies (include_abuf): their NSID is lost")
	}
	return nil
}

// where is its target in words.
func (m *Measurement) where() string {
	var all []string
	for _, a := range m.Addrs {
		all = append(all, a.String())
	}
	at := strings.Join(all, ", ")
	switch {
	case at == "":
		return m.Target + ", whose address is not known"
	case at == m.Target:
		return at
	}
	return fmt.Sprintf("%s (%s)", m.Target, at)
}
