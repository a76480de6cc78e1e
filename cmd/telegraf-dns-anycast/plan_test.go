package main

import "testing"

// TestPlanZones: --check says what is asked for.
func TestPlanZones(t *testing.T) {
	file := writeFile(t, blockLine+cloudLine+"name = \"a\"\nservers = [\"127.0.0.1\"]\nzone = [\"example.\", \".\"]\nreference = [\"127.0.0.2\"]\n")
	got := runCommand(t, "", "--check", "--config", file)
	want := file + ` is valid; a round asks:
a
  127.0.0.1  udp  ipv4
  127.0.0.1  udp  ipv4  zone example
  127.0.0.1  udp  ipv4  zone .
reference
  127.0.0.2  udp  ipv4  zone example
  127.0.0.2  udp  ipv4  zone .
`
	if got.status != statusOK || got.stdout != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// TestPlanNameServers: --check tells the addresses of one name server apart.
func TestPlanNameServers(t *testing.T) {
	file := writeFile(t, blockLine+cloudLine+"name = \"a\"\nservers = [\"127.0.0.1\"]\n[[inputs.dns_anycast.cloud.nameserver]]\n"+
		"name = \"ns1.example\"\naddresses = [\"127.0.0.2\", \"[::1]:5353\"]\n")
	got := runCommand(t, "", "--check", "--config", file)
	want := file + ` is valid; a round asks:
a
  127.0.0.1               udp  ipv4
  ns1.example 127.0.0.2   udp  ipv4
  ns1.example [::1]:5353  udp  ipv6
`
	if got.status != statusOK || got.stdout != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// TestPlanAtlas: --check says what is read beside rounds.
func TestPlanAtlas(t *testing.T) {
	file := writeFile(t, blockLine+cloudLine+"name = \"a\"\natlas = [10301, 11301]\n[inputs.dns_anycast.cloud.tags]\nsource = \"x\"\n")
	got := runCommand(t, "", "--check", "--config", file)
	want := file + ` is valid; a round asks nothing
and beside rounds RIPE Atlas is read:
  measurement 10301  cloud a
  measurement 11301  cloud a
`
	const said = `cloud "a": its tag source has a name of catchments, whose points are without the tag: rename it` + "\n"
	if got.status != statusOK || got.stdout != want || got.stderr != said {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// TestPlanByRoute: --check says that the host's routes decide, and asks nobody, not even them.
func TestPlanByRoute(t *testing.T) {
	for _, value := range []string{`"auto"`, `["auto"]`, `"${UNSET:-auto}"`} {
		file := writeFile(t, blockLine+"families = "+value+"\n"+cloudLine+"name = \"a\"\nservers = [\"192.0.2.1\", \"2001:db8::1\"]\n")
		got := runCommand(t, "", "--check", "--config", file)
		want := file + ` is valid; a round asks, over the families that this host has a route for:
a
  192.0.2.1    udp  ipv4
  2001:db8::1  udp  ipv6
`
		if got.status != statusOK || got.stdout != want {
			t.Errorf("%s: %s, want\n%s", value, got, want)
		}
	}
}
