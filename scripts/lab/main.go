// Lab is a real anycast cloud on one Linux machine, in network namespaces: a vantage point, a
// router, and three sites. A site is an edge, which announces the same two addresses to the router by
// BGP, and a host, with a name server of another make on these.
//
//	                   ┌ wire ─ lhr1 (AS 64511), preferred ── lhr1-host (NSD,  LHR1)
//	vantage ── router ─┼ wire ─ arn1 (AS 64512) ───────────── arn1-host (Knot, ARN1)
//	         (AS 64500)└ wire ─ yyz1 (AS 64513) ───────────── yyz1-host (BIND, YYZ1)
//
// It needs root and the Debian packages bird2 nsd knot bind9 iproute2. Several labs may run at
// once. However a lab ends, its namespaces, processes and files go with it.
//
// For a person:
//
//	lab [--ecmp] [--delay 5ms,20ms,60ms]   start one, say how to watch and how to break it, wait for Ctrl-C
//	lab do [--lab NAME] COMMAND            tell it to do something, from another terminal
//
// --delay is how long a packet is on its way to lhr1, arn1, yyz1, and as long back. --ecmp prefers
// lhr1 and arn1 alike.
//
// For a test:
//
//	lab --control [--ecmp] [--delay …]
//
// writes one line to stdout once routes have converged and the vantage point gets answers over both
// families:
//
//	ready NAMESPACE FILE
//
// the network namespace of the vantage point (for ip netns exec) and the configuration of the
// plugin. From then on each line on stdin is a command, and each gets one line on stdout, when what
// it asks for is so: routes are in the router's kernel, a server is gone or answers.
//
//	ok
//	error TEXT
//
// The end of stdin ends the lab. Its exit status is 0, 1 when something failed, 2 when it cannot
// run here; then stderr says why.
//
// Commands (SITE is lhr1, arn1 or yyz1):
//
//	withdraw SITE [4|6]   the site takes back its routes, or that of one family
//	announce SITE [4|6]   and announces them again
//	kill SITE             its name server dies; the routes stay
//	start SITE            and is back
//	delay SITE DURATION   how long its wire holds a packet, one way
//	ecmp on|off           lhr1 and arn1 are preferred alike, or lhr1 alone
//	publish N [SITE …]    the zone lab.example gets serial N, at these sites or at all
//
// Reading order: command.go (the command line; options.go, refusal.go), terminal.go (a lab for a
// person), convergence.go (from nothing to answers), network.go (namespaces and what joins them),
// bird.go (BGP), servers.go and makes.go (name servers), control.go (the commands), exchange.go and
// wait.go (until something is so); below them lab.go (what a lab is), names.go, config.go, wire.go
// (packets that take their time), process.go, keeper.go (what removes it all), output.go,
// limits.go. The modes wire and keep are for the lab itself.
package main

import "os"

func main() { os.Exit(run(os.Args[1:])) }
