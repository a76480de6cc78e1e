package configtest

import "strings"

const ns1 = "name = \"ns1\"\naddresses = [\"127.0.0.2\"]\n"

// misusedNameServers have the cloud's server 127.0.0.1 beside them.
var misusedNameServers = []Misuse{
	{"name server, no block", WithCloudOption(`nameserver = "ns1"`), `: cloud[1] "a".nameserver: is a string: write [[inputs.dns_anycast.cloud.nameserver]] blocks, with double brackets`},
	{"name server in single brackets", WithCloudOption("[inputs.dns_anycast.cloud.nameserver]\n" + ns1), `: cloud[1] "a".nameserver: is a table: write [[inputs.dns_anycast.cloud.nameserver]] blocks, with double brackets`},
	{"name server without a name", WithNameServer(`addresses = ["127.0.0.2"]`), `: cloud[1] "a".nameserver[1].name: is missing: give the name server a name`},
	{"name server, empty name", WithNameServer("name = \"\"\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1].name: is missing: give the name server a name`},
	{"name server, blank name", WithNameServer("name = \" \"\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] " ".name: is empty: write some text`},
	{"name server, name in blanks", WithNameServer("name = \"ns1 \"\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] "ns1 ".name: "ns1 " has white space around it: write "ns1"`},
	{"name server, backslash", WithNameServer("name = 'n\\s'\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] "n\\s".name: "n\\s" holds '\\': write printable text without a backslash`},
	{"name server, long name", WithNameServer("name = \"" + strings.Repeat("n", 254) + "\"\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] "` + strings.Repeat("n", 253) + `".name: has 254 bytes: a name has 253 at most`},
	{"name server, number for a name", WithNameServer("name = 1\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1].name: is a whole number: write a string in quotes`},
	{"name server without addresses", WithNameServer(`name = "ns1"`), `: cloud[1] "a".nameserver[1] "ns1".addresses: is missing: list at least one address`},
	{"name server, no address", WithNameServer("name = \"ns1\"\naddresses = []"), `: cloud[1] "a".nameserver[1] "ns1".addresses: is missing: list at least one address`},
	{"name server, one address", WithNameServer("name = \"ns1\"\naddresses = \"127.0.0.2\""), `: cloud[1] "a".nameserver[1] "ns1".addresses: is a string: ` + aListOfStrings},
	{"name server, host name", WithNameServer("name = \"ns1\"\naddresses = [\"ns1.example\"]"), `: cloud[1] "a".nameserver[1] "ns1".addresses[1]: "ns1.example" is a host name: write an address, or list the name in servers`},
	{"name server, wrong address", WithNameServer("name = \"ns1\"\naddresses = [\"127.0.0.2\", \"127.0.0.300\"]"), `: cloud[1] "a".nameserver[1] "ns1".addresses[2]: "127.0.0.300" is no IPv4 address`},
	{"name server, wrong port", WithNameServer("name = \"ns1\"\naddresses = [\"127.0.0.2:0\"]"), `: cloud[1] "a".nameserver[1] "ns1".addresses[1]: "127.0.0.2:0": the port is a number from 1 to 65535`},
	{"name server, address twice", WithNameServer("name = \"ns1\"\naddresses = [\"127.0.0.2\", \"127.0.0.2:53\"]"), `: cloud[1] "a".nameserver[1] "ns1".addresses[2]: "127.0.0.2:53" is listed twice: nameserver[1].addresses[1] is the same`},
	{"name server, two ports", WithNameServer("name = \"ns1\"\naddresses = [\"127.0.0.2\", \"127.0.0.2:5353\"]"), `: cloud[1] "a".nameserver[1] "ns1".addresses[2]: "127.0.0.2:5353" is at another port of the same address as addresses[1]: give it a name server of its own`},
	{"name server, address in servers", WithNameServer("name = \"ns1\"\naddresses = [\"::ffff:127.0.0.1\"]"), `: cloud[1] "a".nameserver[1] "ns1".addresses[1]: "::ffff:127.0.0.1" is listed twice: servers[1] is the same`},
	{"name server, address of another", WithNameServer(ns1 + "[[inputs.dns_anycast.cloud.nameserver]]\nname = \"ns2\"\naddresses = [\"127.0.0.3\", \"127.0.0.2\"]"), `: cloud[1] "a".nameserver[2] "ns2".addresses[2]: "127.0.0.2" is listed twice: nameserver[1].addresses[1] is the same`},
	{"name server twice", WithNameServer(ns1 + "[[inputs.dns_anycast.cloud.nameserver]]\nname = \"NS1.\"\naddresses = [\"127.0.0.3\"]"), `: cloud[1] "a".nameserver[2] "NS1.".name: nameserver[1] has the same name: list all its addresses in one block`},
	{"name server in servers", BlockLine + CloudLine + "name = \"a\"\nservers = [\"127.0.0.1\", \"NS1.example\"]\n[[inputs.dns_anycast.cloud.nameserver]]\nname = \"ns1.example.\"\naddresses = [\"127.0.0.2\"]\n", `: cloud[1] "a".nameserver[1] "ns1.example.".name: "ns1.example." stands in the cloud's servers[2], too: leave one of them out`},
	{"name server called as an address", WithNameServer("name = \"127.0.0.1\"\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] "127.0.0.1".name: "127.0.0.1" stands in the cloud's servers[1], too: leave one of them out`},
	{"name server without a cloud", BlockLine + "[[inputs.dns_anycast.nameserver]]\n" + ns1, `: nameserver: does not belong here: write it in an [[inputs.dns_anycast.cloud]] block`},
	{"name server, variable", WithNameServer("name = \"${DNS_ANYCAST_UNSET}\"\naddresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1].name: ` + unsetVariable},
}
