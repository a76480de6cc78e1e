//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// The two ends of the veth, and the addresses that the responder answers on: 10.D.x.y and fd00:D::x:y, where D says how
// long it takes (responder.go).
const (
	nearDevice, farDevice = "near", "far"
	targets4, targets6    = "10.0.0.0/8", "fd00::/16"
)

// place is a thread in a network namespace of its own, which has no name: the kernel removes it and what is in it when
// the program is gone, however it ends.
type place struct {
	nstest.Thread
	tid int
}

func newPlace() (*place, error) {
	p := &place{Thread: nstest.NewThread()}
	err := p.Do(func() error {
		p.tid = unix.Gettid()
		return unix.Unshare(unix.CLONE_NEWNET)
	})
	if err != nil {
		return nil, fmt.Errorf("make a network namespace: %w", err)
	}
	return p, nil
}

// start starts a process there, which the kernel kills when this program ends.
func (p *place) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	return p.Do(cmd.Start)
}

// configure runs commands of ip.
func (p *place) configure(commands ...string) error {
	return p.Do(func() error { return nstest.Configure(commands...) })
}

// network is the programs' place, the responder's, and a veth between them.
type network struct{ near, far *place }

func newNetwork() (*network, error) {
	near, err := newPlace()
	if err != nil {
		return nil, err
	}
	far, err := newPlace()
	if err != nil {
		return nil, err
	}
	n := &network{near, far}
	return n, n.connect()
}

var sysctls = map[string]string{
	// Whatever the host's own default is.
	"ipv6/conf/all/disable_ipv6": "0", "ipv6/conf/default/disable_ipv6": "0",
	// It would take a second.
	"ipv6/conf/all/accept_dad": "0", "ipv6/conf/default/accept_dad": "0",
	"ipv4/conf/all/rp_filter": "0", "ipv4/conf/default/rp_filter": "0",
	// To answer from an address that only a route makes local.
	"ipv6/ip_nonlocal_bind": "1",
}

func (n *network) connect() error {
	for _, p := range []*place{n.near, n.far} {
		if err := p.Do(func() error { return nstest.Set(sysctls) }); err != nil {
			return err
		}
		if err := p.configure("link set lo up"); err != nil {
			return err
		}
	}
	if err := n.near.configure(
		fmt.Sprintf("link add %s type veth peer name %s netns %d", nearDevice, farDevice, n.far.tid),
		"address add 172.31.0.1/30 dev "+nearDevice,
		"address add fd31::1/64 dev "+nearDevice+" nodad",
		"link set "+nearDevice+" up",
		"route add "+targets4+" via 172.31.0.2",
		"route add "+targets6+" via fd31::2",
	); err != nil {
		return err
	}
	return n.far.configure(
		"address add 172.31.0.2/30 dev "+farDevice,
		"address add fd31::2/64 dev "+farDevice+" nodad",
		"link set "+farDevice+" up",
		"route add local "+targets4+" dev lo",
		"route add local "+targets6+" dev lo",
	)
}

// address is the i-th target that answers after the given delay.
func address(i int, ipv6 bool, after byte) netip.Addr {
	hi, lo := byte(i>>8), byte(i)
	if !ipv6 {
		return netip.AddrFrom4([4]byte{10, after, hi, lo})
	}
	return netip.AddrFrom16([16]byte{0xfd, 0, 0, after, 14: hi, 15: lo})
}

// class is what address was told as after.
func class(a netip.Addr) byte {
	if b := a.AsSlice(); len(b) == 4 {
		return b[1]
	}
	return a.As16()[3]
}
