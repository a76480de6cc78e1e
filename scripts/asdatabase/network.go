package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// network is a prefix with the AS that announces it.
type network struct {
	prefix netip.Prefix
	number uint32
}

// read returns the networks of all lines, in their order.
func read(in io.Reader) ([]network, error) {
	var all []network
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		one, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New(`no line has a network: write lines such as "192.0.2.0/24 64500"`)
	}
	return all, nil
}

func parse(line string) (network, error) {
	words := strings.Fields(line)
	if len(words) != 2 {
		return network{}, fmt.Errorf(`%q is no prefix and number: write "192.0.2.0/24 64500"`, line)
	}
	prefix, err := netip.ParsePrefix(words[0])
	if err != nil {
		return network{}, fmt.Errorf("%q is no prefix: write one such as 192.0.2.0/24", words[0])
	}
	if prefix.Addr().Is4In6() {
		return network{}, fmt.Errorf("%s is IPv4-mapped: write a prefix of IPv4", prefix)
	}
	if prefix != prefix.Masked() {
		return network{}, fmt.Errorf("%s has bits behind its length: write %s", prefix, prefix.Masked())
	}
	number, err := strconv.ParseUint(words[1], 10, 32)
	if err != nil {
		return network{}, fmt.Errorf("%q is no AS number: write one such as 64500", words[1])
	}
	return network{prefix, uint32(number)}, nil
}

// plant returns a database of IPv4 alone where no network is of IPv6: it is half as large.
func plant(networks []network) (*mmdbwriter.Tree, error) {
	version := 4
	if slices.ContainsFunc(networks, func(n network) bool { return n.prefix.Addr().Is6() }) {
		version = 6
	}
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType: "ASN",
		Description:  map[string]string{"en": "AS numbers"},
		IPVersion:    version,
		// Private AS numbers are where private addresses are.
		IncludeReservedNetworks: true,
		// A network of 2002::/16 is as good as any. Readers take an IPv4-mapped address as IPv4.
		DisableIPv4Aliasing: true,
	})
	if err != nil {
		return nil, err
	}
	// A network replaces all that lies in it.
	slices.SortStableFunc(networks, func(a, b network) int {
		return cmp.Compare(depth(a.prefix), depth(b.prefix))
	})
	for _, n := range networks {
		record := mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(n.number)}
		if err := tree.Insert(ipNet(n.prefix), record); err != nil {
			return nil, fmt.Errorf("%s: %w", n.prefix, err)
		}
	}
	return tree, nil
}

// depth is the length of a prefix in the tree, where IPv4 lies below ::/96.
func depth(p netip.Prefix) int { return p.Bits() + 128 - p.Addr().BitLen() }

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{
		IP:   p.Addr().AsSlice(),
		Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
	}
}
