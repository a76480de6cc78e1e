//go:build linux

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"text/template"
)

// nobody is the user and the group of the name servers.
const nobody = 65534

// nameserver is a make of name server. Its configuration and arguments know Dir, Identity and the addresses IPv4, IPv6.
type nameserver struct {
	binary string
	args   []string // they end with the configuration file
	config *template.Template
}

var nsd = nameserver{"nsd", []string{"-d", "-c"}, template.Must(template.New("").Parse(`
server:
  ip-address: {{.IPv4}}
  ip-address: {{.IPv6}}
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
`))}

var knot = nameserver{"knotd", []string{"-c"}, template.Must(template.New("").Parse(`
server:
  rundir: "{{.Dir}}"
  listen: [ "{{.IPv4}}", "{{.IPv6}}" ]
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
`))}

var bind = nameserver{"named", []string{"-g", "-n", "1", "-c"}, template.Must(template.New("").Parse(`
controls { };
options {
	directory "{{.Dir}}";
	pid-file none;
	session-keyfile "session.key";
	listen-on { {{.IPv4}}; };
	listen-on-v6 { {{.IPv6}}; };
	recursion no;
	dnssec-validation no;
	hostname "{{.Identity}}";
	server-id "{{.Identity}}";
};
`))}

// startServer runs a site's name server. It does not wait for it.
func (l *lab) startServer(s *site) (err error) {
	name := s.name + "-" + s.make.binary
	dir := filepath.Join(l.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		return err
	}
	file := filepath.Join(dir, "config")
	if err := fill(s.make.config, file, struct{ Dir, Identity, IPv4, IPv6 string }{
		dir, s.identity, service[0], service[1],
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
