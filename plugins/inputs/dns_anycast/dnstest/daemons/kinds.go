//go:build unix

package daemons

// The resolvers are given nothing to ask: no packet leaves the machine.

// BIND is one without recursion.
var BIND = Kind{
	Name: "bind", Binary: "named", Debian: "bind9",
	Args: "-g -n 1 -c named.conf",
	Files: map[string]string{"named.conf": bindListens + `
	recursion no;
	{{.Self}}
};
{{.Zones}}
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
	listen-on port {{.Port}} { {{range .IPv4}}{{.}}; {{end}}};
	listen-on-v6 port {{.Port}} { {{range .IPv6}}{{.}}; {{else}}none; {{end}}};`

// BINDChaos has a CHAOS view of its own, with whatever records the test wants under bind. and server.
var BINDChaos = Kind{
	Name: "bind-chaos-view", Binary: BIND.Binary, Debian: BIND.Debian, Args: BIND.Args,
	Files: map[string]string{
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

var NSD = Kind{
	Name: "nsd", Binary: "nsd", Debian: "nsd",
	Args: "-d -c nsd.conf",
	Files: map[string]string{"nsd.conf": `
server:
{{- range .At}}
  ip-address: {{.Addr}}@{{.Port}}
{{- end}}
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
{{.Zones}}
`},
}

// Knot is Knot DNS.
var Knot = Kind{
	Name: "knot", Binary: "knotd", Debian: "knot",
	Args: "-c knot.conf",
	Files: map[string]string{"knot.conf": `
server:
  rundir: "{{.Dir}}"
  listen: [ {{range $i, $at := .At}}{{if $i}}, {{end}}"{{$at.Addr}}@{{$at.Port}}"{{end}} ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  {{.Self}}
database:
  storage: "{{.Dir}}"
log:
  - target: stderr
    any: warning
{{.Zones}}
`},
}

// Unbound is a resolver.
var Unbound = Kind{
	Name: "unbound", Binary: "unbound", Debian: "unbound",
	Args: "-d -c unbound.conf",
	Files: map[string]string{"unbound.conf": `
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
{{.Zones}}
`},
}

// PowerDNS is its authoritative server.
var PowerDNS = Kind{
	Name: "pdns-auth", Binary: "pdns_server", Debian: "pdns-server pdns-backend-bind",
	Args: "--config-dir={{.Dir}}",
	Files: map[string]string{"pdns.conf": `
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

// Recursor is PowerDNS's.
var Recursor = Kind{
	Name: "pdns-recursor", Binary: "pdns_recursor", Debian: "pdns-recursor",
	Args: "--config-dir={{.Dir}}",
	Files: map[string]string{
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

// Dnsdist has no identity of its own: rules make one up, and all else is refused. Without a limit on waiting TCP
// connections, since 1.7 counts them wrong at times and then resets one ("too many queued already").
var Dnsdist = Kind{
	Name: "dnsdist", Binary: "dnsdist", Debian: "dnsdist",
	Args: "--supervised --disable-syslog -C dnsdist.conf",
	Files: map[string]string{"dnsdist.conf": `
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

var Gdnsd = Kind{
	Name: "gdnsd", Binary: "gdnsd", Debian: "gdnsd",
	Args: "-c {{.Dir}} start",
	Files: map[string]string{"config": `
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

// YADIFA would limit replies to five a second.
var YADIFA = Kind{
	Name: "yadifa", Binary: "yadifad", Debian: "yadifa",
	Args: "-c yadifad.conf",
	Files: map[string]string{"yadifad.conf": `
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

// KnotResolver refuses what it has no module for.
var KnotResolver = Kind{
	Name: "knot-resolver", Binary: "kresd", Debian: "knot-resolver",
	Args: "-n -c kresd.conf {{.Dir}}",
	Files: map[string]string{"kresd.conf": `
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

var Dnsmasq = Kind{
	Name: "dnsmasq", Binary: "dnsmasq", Debian: "dnsmasq-base",
	Args: "-k --conf-file=dnsmasq.conf",
	Files: map[string]string{"dnsmasq.conf": `
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
