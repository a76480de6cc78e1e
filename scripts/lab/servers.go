//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"text/template"

	"github.com/miekg/dns"
)

// nobody is the user and the group of the name servers.
const nobody = 65534

// nameserver is a make of name server. Its configuration and arguments know Dir, Identity, the addresses IPv4 and IPv6
// of the service and Own of the site, and the Zone, which is read again on SIGHUP.
type nameserver struct {
	binary string
	args   []string // they end with the configuration file
	config *template.Template
}

var nsd = nameserver{"nsd", []string{"-d", "-c"}, template.Must(template.New("").Parse(`
server:
  ip-address: {{.IPv4}}
  ip-address: {{.IPv6}}
  ip-address: {{.Own}}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "{{.Dir}}"
  database: ""
  zonelistfile: "{{.Dir}}/zone.list"
  xfrdfile: "{{.Dir}}/xfrd.state"
  xfrdir: "{{.Dir}}"
  pidfile: ""
  identity: "{{.Identity}}"
  nsid: "ascii_{{.Identity}}"
remote-control:
  control-enable: no
zone:
  name: {{.Zone}}
  zonefile: zone
`))}

var knot = nameserver{"knotd", []string{"-c"}, template.Must(template.New("").Parse(`
server:
  rundir: "{{.Dir}}"
  listen: [ "{{.IPv4}}", "{{.IPv6}}", "{{.Own}}" ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  identity: "{{.Identity}}"
  nsid: "{{.Identity}}"
database:
  storage: "{{.Dir}}"
log:
  - target: stderr
    any: warning
template:
  - id: default
    storage: "{{.Dir}}"
    journal-content: none
    zonefile-sync: -1
zone:
  - domain: {{.Zone}}
    file: zone
`))}

var bind = nameserver{"named", []string{"-g", "-n", "1", "-c"}, template.Must(template.New("").Parse(`
controls { };
options {
	directory "{{.Dir}}";
	pid-file none;
	session-keyfile "session.key";
	listen-on { {{.IPv4}}; {{.Own}}; };
	listen-on-v6 { {{.IPv6}}; };
	recursion no;
	dnssec-validation no;
	hostname "{{.Identity}}";
	server-id "{{.Identity}}";
	notify no;
};
zone "{{.Zone}}" { type primary; file "zone"; };
`))}

// startServer runs a site's name server. It does not wait for it.
func (l *lab) startServer(s *site) (err error) {
	name, dir := s.serverName(), l.serverDir(s)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		return err
	}
	if err := l.writeZone(s); err != nil {
		return err
	}
	file := filepath.Join(dir, "config")
	if err := fill(s.make.config, file, struct{ Dir, Identity, IPv4, IPv6, Own, Zone string }{
		dir, s.identity, service[0], service[1], neighbour(s.number)[0], zone,
	}); err != nil {
		return err
	}
	cmd := exec.Command(s.make.binary, append(s.make.args, file)...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	s.server, err = l.start(s.name, name, cmd)
	return err
}

// awaitServer returns when a site's server answers at the site itself.
func (l *lab) awaitServer(ctx context.Context, s *site) error {
	return l.await(ctx, "an answer at "+s.name, func() error { return l.answered(s.name) })
}

func (s *site) serverName() string { return s.name + "-" + s.make.binary }

func (l *lab) serverDir(s *site) string { return filepath.Join(l.dir, s.serverName()) }

// zone is what all sites serve.
const zone = "lab.example"

func (l *lab) writeZone(s *site) error {
	text := fmt.Sprintf("$ORIGIN %s.\n$TTL 60\n@ IN SOA ns root %d 3600 600 86400 60\n@ IN NS ns\nns IN A %s\n", zone, s.serial, service[0])
	return os.WriteFile(filepath.Join(l.serverDir(s), "zone"), []byte(text), 0o644)
}

// publish gives sites a new serial and returns when their servers answer with it.
func (l *lab) publish(ctx context.Context, serial uint32, sites []*site) error {
	for _, s := range sites {
		s.serial = serial
		if err := l.writeZone(s); err != nil {
			return err
		}
		if s.server == nil {
			continue // it will know when it starts
		}
		if err := s.server.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			return err
		}
		if err := l.await(ctx, fmt.Sprintf("serial %d at %s", serial, s.name), func() error { return l.serves(s) }); err != nil {
			return err
		}
	}
	return nil
}

// serves objects unless the site's server answers with its serial.
func (l *lab) serves(s *site) error {
	r, err := l.exchange(s.name, service[0], new(dns.Msg).SetQuestion(zone+".", dns.TypeSOA))
	if err != nil {
		return err
	}
	for _, rr := range r.Answer {
		if soa, ok := rr.(*dns.SOA); ok && soa.Serial == s.serial {
			return nil
		}
	}
	return fmt.Errorf("it answers %v", r.Answer)
}
