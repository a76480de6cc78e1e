package options

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const dnsPort = 53

// Endpoint is what makes two servers the same.
type Endpoint struct {
	Addr netip.AddrPort // invalid for a host name
	Host string         // in lower case, with the final dot; empty for an address
	Port uint16
}

// asked reports whether the families leave it in: a host name always.
func (e Endpoint) asked(families []observation.Family) bool {
	return e.Host != "" || slices.Contains(families, observation.FamilyOf(e.Addr.Addr()))
}

// readEndpoint reads an address or host name, with or without a port.
func readEndpoint(text string) (e Endpoint, err error) {
	if strings.TrimSpace(text) != text {
		return e, fmt.Errorf("%q has white space around it", text)
	}
	if strings.ContainsAny(text, ", \t\n;") {
		return e, fmt.Errorf(`%q looks like two servers in one string: write "…", "…"`, text)
	}
	name, port, err := splitPort(text)
	if err != nil {
		return e, err
	}
	a, err := netip.ParseAddr(name)
	if err != nil {
		if err := checkHostName(name); err != nil {
			return e, fmt.Errorf("%q %w", text, err)
		}
		return Endpoint{Host: strings.ToLower(strings.TrimSuffix(name, ".")) + ".", Port: port}, nil
	}
	if err := checkAddress(a); err != nil {
		return e, fmt.Errorf("%q %w", text, err)
	}
	return Endpoint{Addr: netip.AddrPortFrom(namedZone(a.Unmap()), port), Port: port}, nil
}

// splitPort cuts a port off: "192.0.2.1:53", "[2001:db8::1]:53", "ns1.example:53".
func splitPort(text string) (name string, port uint16, err error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return a.String(), dnsPort, nil
	}
	if strings.Contains(text, "://") {
		return "", 0, fmt.Errorf("%q is a URL: write the address or the host name alone", text)
	}
	name, digits, found := text, "", false
	if strings.HasPrefix(text, "[") {
		if name, digits, found = strings.Cut(text[1:], "]"); !found {
			return "", 0, fmt.Errorf(`%q has no closing bracket: write "[2001:db8::1]:53"`, text)
		}
		if a, err := netip.ParseAddr(name); err != nil || !a.Is6() {
			return "", 0, fmt.Errorf(`%q has no IPv6 address in its brackets: write "[2001:db8::1]:53"`,
				text)
		}
		if digits == "" {
			return name, dnsPort, nil
		}
		if digits, found = strings.CutPrefix(digits, ":"); !found {
			return "", 0, fmt.Errorf(`%q: after the bracket comes a colon and a port: `+
				`write "[2001:db8::1]:53"`, text)
		}
	} else if name, digits, found = strings.Cut(text, ":"); !found {
		return name, dnsPort, nil
	} else if strings.Contains(digits, ":") {
		return "", 0, fmt.Errorf(`%q is no IPv6 address; with a port it is written "[2001:db8::1]:53"`,
			text)
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("%q: the port is a number from 1 to 65535", text)
	}
	return name, uint16(n), nil
}

func checkAddress(a netip.Addr) error {
	switch u := a.Unmap(); {
	case !observation.OfOneHost(u):
		return errors.New("is no address of one host")
	case u.Zone() != "" && !u.IsLinkLocalUnicast():
		return errors.New("has a zone, which only a link-local address needs")
	case u.Is6() && u.IsLinkLocalUnicast() && u.Zone() == "":
		return errors.New(`is link-local: name its interface, as in "fe80::1%eth0"`)
	}
	return nil
}

// namedZone writes an interface by its name, as the system does in the addresses of replies.
func namedZone(a netip.Addr) netip.Addr {
	if a.Zone() == "" {
		return a
	}
	if index, err := strconv.Atoi(a.Zone()); err == nil {
		if i, err := net.InterfaceByIndex(index); err == nil {
			return a.WithZone(i.Name)
		}
	}
	return a
}

// checkHostName accepts what can be looked up (RFC 1035, section 2.3.4; the underscore occurs).
func checkHostName(name string) error {
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return errors.New("is empty: write an address or a host name")
	}
	if len(name) > 253 {
		return errors.New("is longer than a host name can be (253 bytes)")
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return errors.New("has letters beyond ASCII: write the name as the DNS has it, " +
			`as in "xn--bcher-kva.example"`)
	}
	labels := strings.Split(name, ".")
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, l := range labels {
		hyphen := strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-")
		if l == "" || len(l) > 63 || hyphen || strings.Trim(strings.ToLower(l), letters) != "" {
			return errors.New("is neither an address nor a host name")
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return errors.New("is no IPv4 address")
	}
	return nil
}
