package dns_anycast

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

const dnsPort = 53

// parseServer reads an address or host name, with or without a port.
func (d *DNSAnycast) parseServer(text string) (*server, error) {
	s := &server{text: text, transports: d.Transports}
	if strings.TrimSpace(text) != text {
		return nil, fmt.Errorf("%q has white space around it", text)
	}
	if strings.ContainsAny(text, ", \t\n;") {
		return nil, fmt.Errorf(`%q looks like two servers in one string: write "…", "…"`, text)
	}
	name, port, err := splitPort(text)
	if err != nil {
		return nil, err
	}
	s.port = port
	a, err := netip.ParseAddr(name)
	if err != nil {
		if err := checkHostName(name); err != nil {
			return nil, fmt.Errorf("%q %w", text, err)
		}
		s.host = &host{name: strings.ToLower(strings.TrimSuffix(name, ".")) + ".", families: d.Families}
		return s, nil
	}
	if err := checkAddress(a); err != nil {
		return nil, fmt.Errorf("%q %w", text, err)
	}
	s.addr = netip.AddrPortFrom(namedZone(a.Unmap()), port)
	return s, nil
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
			return "", 0, fmt.Errorf(`%q has no IPv6 address in its brackets: write "[2001:db8::1]:53"`, text)
		}
		if digits == "" {
			return name, dnsPort, nil
		}
		if digits, found = strings.CutPrefix(digits, ":"); !found {
			return "", 0, fmt.Errorf(`%q: after the bracket comes a colon and a port: write "[2001:db8::1]:53"`, text)
		}
	} else if name, digits, found = strings.Cut(text, ":"); !found {
		return name, dnsPort, nil
	} else if strings.Contains(digits, ":") {
		return "", 0, fmt.Errorf(`%q is no IPv6 address; with a port it is written "[2001:db8::1]:53"`, text)
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("%q: the port is a number from 1 to 65535", text)
	}
	return name, uint16(n), nil
}

func checkAddress(a netip.Addr) error {
	switch u := a.Unmap(); {
	case !ofOneHost(u):
		return errors.New("is no address of one host")
	case u.Zone() != "" && !u.IsLinkLocalUnicast():
		return errors.New("has a zone, which only a link-local address needs")
	case u.Is6() && u.IsLinkLocalUnicast() && u.Zone() == "":
		return errors.New(`is link-local: name its interface, as in "fe80::1%eth0"`)
	}
	return nil
}

// ofOneHost tells from addresses that mean any host, or many.
func ofOneHost(a netip.Addr) bool {
	return !a.IsUnspecified() && !a.IsMulticast() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// namedZone writes an interface by its name, as the system does in the addresses of replies.
func namedZone(a netip.Addr) netip.Addr {
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
		return errors.New(`has letters beyond ASCII: write the name as the DNS has it, as in "xn--bcher-kva.example"`)
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.Trim(strings.ToLower(l), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return errors.New("is neither an address nor a host name")
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return errors.New("is no IPv4 address")
	}
	return nil
}

// key is what makes two servers the same.
func (s *server) key() string {
	if s.host != nil {
		return s.host.name + ":" + strconv.Itoa(int(s.port))
	}
	return s.addr.String()
}
