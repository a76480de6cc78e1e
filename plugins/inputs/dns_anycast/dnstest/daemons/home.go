//go:build unix

// Package daemons runs real name servers of many kinds, for tests and tools. It is never part of the command.
package daemons

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
)

// Nobody is the user and the group of the servers that root runs.
const Nobody = 65534

// Kind is a kind of name server, with the smallest configuration that it runs with as an ordinary user.
type Kind struct {
	Name   string
	Binary string
	Debian string            // what to install to have it
	Args   string            // template, split at spaces
	Files  map[string]string // templates by file name
}

// Home is where one server lives: what its templates are filled from.
type Home struct {
	Dir      string           // belongs to the server's user
	At       []netip.AddrPort // where it listens, on one port
	UID, GID int
	Self     string // the lines of configuration that say who it is
	Zones    string // the lines about its zones: a template
}

// Port is that of all its addresses.
func (h *Home) Port() int { return int(h.At[0].Port()) }

// IPv4 are the addresses of this family.
func (h *Home) IPv4() []netip.Addr { return h.addresses(netip.Addr.Is4) }

// IPv6 are the addresses of this family.
func (h *Home) IPv6() []netip.Addr { return h.addresses(netip.Addr.Is6) }

func (h *Home) addresses(of func(netip.Addr) bool) (all []netip.Addr) {
	for _, at := range h.At {
		if of(at.Addr()) {
			all = append(all, at.Addr())
		}
	}
	return all
}

// fill panics at a template that is none: it is one of our own.
func (h *Home) fill(text string) string {
	var b strings.Builder
	if err := template.Must(template.New("").Parse(text)).Execute(&b, h); err != nil {
		panic(err)
	}
	return b.String()
}

// Write writes a file, which is a template.
func (h *Home) Write(name, text string) error {
	return os.WriteFile(filepath.Join(h.Dir, name), []byte(h.fill(text)), 0o644)
}

// Command writes the configuration of a kind of server, and returns what runs it in the foreground. Root runs it as the
// user of the home.
func (h *Home) Command(k Kind, path string) (*exec.Cmd, error) {
	whole := *h
	whole.Zones = h.fill(h.Zones)
	for name, text := range k.Files {
		if err := whole.Write(name, text); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command(path, strings.Fields(h.fill(k.Args))...)
	cmd.Dir, cmd.SysProcAttr = h.Dir, &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(h.UID), Gid: uint32(h.GID)}
	}
	return cmd, nil
}
