//go:build unix

package dns_anycast

// The smallest configuration each server runs with as an ordinary user, on loopback alone. The resolvers are given
// nothing to ask: no packet leaves the machine.

var bind = nameserver{
	name: "bind", binary: "named", debian: "bind9",
	args: "-g -n 1 -c named.conf",
	files: map[string]string{"named.conf": bindListens + `
	recursion no;
	{{.Self}}
};
`},
}

// bindListens leaves its options block open.
const bindListens = `
controls { };
options {
	directory "{{.Dir}}";
	pid-file none;
	session-keyfile "session.key";
	dnssec-validation no;
	listen-on port {{.Port}} { 127.0.0.1; };
	listen-on-v6 port {{.Port}} { {{if .IPv6}}::1{{else}}none{{end}}; };`

// bindChaos has a CHAOS view of its own, with whatever records the test wants under bind. and server.
var bindChaos = nameserver{
	name: "bind-chaos-view", binary: bind.binary, debian: bind.debian, args: bind.args,
	files: map[string]string{
		"named.conf": bindListens + `
};
view "chaos" CH {
	recursion no;
	zone "bind" CH { type primary; file "chaos.zone"; };
	zone "server" CH { type primary; file "chaos.zone"; };
};
`,
		"chaos.zone": `
$TTL 0
@ CH SOA @ root 1 1 1 1 1
@ CH NS @
{{.Self}}
`,
	},
}

var nsd = nameserver{
	name: "nsd", binary: "nsd", debian: "nsd",
	args: "-d -c nsd.conf",
	files: map[string]string{"nsd.conf": `
server:
  ip-address: 127.0.0.1@{{.Port}}
  {{if .IPv6}}ip-address: ::1@{{.Port}}{{end}}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "{{.Dir}}"
  database: ""
  zonelistfile: "{{.Dir}}/zone.list"
  xfrdfile: "{{.Dir}}/xfrd.state"
  xfrdir: "{{.Dir}}"
  pidfile: ""
  {{.Self}}
remote-control:
  control-enable: no
`},
}

var knot = nameserver{
	name: "knot", binary: "knotd", debian: "knot",
	args: "-c knot.conf",
	files: map[string]string{"knot.conf": `
server:
  rundir: "{{.Dir}}"
  listen: [ 127.0.0.1@{{.Port}}{{if .IPv6}}, ::1@{{.Port}}{{end}} ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  {{.Self}}
database:
  storage: "{{.Dir}}"
log:
  - target: stderr
    any: warning
`},
}

var unbound = nameserver{
	name: "unbound", binary: "unbound", debian: "unbound",
	args: "-d -c unbound.conf",
	files: map[string]string{"unbound.conf": `
server:
  interface: 127.0.0.1
  {{if .IPv6}}interface: ::1{{end}}
  port: {{.Port}}
  num-threads: 1
  do-daemonize: no
  use-syslog: no
  logfile: ""
  username: ""
  chroot: ""
  directory: "{{.Dir}}"
  pidfile: ""
  module-config: "iterator"
  outgoing-interface: 127.0.0.1
  local-zone: "." static
  {{.Self}}
remote-control:
  control-enable: no
`},
}

var pdnsAuth = nameserver{
	name: "pdns-auth", binary: "pdns_server", debian: "pdns-server pdns-backend-bind",
	args: "--config-dir={{.Dir}}",
	files: map[string]string{"pdns.conf": `
launch=bind
local-address=127.0.0.1{{if .IPv6}},::1{{end}}
local-port={{.Port}}
socket-dir={{.Dir}}
daemon=no
guardian=no
receiver-threads=1
distributor-threads=1
security-poll-suffix=
{{.Self}}
`},
}

var pdnsRecursor = nameserver{
	name: "pdns-recursor", binary: "pdns_recursor", debian: "pdns-recursor",
	args: "--config-dir={{.Dir}}",
	files: map[string]string{
		"recursor.conf": `
local-address=127.0.0.1{{if .IPv6}},::1{{end}}
local-port={{.Port}}
socket-dir={{.Dir}}
daemon=no
threads=1
pdns-distributes-queries=no
hint-file=no
auth-zones=.={{.Dir}}/root.zone
query-local-address=127.0.0.1
security-poll-suffix=
{{.Self}}
`,
		"root.zone": `
$ORIGIN .
$TTL 300
@ IN SOA ns root 1 3600 600 86400 60
@ IN NS ns
`,
	},
}

// dnsdist has no identity of its own: rules make one up, and all else is refused. Without a limit on waiting TCP
// connections, since 1.7 counts them wrong at times and then resets one ("too many queued already").
var dnsdist = nameserver{
	name: "dnsdist", binary: "dnsdist", debian: "dnsdist",
	args: "--supervised --disable-syslog -C dnsdist.conf",
	files: map[string]string{"dnsdist.conf": `
addLocal('127.0.0.1:{{.Port}}')
{{if .IPv6}}addLocal('[::1]:{{.Port}}'){{end}}
setSecurityPollSuffix('')
setMaxTCPQueuedConnections(0)
function chaos(name)
  return AndRule{QClassRule(3), QNameRule(name), QTypeRule(DNSQType.TXT)}
end
function txt(s)
  return SpoofRawAction(string.char(#s) .. s, {ttl=0, aa=true})
end
{{.Self}}
addAction(AllRule(), RCodeAction(DNSRCode.REFUSED))
`},
}

var gdnsd = nameserver{
	name: "gdnsd", binary: "gdnsd", debian: "gdnsd",
	args: "-c {{.Dir}} start",
	files: map[string]string{"config": `
options => {
  listen => [ "127.0.0.1:{{.Port}}"{{if .IPv6}} "[::1]:{{.Port}}"{{end}} ]
  run_dir => {{.Dir}}
  state_dir => {{.Dir}}
  udp_threads => 1
  tcp_threads => 1
  {{.Self}}
}
`},
}

// yadifa would limit replies to five a second.
var yadifa = nameserver{
	name: "yadifa", binary: "yadifad", debian: "yadifa",
	args: "-c yadifad.conf",
	files: map[string]string{"yadifad.conf": `
<main>
  daemon off
  port {{.Port}}
  listen 127.0.0.1 port {{.Port}}{{if .IPv6}},::1 port {{.Port}}{{end}}
  logpath "{{.Dir}}"
  pidfile "{{.Dir}}/yadifad.pid"
  datapath "{{.Dir}}"
  keyspath "{{.Dir}}"
  xfrpath "{{.Dir}}"
  user {{.UID}}
  group {{.GID}}
  thread-count-by-address 1
  allow-query any
</main>
<rrl>
  enabled false
</rrl>
{{.Self}}
`},
}

var knotResolver = nameserver{
	name: "knot-resolver", binary: "kresd", debian: "knot-resolver",
	args: "-n -c kresd.conf {{.Dir}}",
	files: map[string]string{"kresd.conf": `
net.listen('127.0.0.1', {{.Port}}, { kind = 'dns' })
{{if .IPv6}}net.listen('::1', {{.Port}}, { kind = 'dns' }){{end}}
net.outgoing_v4('127.0.0.1')
cache.size = 10 * MB
for _, m in ipairs({'priming', 'ta_update', 'ta_signal_query', 'ta_sentinel', 'detect_time_skew', 'detect_time_jump'}) do
  modules.unload(m)
end
trust_anchors.remove('.')
policy.add(policy.all(policy.REFUSE))
{{.Self}}
`},
}

var dnsmasq = nameserver{
	name: "dnsmasq", binary: "dnsmasq", debian: "dnsmasq-base",
	args: "-k --conf-file=dnsmasq.conf",
	files: map[string]string{"dnsmasq.conf": `
port={{.Port}}
listen-address=127.0.0.1
{{if .IPv6}}listen-address=::1{{end}}
bind-interfaces
no-resolv
no-hosts
user=
pid-file=
{{.Self}}
`},
}
