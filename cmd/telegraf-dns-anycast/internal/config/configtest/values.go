package configtest

import "strings"

const outOfRange = ` is out of range: write one from "1ms" to "1m"`

var misusedValues = []Misuse{
	{"timeout of 2017", WithOption(`timeout = 2`), `: timeout: 2 has no unit: write "2s"`},
	{"timeout, fraction", WithOption(`timeout = 0.5`), `: timeout: 0.5 has no unit: write "0.5s"`},
	{"timeout, bare 0", WithOption(`timeout = 0`), `: timeout: 0 has no unit: write it like "2s" or "500ms"`},
	{"timeout, bare and negative", WithOption(`timeout = -1`), `: timeout: -1 has no unit: write it like "2s" or "500ms"`},
	{"timeout, bare milliseconds", WithOption(`timeout = 2000`), `: timeout: 2000 has no unit: write it like "2s" or "500ms"`},
	{"timeout in quotes", WithOption(`timeout = "2"`), `: timeout: 2 has no unit: write "2s"`},
	{"timeout, no duration", WithOption(`timeout = "soon"`), `: timeout: "soon" is no duration: write it like "2s" or "500ms"`},
	{"timeout, empty", WithOption(`timeout = ""`), `: timeout: "" is no duration: write it like "2s" or "500ms"`},
	{"timeout, upper case", WithOption(`timeout = "2S"`), `: timeout: "2S" is no duration: write it like "2s" or "500ms"`},
	{"timeout, negative", WithOption(`timeout = "-2s"`), ": timeout: -2s" + outOfRange},
	{"timeout, zero", WithOption(`timeout = "0s"`), ": timeout: 0s" + outOfRange},
	{"timeout, 2 ns", WithOption(`timeout = "2ns"`), ": timeout: 2ns" + outOfRange},
	{"timeout, huge", WithOption(`timeout = "61s"`), ": timeout: 1m1s" + outOfRange},
	{"timeout beyond 64 bits", WithOption(`timeout = "9999999h"`), `: timeout: "9999999h" is no duration: write it like "2s" or "500ms"`},
	{"queries, none", WithOption(`queries = 0`), ": queries: 0 is out of range: write a number from 1 to 10"},
	{"queries, too many", WithOption(`queries = 11`), ": queries: 11 is out of range: write a number from 1 to 10"},
	{"queries in quotes", WithOption(`queries = "3"`), ": queries: is a string: write a whole number, without quotes"},
	{"confirm, none", WithOption(`confirm = 0`), ": confirm: 0 is out of range: write a number from 1 to 100"},
	{"confirm, too many", WithOption(`confirm = 101`), ": confirm: 101 is out of range: write a number from 1 to 100"},
	{"state_file, relative", WithOption(`state_file = "state"`), `: state_file: "state" is no absolute path: write one like "/var/lib/telegraf/dns_anycast.state"`},
	{"families, empty", WithOption(`families = []`), `: families: the list is empty: name at least one of "ipv4", "ipv6", "auto"`},
	{"families, unknown", WithOption(`families = ["ipv4", "ip6"]`), `: families[2]: "ip6" is not one of "ipv4", "ipv6", "auto"`},
	{"families, twice", WithOption(`families = ["ipv4", "ipv4"]`), `: families[2]: "ipv4" is listed twice`},
	{"transports, empty", WithOption(`transports = []`), `: transports: the list is empty: name at least one of "udp", "tcp"`},
	{"transports, unknown", WithOption(`transports = ["UDP"]`), `: transports[1]: "UDP" is not one of "udp", "tcp"`},
	{"identity_names, empty", WithOption(`identity_names = []`), `: identity_names: the list is empty: name at least one of "hostname.bind", "id.server"`},
	{"identity_names, unknown", WithOption(`identity_names = ["version.bind"]`), `: identity_names[1]: "version.bind" is not one of "hostname.bind", "id.server"`},
	{"cloud's identity_names, empty", WithCloudOption(`identity_names = []`), `: cloud[1] "a".identity_names: the list is empty: name at least one of "hostname.bind", "id.server"`},
	{"cloud's identity_names, unknown", WithCloudOption(`identity_names = ["id.server."]`), `: cloud[1] "a".identity_names[1]: "id.server." is not one of "hostname.bind", "id.server"`},
	{"max_instances, zero", WithOption(`max_instances = 0`), ": max_instances: 0 is out of range: write a number from 1 to 1000000"},
	{"max_instances, negative", WithOption(`max_instances = -1`), ": max_instances: -1 is out of range: write a number from 1 to 1000000"},
	{"max_instances, huge", WithOption(`max_instances = 1000001`), ": max_instances: 1000001 is out of range: write a number from 1 to 1000000"},
	{"source_ipv4, IPv6", WithOption(`source_ipv4 = "::1"`), `: source_ipv4: "::1" is no IPv4 address to query from`},
	{"source_ipv6, IPv4", WithOption(`source_ipv6 = "127.0.0.1"`), `: source_ipv6: "127.0.0.1" is no IPv6 address to query from`},
	{"source_ipv6, mapped", WithOption(`source_ipv6 = "::ffff:127.0.0.1"`), `: source_ipv6: "::ffff:127.0.0.1" is no IPv6 address to query from`},
	{"source_ipv4, name", WithOption(`source_ipv4 = "localhost"`), `: source_ipv4: "localhost" is no IPv4 address to query from`},
	{"source_ipv4, any", WithOption(`source_ipv4 = "0.0.0.0"`), `: source_ipv4: "0.0.0.0" is no IPv4 address to query from`},
	{"source_ipv4, broadcast", WithOption(`source_ipv4 = "255.255.255.255"`), `: source_ipv4: "255.255.255.255" is no IPv4 address to query from`},
	{"source_ipv6, multicast", WithOption(`source_ipv6 = "ff02::1%lo"`), `: source_ipv6: "ff02::1%lo" is no IPv6 address to query from`},
	{"source_ipv6, no interface", WithOption(`source_ipv6 = "fe80::1"`), `: source_ipv6: "fe80::1" is link-local: name its interface, as in "fe80::1%eth0"`},
	{"source_ipv6, interface", WithOption(`source_ipv6 = "::1%lo"`), `: source_ipv6: "::1%lo" has a zone, which only a link-local address needs`},
	{"no cloud", BlockLine, ": no cloud: write an [[inputs.dns_anycast.cloud]] block with name and servers"},
	{"families leave none", BlockLine + "families = [\"ipv6\"]\n" + CloudA, `: no server is left for families = "ipv6"`},
}

var misusedClouds = []Misuse{
	{"no name", BlockLine + CloudLine + "servers = [\"127.0.0.1\"]\n", ": cloud[1].name: is missing: give the cloud a name"},
	{"empty name", BlockLine + CloudLine + "name = \"\"\n", ": cloud[1].name: is missing: give the cloud a name"},
	{"blank name", BlockLine + CloudLine + "name = \" \"\nservers = [\"127.0.0.1\"]\n", `: cloud[1] " ".name: is empty: write some text`},
	{"white space around name", BlockLine + CloudA + CloudLine + "name = \"a \"\nservers = [\"127.0.0.1\"]\n", `: cloud[2] "a ".name: "a " has white space around it: write "a"`},
	{"newline in name", BlockLine + CloudLine + "name = \"a\\nb\"\nservers = [\"127.0.0.1\"]\n", `: cloud[1] "a\nb".name: "a\nb" holds '\n': write printable text without a backslash`},
	{"one name twice", BlockLine + CloudA + CloudB + CloudA, `: cloud[3] "a".name: cloud[1] has the same name: give each cloud a name of its own`},
	{"no servers", BlockLine + CloudLine + "name = \"a\"\n", `: cloud[1] "a".servers: is missing: list at least one address or host name`},
	{"empty servers", BlockLine + CloudA + CloudLine + "name = \"b\"\nservers = []\n", `: cloud[2] "b".servers: is missing: list at least one address or host name`},
	{"site without group", WithCloudOption(`site = "^[a-z]{3}"`), `: cloud[1] "a".site: "^[a-z]{3}" has no group: put the site in parentheses, as in '^([a-z]{3})'`},
	{"site with a group that holds nothing", WithCloudOption(`site = "^(?:[a-z]{3})"`), `: cloud[1] "a".site: "^(?:[a-z]{3})" has no group: put the site in parentheses, as in '^([a-z]{3})'`},
	{"site that does not compile", WithCloudOption(`site = "^([a-z]{3}"`), ": cloud[1] \"a\".site: error parsing regexp: missing closing ): `^([a-z]{3}`"},
	{"site in Perl", WithCloudOption(`site = '^(?<!x)([a-z]{3})'`), ": cloud[1] \"a\".site: error parsing regexp: invalid named capture: `(?<!x)([a-z]{3})`"},
	{"location, unknown code", WithOption(`location = "XQX"`), `: location: "XQX" is no code that is known here: write one such as "LHR", or degrees north and east with a comma, "51.47,-0.45"`},
	{"location, out of range", WithOption(`location = "91,0"`), `: location: "91,0" is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`},
	{"location, no number", WithOption(`location = "NaN,0"`), `: location: "NaN,0" is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`},
	{"location, three", WithOption(`location = "1,2,3"`), `: location: "1,2,3" is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`},
	{"slow_factor, below one", WithOption(`slow_factor = 0.9`), ": slow_factor: 0.9 is out of range: write a number from 1 to 100"},
	{"slow_factor in quotes", WithOption(`slow_factor = "2"`), ": slow_factor: is a string: write a number, without quotes"},
	{"floor_factor, not a number", WithOption(`floor_factor = nan`), ": floor_factor: NaN is out of range: write a number from 1 to 100"},
	{"slow_after, none", WithOption(`slow_after = 0`), ": slow_after: 0 is out of range: write a number from 1 to 100"},
	{"far_over, bare", WithOption(`far_over = 20`), `: far_over: 20 has no unit: write "20s"`},
	{"far_floor, negative", WithOption(`far_floor = "-1ms"`), `: far_floor: -1ms is out of range: write one from "0s" to "1m"`},
	{"slow_over of a cloud", WithCloudOption(`slow_over = "2m"`), `: cloud[1] "a".slow_over: 2m0s is out of range: write one from "0s" to "1m"`},
	{"places, unknown", WithCloudOption(`places = "/nowhere/locode"`), `: cloud[1] "a".places: stat /nowhere/locode: no such file or directory: write "iata", or a CSV file that is there`},
	{"sites without a table", WithCloudOption(`sites = ["LHR"]`), `: cloud[1] "a".sites[1]: no place is known for "LHR": write a [[inputs.dns_anycast.cloud.place]] block, or places = "iata"`},
	{"sites, unknown", WithCloudOption("places = \"iata\"\nsites = [\"LHR\", \"XQX\"]"), `: cloud[1] "a".sites[2]: no place is known for "XQX": write a [[inputs.dns_anycast.cloud.place]] block`},
	{"place without a code", WithCloudOption("[[inputs.dns_anycast.cloud.place]]\nlatitude = 1\nlongitude = 2"), `: cloud[1] "a".place[1].code: is empty: write some text`},
	{"place without a longitude", WithCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nlatitude = 1"), `: cloud[1] "a".place[1]: latitude and longitude are both needed, in degrees north and east`},
	{"place out of range", WithCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nlatitude = 1\nlongitude = 181"), `: cloud[1] "a".place[1]: 1, 181 is out of range: a latitude is from -90 to 90, a longitude from -180 to 180`},
	{"place twice", WithCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nlatitude = 1\nlongitude = 2\n[[inputs.dns_anycast.cloud.place]]\ncode = \"s1\"\nlatitude = 1\nlongitude = 2"), `: cloud[1] "a".place[2].code: "s1" has a place already`},
	{"place, no block", WithCloudOption(`place = "S1"`), `: cloud[1] "a".place: is a string: write [[inputs.dns_anycast.cloud.place]] blocks, with double brackets`},
	{"zone, empty", WithCloudOption(`zone = ""`), `: cloud[1] "a".zone[1]: "" is empty: write a zone, "." for the root`},
	{"zone, empty list", WithCloudOption(`zone = []`), `: cloud[1] "a".zone: the list is empty: name a zone, as in "example"`},
	{"zone, number", WithCloudOption(`zone = 5`), `: cloud[1] "a".zone: is a whole number: write a string in quotes, or a list of them, as in ["…", "…"]`},
	{"zone, twice", WithCloudOption(`zone = ["example", "EXAMPLE."]`), `: cloud[1] "a".zone[2]: "EXAMPLE." is listed twice`},
	{"zone, two in one", WithCloudOption(`zone = "a, b"`), `: cloud[1] "a".zone[1]: "a, b" is no zone: write it like "example" or "xn--wgv71a.example"`},
	{"zone in letters of its own", WithCloudOption(`zone = "日本.example"`), `: cloud[1] "a".zone[1]: "日本.example" is no zone: write it like "example" or "xn--wgv71a.example"`},
	{"reference without zone", WithCloudOption(`reference = ["127.0.0.1"]`), `: cloud[1] "a".reference: is asked for zones only: write a zone as well`},
	{"reference, host name", WithCloudOption("zone = \"example\"\nreference = [\"ns1.example\"]"), `: cloud[1] "a".reference[1]: "ns1.example" is a host name: write an address`},
	{"reference, twice", WithCloudOption("zone = \"example\"\nreference = [\"127.0.0.1\", \"127.0.0.1:53\"]"), `: cloud[1] "a".reference[2]: "127.0.0.1:53" is listed twice: reference[1] is the same`},
	{"cloud of references", BlockLine + CloudLine + "name = \"reference\"\nservers = [\"127.0.0.1\"]\n", `: cloud[1] "reference".name: "reference" is the cloud of reference addresses: choose another`},
	{"expect that does not compile", WithCloudOption(`expect = "lhr1)"`), ": cloud[1] \"a\".expect: error parsing regexp: unexpected ): `lhr1)`"},
	{"empty tag", WithTag(`operator = ""`), `: cloud[1] "a".tags.operator: is empty: write some text`},
	{"backslash in tag", WithTag(`operator = 'a\b'`), `: cloud[1] "a".tags.operator: "a\\b" holds '\\': write printable text without a backslash`},
	{"newline in tag", WithTag(`operator = "a\nb"`), `: cloud[1] "a".tags.operator: "a\nb" holds '\n': write printable text without a backslash`},
	{"newline in tag's name", WithTag(`"a\nb" = "c"`), `: cloud[1] "a".tags."a\nb": "a\nb" holds '\n': write printable text without a backslash`},
	{"tag site", WithTag(`site = "x"`), `: cloud[1] "a".tags.site: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags], or choose another name for a tag`},
	{"tag of Prometheus' own", WithTag(`__name__ = "x"`), `: cloud[1] "a".tags.__name__: begins with __, which Prometheus keeps for itself; it would refuse the points: choose another`},
	{"two tags of one label", WithTag("\"oper-ator\" = \"x\"\noper_ator = \"y\""), `: cloud[1] "a".tags.oper_ator: is the label oper_ator to Prometheus, and so is the tag "oper-ator": rename one of them`},
	{"variable in tag's name", WithTag(`"${OPERATOR:-cira}" = "x"`), `: cloud[1] "a".tags."${OPERATOR:-cira}": variables stand in values alone: write the name of the tag itself`},
	{"servers below tags", WithTag(`servers = ["127.0.0.1"]`), `: cloud[1] "a".tags.servers: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags]`},
	{"tags in double brackets", WithCloudOption("[[inputs.dns_anycast.cloud.tags]]\noperator = \"x\""), `: cloud[1] "a".tags: write [inputs.dns_anycast.cloud.tags], with single brackets`},
	{"sites, not in the table", WithCloudOption("places = \"iata\"\nsites = [\"XQX\"]"), `: cloud[1] "a".sites[1]: no place is known for "XQX": write a [[inputs.dns_anycast.cloud.place]] block`},
	{"empty tag's name", WithTag(`"" = "c"`), `: cloud[1] "a".tags."": is empty: write some text`},
}

const orLeaveItOut = ": is empty: write a value, or leave the option out"

// misusedEmpty has a row for each option of text that would be switched off by a variable that is
// empty.
func misusedEmpty() (rows []Misuse) {
	for _, option := range strings.Fields(`state_file source_ipv4 source_ipv6 location`) {
		rows = append(rows, Misuse{"empty " + option, WithOption(option + ` = ""`), ": " + option + orLeaveItOut})
	}
	for _, option := range strings.Fields(`site expect places`) {
		rows = append(rows, Misuse{"empty " + option, WithCloudOption(option + ` = ''`), `: cloud[1] "a".` + option + orLeaveItOut})
	}
	return rows
}

// misusedTags has a row for each name that a tag of a cloud may not bear: the tags and fields of
// its page, and host.
func misusedTags() (rows []Misuse) {
	for _, name := range strings.Fields(`server address cloud family transport instance identity_source result
		rcode query_time_ms connect_time_ms result_code answered rcode_value hostname nsid discarded time_source error
		config targets targets_answered round_ms rounds_coalesced stamps_missing over_max_instances host`) {
		rows = append(rows, Misuse{
			"tag " + name, WithTag(name + ` = "x"`),
			`: cloud[1] "a".tags.` + name + ": is a name of this plugin's or of Telegraf's own: choose another",
		})
	}
	return rows
}

// misusedServers are one server's text each, in quotes, and what is said about it.
func misusedServers() (rows []Misuse) {
	for _, s := range []struct{ text, want string }{
		{"", " is empty: write an address or a host name"},
		{" 127.0.0.1", " has white space around it"},
		{"127.0.0.1, 127.0.0.2", ` looks like two servers in one string: write "…", "…"`},
		{"127.0.0.1,127.0.0.2", ` looks like two servers in one string: write "…", "…"`},
		{"127.0.0.1 127.0.0.2", ` looks like two servers in one string: write "…", "…"`},
		{"ns1.example;ns2.example", ` looks like two servers in one string: write "…", "…"`},
		{"127.0.0.1:0", ": the port is a number from 1 to 65535"},
		{"127.0.0.1:65536", ": the port is a number from 1 to 65535"},
		{"127.0.0.1:-1", ": the port is a number from 1 to 65535"},
		{"127.0.0.1:dns", ": the port is a number from 1 to 65535"},
		{"127.0.0.1:", ": the port is a number from 1 to 65535"},
		{"localhost:", ": the port is a number from 1 to 65535"},
		{"[::1]:99999", ": the port is a number from 1 to 65535"},
		{"[::1]:", ": the port is a number from 1 to 65535"},
		{"[::1]53", `: after the bracket comes a colon and a port: write "[2001:db8::1]:53"`},
		{"[::1", ` has no closing bracket: write "[2001:db8::1]:53"`},
		{"[127.0.0.1]:53", ` has no IPv6 address in its brackets: write "[2001:db8::1]:53"`},
		{"::1:::53", ` is no IPv6 address; with a port it is written "[2001:db8::1]:53"`},
		{"127.0.0.256", " is no IPv4 address"},
		{"127.0.0", " is no IPv4 address"},
		{"127.0.0.01", " is no IPv4 address"},
		{"127.0.0.1/32", " is neither an address nor a host name"},
		{"ns1..example", " is neither an address nor a host name"},
		{"-ns1.example", " is neither an address nor a host name"},
		{"ns1.exämple", ` has letters beyond ASCII: write the name as the DNS has it, as in "xn--bcher-kva.example"`},
		{"bücher.example:53", ` has letters beyond ASCII: write the name as the DNS has it, as in "xn--bcher-kva.example"`},
		{".", " is empty: write an address or a host name"},
		{"0.0.0.0", " is no address of one host"},
		{"::", " is no address of one host"},
		{"224.0.0.1", " is no address of one host"},
		{"::ffff:224.0.0.1", " is no address of one host"},
		{"ff02::1%lo", " is no address of one host"},
		{"255.255.255.255", " is no address of one host"},
		{"fe80::1", ` is link-local: name its interface, as in "fe80::1%eth0"`},
		{"[fe80::1]:53", ` is link-local: name its interface, as in "fe80::1%eth0"`},
		{"::1%lo", " has a zone, which only a link-local address needs"},
	} {
		quoted := `"` + s.text + `"`
		rows = append(rows, Misuse{"server " + s.text, WithServers(`"127.0.0.9", ` + quoted), `: cloud[1] "a".servers[2]: ` + quoted + s.want})
	}
	return rows
}

// misusedTwice are pairs that are one server.
func misusedTwice() (rows []Misuse) {
	for _, pair := range [][2]string{
		{"127.0.0.1", "127.0.0.1"},
		{"127.0.0.1", "127.0.0.1:53"},
		{"127.0.0.1:53", "::ffff:127.0.0.1"},
		{"127.0.0.1:5353", "[::ffff:7f00:1]:5353"},
		{"::1", "0:0:0:0:0:0:0:1"},
		{"::1", "[::1]:53"},
		{"::1", "[::1]"},
		{"2001:db8::A", "2001:0DB8::a"},
		{"fe80::1%lo", "[FE80:0::1%lo]:53"},
		{"localhost", "LOCALHOST"},
		{"localhost", "localhost."},
		{"ns1.example.", "NS1.Example:53"},
	} {
		list := `"` + pair[0] + `", "127.0.0.9", "` + pair[1] + `"`
		rows = append(rows, Misuse{
			"twice " + pair[1], WithServers(list),
			`: cloud[1] "a".servers[3]: "` + pair[1] + `" is listed twice: servers[1] is the same`,
		})
	}
	return rows
}
