//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// namespace is the name of the network namespace of a place.
func (l *lab) namespace(place string) string { return l.name + "-" + place }

// connect makes the namespaces and what joins them.
func (l *lab) connect(delays []time.Duration) (err error) {
	for _, place := range []string{vantage, router} {
		if err := l.newNamespace(place); err != nil {
			return err
		}
	}
	if err := l.routePackets(); err != nil {
		return err
	}
	veth := fmt.Sprintf("link add %s type veth peer name %s netns %s", vantage, router, l.namespace(vantage))
	if err := l.configure(router, veth); err != nil {
		return err
	}
	if err := l.number(vantage, 0); err != nil {
		return err
	}
	for i, s := range l.sites {
		if err := l.newNamespace(s.name); err != nil {
			return err
		}
		if s.wire, err = l.startWire(s.name, delays[i]); err != nil {
			return err
		}
		if err := l.number(s.name, s.number); err != nil {
			return err
		}
		if err := l.configure(s.name,
			"address add "+service[0]+"/32 dev lo",
			"address add "+service[1]+"/128 dev lo nodad",
		); err != nil {
			return err
		}
	}
	return nil
}

// newNamespace fails where there is one of that name: it is somebody else's.
func (l *lab) newNamespace(place string) error {
	if err := ip("netns", "add", l.namespace(place)); err != nil {
		return err
	}
	if err := l.keeper.add(l.namespace(place)); err != nil {
		return err
	}
	if err := l.sysctl(place, map[string]string{
		// Duplicate address detection makes a new address useless for a second.
		"ipv6/conf/all/accept_dad":        "0",
		"ipv6/conf/default/accept_dad":    "0",
		"ipv6/conf/default/accept_ra":     "0",
		"ipv6/conf/all/disable_ipv6":      "0", // whatever the host's own default is
		"ipv6/conf/default/disable_ipv6":  "0",
		"ipv4/ip_unprivileged_port_start": "0", // nobody may open port 53
	}); err != nil {
		return err
	}
	return l.configure(place, "link set lo up")
}

// number gives addresses to both ends of the link between the router and a place, and a way out to the latter.
func (l *lab) number(place string, network int) error {
	near, far := gateway(network), neighbour(network)
	if err := l.configure(router,
		"link set "+place+" up",
		"address add "+near[0]+"/24 dev "+place,
		"address add "+near[1]+"/64 dev "+place+" nodad",
	); err != nil {
		return err
	}
	return l.configure(place,
		"link set "+router+" up",
		"address add "+far[0]+"/24 dev "+router,
		"address add "+far[1]+"/64 dev "+router+" nodad",
		"route add 0.0.0.0/0 via "+near[0],
		"route add ::/0 via "+near[1],
	)
}

// gateway and neighbour are the addresses of the router and of the other end, by family, on a network.
func gateway(network int) [2]string {
	return [2]string{fmt.Sprintf("198.18.%d.1", network), fmt.Sprintf("fd00:53:%d::1", network)}
}

func neighbour(network int) [2]string {
	return [2]string{fmt.Sprintf("198.18.%d.2", network), fmt.Sprintf("fd00:53:%d::2", network)}
}

// routePackets makes a router of the router. Under ECMP the source port alone decides on the site: policy 3 hashes the
// fields given, addresses, protocol and ports. Policy 1 would do so too, but trusts a hash that over veth still is the
// sending socket's own, so that one port reaches several sites.
func (l *lab) routePackets() error {
	if err := l.sysctl(router, map[string]string{
		"ipv4/ip_forward":          "1",
		"ipv6/conf/all/forwarding": "1",
		// Strict filtering would drop the answers that a site sent just before its routes went.
		"ipv4/conf/all/rp_filter":     "0",
		"ipv4/conf/default/rp_filter": "0",

		"ipv4/fib_multipath_hash_fields": "0x37",
		"ipv6/fib_multipath_hash_fields": "0x37",
		"ipv4/fib_multipath_hash_policy": "3",
		"ipv6/fib_multipath_hash_policy": "3",
	}); err != nil {
		return err
	}
	// From Linux 6.11 on ports mean the same sites in every lab.
	err := l.sysctl(router, map[string]string{"ipv4/fib_multipath_hash_seed": "1"})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sysctl sets values below /proc/sys/net of a place.
func (l *lab) sysctl(place string, values map[string]string) error {
	return l.visitor.In(l.namespace(place), func() error { return nstest.Set(values) })
}

// configure runs commands of ip in a place.
func (l *lab) configure(place string, commands ...string) error {
	return l.visitor.In(l.namespace(place), func() error { return nstest.Configure(commands...) })
}

func ip(args ...string) error {
	_, err := output(exec.Command("ip", args...))
	return err
}

// output runs a command that takes no time; the terminal's Ctrl-C does not cut it short. An error has what it said.
func output(cmd *exec.Cmd) (string, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(exit.Stderr))
	}
	return string(out), err
}
