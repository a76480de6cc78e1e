//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

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
	if err := l.plug(router, vantage); err != nil {
		return err
	}
	if err := l.number(router, vantage, 0); err != nil {
		return err
	}
	for i, s := range l.sites {
		if err := l.newNamespace(s.name); err != nil {
			return err
		}
		if s.wire, err = l.startWire(s.name, delays[i]); err != nil {
			return err
		}
		if err := l.number(router, s.name, s.number); err != nil {
			return err
		}
		if err := l.connectHost(s); err != nil {
			return err
		}
	}
	return nil
}

// connectHost puts the machine of the name server behind the edge of a site.
func (l *lab) connectHost(s *site) error {
	if err := l.newNamespace(s.host()); err != nil {
		return err
	}
	if err := l.forward(s.name); err != nil {
		return err
	}
	if err := l.plug(s.name, s.host()); err != nil {
		return err
	}
	if err := l.number(s.name, s.host(), s.inside()); err != nil {
		return err
	}
	if err := l.configure(s.host(),
		"address add "+service[0]+"/32 dev lo",
		"address add "+service[1]+"/128 dev lo nodad",
	); err != nil {
		return err
	}
	host := neighbour(s.inside())
	if err := l.configure(s.name,
		"route add "+service[0]+" via "+host[0],
		"route add "+service[1]+" via "+host[1],
	); err != nil {
		return err
	}
	return l.configure(router, "route add "+s.own()+" via "+neighbour(s.number)[0])
}

// plug lays a cable between two places. Each end is named after the other.
func (l *lab) plug(near, far string) error {
	return l.configure(near, fmt.Sprintf("link add %s type veth peer name %s netns %s", far, near, l.namespace(far)))
}

// newNamespace fails where there is one of that name: it is another lab's.
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
		"ipv4/ip_unprivileged_port_start": "0", // the user nobody may open port 53
	}); err != nil {
		return err
	}
	return l.configure(place, "link set lo up")
}

// number gives addresses to both ends of the link between two places, and a way out to the second.
func (l *lab) number(near, far string, network int) error {
	ours, theirs := gateway(network), neighbour(network)
	if err := l.configure(near,
		"link set "+far+" up",
		"address add "+ours[0]+"/24 dev "+far,
		"address add "+ours[1]+"/64 dev "+far+" nodad",
	); err != nil {
		return err
	}
	return l.configure(far,
		"link set "+near+" up",
		"address add "+theirs[0]+"/24 dev "+near,
		"address add "+theirs[1]+"/64 dev "+near+" nodad",
		"route add 0.0.0.0/0 via "+ours[0],
		"route add ::/0 via "+ours[1],
	)
}

func (l *lab) startWire(place string, delay time.Duration) (*wire, error) {
	cmd := exec.Command("/proc/self/exe", "wire", l.namespace(router), place, l.namespace(place), router)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p, err := l.start(router, place+"-wire", cmd)
	if err != nil {
		return nil, err
	}
	w := &wire{in, bufio.NewReader(out)}
	if err := w.set(delay); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", p.name, err, p.lastWords())
	}
	return w, nil
}

// forward makes a router of a place.
func (l *lab) forward(place string) error {
	return l.sysctl(place, map[string]string{
		"ipv4/ip_forward":          "1",
		"ipv6/conf/all/forwarding": "1",
		// Strict filtering would drop the answers that a site sent just before its routes went.
		"ipv4/conf/all/rp_filter":     "0",
		"ipv4/conf/default/rp_filter": "0",
	})
}

// routePackets makes a router of the router. Under ECMP the source port alone decides on the site:
// policy 3 hashes the fields given, addresses, protocol and ports. Policy 1 would do so too, but
// trusts a hash that over veth still is the sending socket's own, so that one port reaches several
// sites.
func (l *lab) routePackets() error {
	if err := l.forward(router); err != nil {
		return err
	}
	if err := l.sysctl(router, map[string]string{
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
