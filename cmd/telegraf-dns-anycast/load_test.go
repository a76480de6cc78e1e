package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// misuse is a configuration that must be refused, and how, behind the name of the file.
type misuse struct{ name, conf, want string }

const (
	blockLine = "[[inputs.dns_anycast]]\n"
	cloudLine = "[[inputs.dns_anycast.cloud]]\n"
	cloudA    = cloudLine + "name = \"a\"\nservers = [\"127.0.0.1\"]\n"
	cloudB    = cloudLine + "name = \"b\"\nservers = [\"127.0.0.1\"]\n"
)

// withOption is a valid file but for option, a line of the plugin's own.
func withOption(option string) string { return blockLine + option + "\n" + cloudA }

// withCloudOption is a valid file but for option, the last line of a cloud.
func withCloudOption(option string) string { return blockLine + cloudA + option + "\n" }

// withServers is a valid file but for the servers of its cloud.
func withServers(list string) string {
	return blockLine + cloudLine + "name = \"a\"\nservers = [" + list + "]\n"
}

// withTag is a valid file but for a tag of its cloud.
func withTag(line string) string {
	return withCloudOption("[inputs.dns_anycast.cloud.tags]\n" + line)
}

const onlyBlockHere = "does not belong here: the file holds one [[inputs.dns_anycast]] block and nothing else"

var misusedFiles = []misuse{
	{"empty file", "", ": has no [[inputs.dns_anycast]] block"},
	{"comments alone", "# nothing\n", ": has no [[inputs.dns_anycast]] block"},
	{"binary junk", "\x7fELF\x00\x01\x02", ":1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8"},
	{"no UTF-8", blockLine + "timeout = \"\xff\"\n", ":2: invalid UTF-8 byte: 0xff in column 12: save the file as UTF-8"},
	{"no TOML", blockLine + "timeout: 2s\n", ":2: expected '.' or '=', but got ':' instead"},
	{"string not closed", blockLine + "\ntimeout = \"2s\n" + cloudA, ":3: strings cannot contain newlines"},
	{"list not closed", blockLine + cloudLine + "name = \"a\"\nservers = [\"127.0.0.1\"\n", ":4: expected a comma (',') or array terminator (']'), but got end of file"},
	{"bracket missing", "[[inputs.dns_anycast]\n", `:1: expected end of table array name delimiter ']', but got '\n' instead`},
	{"key twice", withOption("timeout = \"2s\"\ntimeout = \"3s\""), ":3: Key 'inputs.dns_anycast.timeout' has already been defined."},
	{"key twice in a cloud", withCloudOption(`name = "b"`), ":5: Key 'inputs.dns_anycast.cloud.name' has already been defined."},
	{"tags twice", withTag("a = \"b\"\n[inputs.dns_anycast.cloud.tags]"), ":7: Key 'inputs.dns_anycast.cloud.tags' has already been defined."},
	{"second block", blockLine + cloudA + blockLine + cloudB, ": inputs.dns_anycast[2]: the file has 2 [[inputs.dns_anycast]] blocks: write one, with a cloud block for each cloud"},
	{"single brackets", "[inputs.dns_anycast]\n", ": inputs.dns_anycast: write [[inputs.dns_anycast]], with double brackets"},
	{"no outer block", cloudA, ": inputs.dns_anycast: write [[inputs.dns_anycast]], with double brackets"},
	{"another table", "[agent]\n" + blockLine + cloudA, ": agent: " + onlyBlockHere},
	{"key outside", "timeout = \"2s\"\n" + blockLine + cloudA, ": timeout: " + onlyBlockHere},
	{"telegraf.conf", "[[inputs.cpu]]\n" + blockLine + cloudA, ": inputs.cpu: " + onlyBlockHere},
	{"output", blockLine + cloudA + "[[outputs.file]]\n", ": outputs: " + onlyBlockHere},
	{"block misspelt", "[[inputs.dns_anicast]]\n" + cloudA, ": inputs.dns_anicast: did you mean [[inputs.dns_anycast]]?"},
	{"block in the singular", "[[input.dns_anycast]]\n", ": input: did you mean [[inputs.dns_anycast]]?"},
	{"table with a name in quotes", "[\"a b\"]\n", `: "a b": ` + onlyBlockHere},
	{"execd block", "[[inputs.execd]]\ncommand = [\"x\"]\n", ": inputs.execd: " + onlyBlockHere},
}

var misusedKeys = []misuse{
	{"unknown option", withOption(`retries = 3`), ": retries: unknown option: there are cloud, confirm, edns, families, far_floor, far_over, floor_factor, floor_over, identity_names, internal, location, max_instances, queries, slow_after, slow_factor, slow_over, source_ipv4, source_ipv6, spread, state_file, timeout, transports"},
	{"misspelt option", withOption(`timout = "2s"`), ": timout: unknown option: did you mean timeout?"},
	{"upper case", withOption(`Timeout = "2s"`), ": Timeout: unknown option: did you mean timeout?"},
	{"singular", withOption(`family = ["ipv4"]`), ": family: unknown option: there are cloud, confirm, edns, families, far_floor, far_over, floor_factor, floor_over, identity_names, internal, location, max_instances, queries, slow_after, slow_factor, slow_over, source_ipv4, source_ipv6, spread, state_file, timeout, transports"},
	{"misspelt cloud", blockLine + strings.ReplaceAll(cloudA, ".cloud", ".clouds"), ": clouds: unknown option: did you mean cloud?"},
	{"unknown in cloud", withCloudOption(`retries = 3`), `: cloud[1] "a".retries: unknown option: there are expect, far_floor, far_over, floor_factor, floor_over, identity_names, name, place, places, reference, servers, site, sites, slow_after, slow_factor, slow_over, tags, zone`},
	{"misspelt in cloud", blockLine + cloudA + cloudLine + "name = \"b\"\nserver = [\"127.0.0.1\"]\n", `: cloud[2] "b".server: unknown option: did you mean servers?`},
	{"misspelt in nameless cloud", blockLine + cloudLine + "server = [\"127.0.0.1\"]\n", ": cloud[1].server: unknown option: did you mean servers?"},
	{"plugin's option in cloud", withCloudOption(`timeout = "2s"`), `: cloud[1] "a".timeout: does not belong here: write it in the [[inputs.dns_anycast]] block, above its first cloud`},
	{"cloud's option in the block", withOption(`servers = ["127.0.0.1"]`), ": servers: does not belong here: write it in an [[inputs.dns_anycast.cloud]] block"},
	{"place's option in cloud", withCloudOption(`latitude = 1`), `: cloud[1] "a".latitude: does not belong here: write it in an [[inputs.dns_anycast.cloud.place]] block`},
	{"cloud's option below its tags", withTag(`places = "iata"`), `: cloud[1] "a".tags.places: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags], or choose another name for a tag`},
	{"place is no block, name with a dot", blockLine + strings.Replace(cloudA, `"a"`, `"a.b \" c"`, 1) + "place = 1\n", `: cloud[1] "a.b \" c".place: is a whole number: write [[inputs.dns_anycast.cloud.place]] blocks, with double brackets`},
	{"regular expression in double quotes", withCloudOption(`site = "(\d)"`), `:5: invalid escape in string '\d': write regular expressions in single quotes`},
	{"URL", withServers(`"https://dns.example/"`), `: cloud[1] "a".servers[1]: "https://dns.example/" is a URL: write the address or the host name alone`},
	{"spread without a unit", withOption(`spread = 1`), `: spread: 1 has no unit: write "1s"`},
	{"spread out of range", withOption(`spread = "2m"`), `: spread: 2m0s is out of range: write one from "0s" to "1m"`},
	{"of 2017", withOption(`server = "127.0.0.1"`), ": server: unknown option: did you mean servers, in an [[inputs.dns_anycast.cloud]] block?"},
	{"plugin's option misspelt in cloud", withCloudOption(`timout = "2s"`), `: cloud[1] "a".timout: unknown option: did you mean timeout, in the [[inputs.dns_anycast]] block, above its first cloud?`},
	{"Telegraf's option in cloud", withCloudOption(`interval = "10s"`), `: cloud[1] "a".interval: is an option of Telegraf's: write it in the [[inputs.execd]] block`},
	{"Telegraf's option in place", withCloudOption("[[inputs.dns_anycast.cloud.place]]\nname_override = \"x\""), `: cloud[1] "a".place[1].name_override: is an option of Telegraf's: write it in the [[inputs.execd]] block`},
	{"tags in place", withCloudOption("[[inputs.dns_anycast.cloud.place]]\ntags = 1"), `: cloud[1] "a".place[1].tags: does not belong here: write it in an [[inputs.dns_anycast.cloud]] block`},
}

// misusedTelegraf has the options that Telegraf reads itself, of any input.
func misusedTelegraf() (rows []misuse) {
	for _, option := range strings.Fields(`alias always_include_global_tags always_include_local_tags collection_jitter
		collection_offset fielddrop fieldexclude fieldinclude fieldpass interval log_level metricpass name_override
		name_prefix name_suffix namedrop namepass precision startup_error_behavior tagdrop tagexclude taginclude tagpass
		tags time_source namedrop_separator namepass_separator pass drop`) {
		rows = append(rows, misuse{
			"Telegraf's " + option, withOption(option + ` = "x"`),
			": " + option + ": is an option of Telegraf's: write it in the [[inputs.execd]] block",
		})
	}
	return rows
}

const aListOfStrings = `write a list of strings, as in ["…", "…"]`

// misusedTypes has a row for each kind of option and each type it is not.
var misusedTypes = []misuse{
	{"string for list", withOption(`families = "ipv4"`), ": families: is a string: " + aListOfStrings},
	{"number for list", withOption(`transports = 1`), ": transports: is a whole number: " + aListOfStrings},
	{"number in list", withOption(`identity_names = ["id.server", 1]`), ": identity_names[2]: is a whole number: write a string in quotes"},
	{"list in list", withOption(`families = [["ipv4"]]`), ": families[1]: is a list: write a string in quotes"},
	{"string for truth value", withOption(`edns = "true"`), ": edns: is a string: write true or false, without quotes"},
	{"number for truth value", withOption(`edns = 1`), ": edns: is a whole number: write true or false, without quotes"},
	{"string for number", withOption(`max_instances = "500"`), ": max_instances: is a string: write a whole number, without quotes"},
	{"fraction for number", withOption(`max_instances = 1.5`), ": max_instances: is a number: write a whole number, without quotes"},
	{"number beyond 64 bits", withOption(`max_instances = 99999999999999999999`), ":2: 99999999999999999999 is out of range for int64"},
	{"number for string", withOption(`source_ipv4 = 127`), ": source_ipv4: is a whole number: write a string in quotes"},
	{"list for string", withOption(`source_ipv6 = ["::1"]`), ": source_ipv6: is a list: write a string in quotes"},
	{"truth value for time", withOption(`timeout = true`), ": timeout: is a truth value: write a string in quotes"},
	{"list for time", withOption(`timeout = ["2s"]`), ": timeout: is a list: write a string in quotes"},
	{"date for time", withOption(`timeout = 2026-01-01`), ": timeout: is a date: write a string in quotes"},
	{"string for clouds", blockLine + "cloud = \"a\"\n", ": cloud: is a string: write [[inputs.dns_anycast.cloud]] blocks, with double brackets"},
	{"table for clouds", blockLine + "[inputs.dns_anycast.cloud]\nname = \"a\"\n", ": cloud: is a table: write [[inputs.dns_anycast.cloud]] blocks, with double brackets"},
	{"number for name", blockLine + cloudLine + "name = 1\n", ": cloud[1].name: is a whole number: write a string in quotes"},
	{"string for servers", blockLine + cloudLine + "name = \"a\"\nservers = \"127.0.0.1\"\n", `: cloud[1] "a".servers: is a string: ` + aListOfStrings},
	{"number for site", withCloudOption(`site = 1`), `: cloud[1] "a".site: is a whole number: write a string in quotes`},
	{"string for names", withCloudOption(`identity_names = "id.server"`), `: cloud[1] "a".identity_names: is a string: ` + aListOfStrings},
	{"list for tags", withCloudOption(`tags = ["a"]`), `: cloud[1] "a".tags: is a list: write a table of strings, as in operator = "…"`},
	{"number for tag", withTag("asn = 64496"), `: cloud[1] "a".tags.asn: is a whole number: write a string in quotes`},
	{"table for tag", withTag("a.b = \"c\""), `: cloud[1] "a".tags.a: is a table: write a string in quotes`},
}

const outOfRange = ` is out of range: write one from "1ms" to "1m"`

var misusedValues = []misuse{
	{"timeout of 2017", withOption(`timeout = 2`), `: timeout: 2 has no unit: write "2s"`},
	{"timeout, fraction", withOption(`timeout = 0.5`), `: timeout: 0.5 has no unit: write "0.5s"`},
	{"timeout, bare 0", withOption(`timeout = 0`), `: timeout: 0 has no unit: write it like "2s" or "500ms"`},
	{"timeout, bare and negative", withOption(`timeout = -1`), `: timeout: -1 has no unit: write it like "2s" or "500ms"`},
	{"timeout, bare milliseconds", withOption(`timeout = 2000`), `: timeout: 2000 has no unit: write it like "2s" or "500ms"`},
	{"timeout in quotes", withOption(`timeout = "2"`), `: timeout: 2 has no unit: write "2s"`},
	{"timeout, no duration", withOption(`timeout = "soon"`), `: timeout: "soon" is no duration: write it like "2s" or "500ms"`},
	{"timeout, empty", withOption(`timeout = ""`), `: timeout: "" is no duration: write it like "2s" or "500ms"`},
	{"timeout, upper case", withOption(`timeout = "2S"`), `: timeout: "2S" is no duration: write it like "2s" or "500ms"`},
	{"timeout, negative", withOption(`timeout = "-2s"`), ": timeout: -2s" + outOfRange},
	{"timeout, zero", withOption(`timeout = "0s"`), ": timeout: 0s" + outOfRange},
	{"timeout, 2 ns", withOption(`timeout = "2ns"`), ": timeout: 2ns" + outOfRange},
	{"timeout, huge", withOption(`timeout = "61s"`), ": timeout: 1m1s" + outOfRange},
	{"timeout beyond 64 bits", withOption(`timeout = "9999999h"`), `: timeout: "9999999h" is no duration: write it like "2s" or "500ms"`},
	{"queries, none", withOption(`queries = 0`), ": queries: 0 is out of range: write a number from 1 to 10"},
	{"queries, too many", withOption(`queries = 11`), ": queries: 11 is out of range: write a number from 1 to 10"},
	{"queries in quotes", withOption(`queries = "3"`), ": queries: is a string: write a whole number, without quotes"},
	{"confirm, none", withOption(`confirm = 0`), ": confirm: 0 is out of range: write a number from 1 to 100"},
	{"confirm, too many", withOption(`confirm = 101`), ": confirm: 101 is out of range: write a number from 1 to 100"},
	{"state_file, relative", withOption(`state_file = "state"`), `: state_file: "state" is no absolute path: write one like "/var/lib/telegraf/dns_anycast.state"`},
	{"families, empty", withOption(`families = []`), `: families: the list is empty: name at least one of "ipv4", "ipv6"`},
	{"families, unknown", withOption(`families = ["ipv4", "ip6"]`), `: families[2]: "ip6" is not one of "ipv4", "ipv6"`},
	{"families, twice", withOption(`families = ["ipv4", "ipv4"]`), `: families[2]: "ipv4" is listed twice`},
	{"transports, empty", withOption(`transports = []`), `: transports: the list is empty: name at least one of "udp", "tcp"`},
	{"transports, unknown", withOption(`transports = ["UDP"]`), `: transports[1]: "UDP" is not one of "udp", "tcp"`},
	{"identity_names, empty", withOption(`identity_names = []`), `: identity_names: the list is empty: name at least one of "hostname.bind", "id.server"`},
	{"identity_names, unknown", withOption(`identity_names = ["version.bind"]`), `: identity_names[1]: "version.bind" is not one of "hostname.bind", "id.server"`},
	{"cloud's identity_names, empty", withCloudOption(`identity_names = []`), `: cloud[1] "a".identity_names: the list is empty: name at least one of "hostname.bind", "id.server"`},
	{"cloud's identity_names, unknown", withCloudOption(`identity_names = ["id.server."]`), `: cloud[1] "a".identity_names[1]: "id.server." is not one of "hostname.bind", "id.server"`},
	{"max_instances, zero", withOption(`max_instances = 0`), ": max_instances: 0 is out of range: write a number from 1 to 1000000"},
	{"max_instances, negative", withOption(`max_instances = -1`), ": max_instances: -1 is out of range: write a number from 1 to 1000000"},
	{"max_instances, huge", withOption(`max_instances = 1000001`), ": max_instances: 1000001 is out of range: write a number from 1 to 1000000"},
	{"source_ipv4, IPv6", withOption(`source_ipv4 = "::1"`), `: source_ipv4: "::1" is no IPv4 address to query from`},
	{"source_ipv6, IPv4", withOption(`source_ipv6 = "127.0.0.1"`), `: source_ipv6: "127.0.0.1" is no IPv6 address to query from`},
	{"source_ipv6, mapped", withOption(`source_ipv6 = "::ffff:127.0.0.1"`), `: source_ipv6: "::ffff:127.0.0.1" is no IPv6 address to query from`},
	{"source_ipv4, name", withOption(`source_ipv4 = "localhost"`), `: source_ipv4: "localhost" is no IPv4 address to query from`},
	{"source_ipv4, any", withOption(`source_ipv4 = "0.0.0.0"`), `: source_ipv4: "0.0.0.0" is no IPv4 address to query from`},
	{"source_ipv4, broadcast", withOption(`source_ipv4 = "255.255.255.255"`), `: source_ipv4: "255.255.255.255" is no IPv4 address to query from`},
	{"source_ipv6, multicast", withOption(`source_ipv6 = "ff02::1%lo"`), `: source_ipv6: "ff02::1%lo" is no IPv6 address to query from`},
	{"source_ipv6, no interface", withOption(`source_ipv6 = "fe80::1"`), `: source_ipv6: "fe80::1" is link-local: name its interface, as in "fe80::1%eth0"`},
	{"source_ipv6, interface", withOption(`source_ipv6 = "::1%lo"`), `: source_ipv6: "::1%lo" has a zone, which only a link-local address needs`},
	{"no cloud", blockLine, ": no cloud: write an [[inputs.dns_anycast.cloud]] block with name and servers"},
	{"families leave none", blockLine + "families = [\"ipv6\"]\n" + cloudA, `: no server is left for families = "ipv6"`},
}

var misusedClouds = []misuse{
	{"no name", blockLine + cloudLine + "servers = [\"127.0.0.1\"]\n", ": cloud[1].name: is missing: give the cloud a name"},
	{"empty name", blockLine + cloudLine + "name = \"\"\n", ": cloud[1].name: is missing: give the cloud a name"},
	{"blank name", blockLine + cloudLine + "name = \" \"\nservers = [\"127.0.0.1\"]\n", `: cloud[1] " ".name: is empty: write some text`},
	{"white space around name", blockLine + cloudA + cloudLine + "name = \"a \"\nservers = [\"127.0.0.1\"]\n", `: cloud[2] "a ".name: "a " has white space around it: write "a"`},
	{"newline in name", blockLine + cloudLine + "name = \"a\\nb\"\nservers = [\"127.0.0.1\"]\n", `: cloud[1] "a\nb".name: "a\nb" holds '\n': write printable text without a backslash`},
	{"one name twice", blockLine + cloudA + cloudB + cloudA, `: cloud[3] "a".name: cloud[1] has the same name: give each cloud a name of its own`},
	{"no servers", blockLine + cloudLine + "name = \"a\"\n", `: cloud[1] "a".servers: is missing: list at least one address or host name`},
	{"empty servers", blockLine + cloudA + cloudLine + "name = \"b\"\nservers = []\n", `: cloud[2] "b".servers: is missing: list at least one address or host name`},
	{"site without group", withCloudOption(`site = "^[a-z]{3}"`), `: cloud[1] "a".site: "^[a-z]{3}" has no group: put the site in parentheses, as in '^([a-z]{3})'`},
	{"site with a group that holds nothing", withCloudOption(`site = "^(?:[a-z]{3})"`), `: cloud[1] "a".site: "^(?:[a-z]{3})" has no group: put the site in parentheses, as in '^([a-z]{3})'`},
	{"site that does not compile", withCloudOption(`site = "^([a-z]{3}"`), ": cloud[1] \"a\".site: error parsing regexp: missing closing ): `^([a-z]{3}`"},
	{"site in Perl", withCloudOption(`site = '^(?<!x)([a-z]{3})'`), ": cloud[1] \"a\".site: error parsing regexp: invalid named capture: `(?<!x)([a-z]{3})`"},
	{"location, unknown code", withOption(`location = "XQX"`), `: location: "XQX" is no code that is known here: write one such as "LHR", or degrees north and east with a comma, "51.47,-0.45"`},
	{"location, out of range", withOption(`location = "91,0"`), `: location: "91,0" is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`},
	{"location, no number", withOption(`location = "NaN,0"`), `: location: "NaN,0" is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`},
	{"location, three", withOption(`location = "1,2,3"`), `: location: "1,2,3" is no place: write a code such as "LHR", or degrees north and east, as in "51.47,-0.45"`},
	{"slow_factor, below one", withOption(`slow_factor = 0.9`), ": slow_factor: 0.9 is out of range: write a number from 1 to 100"},
	{"slow_factor in quotes", withOption(`slow_factor = "2"`), ": slow_factor: is a string: write a number, without quotes"},
	{"floor_factor, not a number", withOption(`floor_factor = nan`), ": floor_factor: NaN is out of range: write a number from 1 to 100"},
	{"slow_after, none", withOption(`slow_after = 0`), ": slow_after: 0 is out of range: write a number from 1 to 100"},
	{"far_over, bare", withOption(`far_over = 20`), `: far_over: 20 has no unit: write "20s"`},
	{"far_floor, negative", withOption(`far_floor = "-1ms"`), `: far_floor: -1ms is out of range: write one from "0s" to "1m"`},
	{"slow_over of a cloud", withCloudOption(`slow_over = "2m"`), `: cloud[1] "a".slow_over: 2m0s is out of range: write one from "0s" to "1m"`},
	{"places, unknown", withCloudOption(`places = "/nowhere/locode"`), `: cloud[1] "a".places: stat /nowhere/locode: no such file or directory: write "iata", or a CSV file that is there`},
	{"sites without a table", withCloudOption(`sites = ["LHR"]`), `: cloud[1] "a".sites[1]: no place is known for "LHR": write a [[inputs.dns_anycast.cloud.place]] block, or places = "iata"`},
	{"sites, unknown", withCloudOption("places = \"iata\"\nsites = [\"LHR\", \"XQX\"]"), `: cloud[1] "a".sites[2]: no place is known for "XQX": write a [[inputs.dns_anycast.cloud.place]] block`},
	{"place without a code", withCloudOption("[[inputs.dns_anycast.cloud.place]]\nlatitude = 1\nlongitude = 2"), `: cloud[1] "a".place[1].code: is empty: write some text`},
	{"place without a longitude", withCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nlatitude = 1"), `: cloud[1] "a".place[1]: latitude and longitude are both needed, in degrees north and east`},
	{"place out of range", withCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nlatitude = 1\nlongitude = 181"), `: cloud[1] "a".place[1]: 1, 181 is out of range: a latitude is from -90 to 90, a longitude from -180 to 180`},
	{"place twice", withCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nlatitude = 1\nlongitude = 2\n[[inputs.dns_anycast.cloud.place]]\ncode = \"s1\"\nlatitude = 1\nlongitude = 2"), `: cloud[1] "a".place[2].code: "s1" has a place already`},
	{"place, no block", withCloudOption(`place = "S1"`), `: cloud[1] "a".place: is a string: write [[inputs.dns_anycast.cloud.place]] blocks, with double brackets`},
	{"zone, empty", withCloudOption(`zone = ""`), `: cloud[1] "a".zone[1]: "" is empty: write a zone, "." for the root`},
	{"zone, empty list", withCloudOption(`zone = []`), `: cloud[1] "a".zone: the list is empty: name a zone, as in "example"`},
	{"zone, number", withCloudOption(`zone = 5`), `: cloud[1] "a".zone: is a whole number: write a string in quotes, or a list of them, as in ["…", "…"]`},
	{"zone, twice", withCloudOption(`zone = ["example", "EXAMPLE."]`), `: cloud[1] "a".zone[2]: "EXAMPLE." is listed twice`},
	{"zone, two in one", withCloudOption(`zone = "a, b"`), `: cloud[1] "a".zone[1]: "a, b" is no zone: write it like "example" or "xn--wgv71a.example"`},
	{"zone in letters of its own", withCloudOption(`zone = "日本.example"`), `: cloud[1] "a".zone[1]: "日本.example" is no zone: write it like "example" or "xn--wgv71a.example"`},
	{"reference without zone", withCloudOption(`reference = ["127.0.0.1"]`), `: cloud[1] "a".reference: is asked for zones only: write a zone as well`},
	{"reference, host name", withCloudOption("zone = \"example\"\nreference = [\"ns1.example\"]"), `: cloud[1] "a".reference[1]: "ns1.example" is a host name: write an address`},
	{"reference, twice", withCloudOption("zone = \"example\"\nreference = [\"127.0.0.1\", \"127.0.0.1:53\"]"), `: cloud[1] "a".reference[2]: "127.0.0.1:53" is listed twice: reference[1] is the same`},
	{"cloud of references", blockLine + cloudLine + "name = \"reference\"\nservers = [\"127.0.0.1\"]\n", `: cloud[1] "reference".name: "reference" is the cloud of reference addresses: choose another`},
	{"expect that does not compile", withCloudOption(`expect = "lhr1)"`), ": cloud[1] \"a\".expect: error parsing regexp: unexpected ): `lhr1)`"},
	{"empty tag", withTag(`operator = ""`), `: cloud[1] "a".tags.operator: is empty: write some text`},
	{"backslash in tag", withTag(`operator = 'a\b'`), `: cloud[1] "a".tags.operator: "a\\b" holds '\\': write printable text without a backslash`},
	{"newline in tag", withTag(`operator = "a\nb"`), `: cloud[1] "a".tags.operator: "a\nb" holds '\n': write printable text without a backslash`},
	{"newline in tag's name", withTag(`"a\nb" = "c"`), `: cloud[1] "a".tags."a\nb": "a\nb" holds '\n': write printable text without a backslash`},
	{"tag site", withTag(`site = "x"`), `: cloud[1] "a".tags.site: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags], or choose another name for a tag`},
	{"tag of Prometheus' own", withTag(`__name__ = "x"`), `: cloud[1] "a".tags.__name__: begins with __, which Prometheus keeps for itself; it would refuse the points: choose another`},
	{"two tags of one label", withTag("\"oper-ator\" = \"x\"\noper_ator = \"y\""), `: cloud[1] "a".tags.oper_ator: is the label oper_ator to Prometheus, and so is the tag "oper-ator": rename one of them`},
	{"variable in tag's name", withTag(`"${OPERATOR:-cira}" = "x"`), `: cloud[1] "a".tags."${OPERATOR:-cira}": variables stand in values alone: write the name of the tag itself`},
	{"servers below tags", withTag(`servers = ["127.0.0.1"]`), `: cloud[1] "a".tags.servers: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags]`},
	{"tags in double brackets", withCloudOption("[[inputs.dns_anycast.cloud.tags]]\noperator = \"x\""), `: cloud[1] "a".tags: write [inputs.dns_anycast.cloud.tags], with single brackets`},
	{"sites, not in the table", withCloudOption("places = \"iata\"\nsites = [\"XQX\"]"), `: cloud[1] "a".sites[1]: no place is known for "XQX": write a [[inputs.dns_anycast.cloud.place]] block`},
	{"empty tag's name", withTag(`"" = "c"`), `: cloud[1] "a".tags."": is empty: write some text`},
}

const orLeaveItOut = ": is empty: write a value, or leave the option out"

// misusedEmpty has a row for each option of text that would be switched off by a variable that is empty.
func misusedEmpty() (rows []misuse) {
	for _, option := range strings.Fields(`state_file source_ipv4 source_ipv6 location`) {
		rows = append(rows, misuse{"empty " + option, withOption(option + ` = ""`), ": " + option + orLeaveItOut})
	}
	for _, option := range strings.Fields(`site expect places`) {
		rows = append(rows, misuse{"empty " + option, withCloudOption(option + ` = ''`), `: cloud[1] "a".` + option + orLeaveItOut})
	}
	return rows
}

// misusedTags has a row for each name that a tag of a cloud may not bear: the tags and fields of its page, and host.
func misusedTags() (rows []misuse) {
	for _, name := range strings.Fields(`server address cloud family transport instance identity_source result
		rcode query_time_ms connect_time_ms result_code answered rcode_value hostname nsid discarded time_source error
		config targets targets_answered round_ms rounds_coalesced stamps_missing over_max_instances host`) {
		rows = append(rows, misuse{
			"tag " + name, withTag(name + ` = "x"`),
			`: cloud[1] "a".tags.` + name + ": is a name of this plugin's or of Telegraf's own: choose another",
		})
	}
	return rows
}

// misusedServers are one server's text each, in quotes, and what is said about it.
func misusedServers() (rows []misuse) {
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
		rows = append(rows, misuse{"server " + s.text, withServers(`"127.0.0.9", ` + quoted), `: cloud[1] "a".servers[2]: ` + quoted + s.want})
	}
	return rows
}

// misusedTwice are pairs that are one server.
func misusedTwice() (rows []misuse) {
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
		rows = append(rows, misuse{
			"twice " + pair[1], withServers(list),
			`: cloud[1] "a".servers[3]: "` + pair[1] + `" is listed twice: servers[1] is the same`,
		})
	}
	return rows
}

const unsetVariable = "the environment variable DNS_ANYCAST_UNSET is not set; a literal $ is written $$"

var misusedVariables = []misuse{
	{"unset in option", withOption(`timeout = "$DNS_ANYCAST_UNSET"`), ": timeout: " + unsetVariable},
	{"unset in list", withServers(`"127.0.0.1", "${DNS_ANYCAST_UNSET}"`), `: cloud[1] "a".servers[2]: ` + unsetVariable},
	{"unset in text", withServers(`"127.0.0.1:$DNS_ANYCAST_UNSET"`), `: cloud[1] "a".servers[1]: ` + unsetVariable},
	{"unset in tag", withTag(`operator = "x-${DNS_ANYCAST_UNSET}-y"`), `: cloud[1] "a".tags.operator: ` + unsetVariable},
	{"unset, with a message", withTag(`operator = "${DNS_ANYCAST_UNSET:?name the operator}"`), `: cloud[1] "a".tags.operator: the environment variable DNS_ANYCAST_UNSET is not set: name the operator`},
	{"default that is unset", withServers(`"${DNS_ANYCAST_UNSET:-$DNS_ANYCAST_UNSET}"`), `: cloud[1] "a".servers[1]: ` + unsetVariable},
	{"other form", withOption(`timeout = "${HOME:+2s}"`), `: timeout: "${HOME:+2s}" is no variable: ` + variableForms},
	{"no closing brace", withCloudOption(`site = '^([a-z]{3}${'`), `: cloud[1] "a".site: "${" has no closing brace: ` + variableForms},
	{"variable for a number", withOption(`max_instances = "$HOME"`), ": max_instances: is a string: write a whole number, without quotes"},
}

func misuses() []misuse {
	return slices.Concat(misusedFiles, misusedKeys, misusedTelegraf(), misusedTypes, misusedValues, misusedClouds, misusedEmpty(), misusedTags(),
		misusedServers(), misusedTwice(), misusedVariables)
}

// TestMisuseText checks what is said. The line may be left to TestLineOfFault, but what names a path has one.
func TestMisuseText(t *testing.T) {
	for _, m := range misuses() {
		t.Run(m.name, func(t *testing.T) {
			file := writeFile(t, m.conf)
			_, err := configure(options{config: file}, newConsole(&bytes.Buffer{}, false))
			if err == nil {
				t.Fatal("accepted")
			}
			said := strings.TrimPrefix(err.Error(), file)
			if strings.HasPrefix(m.want, ": ") && !ofNoLine.MatchString(m.want) {
				line := lineSaid.FindString(said)
				said = strings.TrimPrefix(said, line)
				if line == "" {
					t.Errorf("no line in\n%s", err)
				}
			}
			if said != m.want {
				t.Errorf("said\n%s, want\n%s", said, m.want)
			}
		})
	}
}

var (
	lineSaid = regexp.MustCompile(`^:[1-9][0-9]*`)
	ofNoLine = regexp.MustCompile(`^: (has no|no cloud:|no server) `)
)

// TestMisuse: whatever is wrong is refused in every mode before anything is sent. The runs wait more than they work:
// hence more of them at a time than package testing would allow.
func TestMisuse(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	defer wg.Wait()
	atOnce := make(chan struct{}, 12)
	for _, m := range misuses() {
		file := writeFile(t, m.conf)
		if _, err := configure(options{config: file}, newConsole(&bytes.Buffer{}, false)); err == nil {
			t.Errorf("%s: accepted", m.name) // it would send queries
			continue
		}
		atOnce <- struct{}{}
		wg.Go(func() {
			checkRefused(t, m.name, file, "")
			<-atOnce
		})
	}
}

// TestUnreadable covers what is no file to read.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	for _, m := range []misuse{
		{"missing", filepath.Join(dir, "none.conf"), "no such file or directory"},
		{"directory", dir, "is a directory"},
		{"beneath a file", filepath.Join(writeFile(t, "x"), "plugin.conf"), "not a directory"},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			checkRefused(t, m.name, m.conf, m.conf+": cannot be read: "+m.want)
		})
	}
}

// checkRefused runs the program in its three modes on file. want, unless empty, is the message but for its level.
func checkRefused(t *testing.T, name, file, want string) {
	t.Helper()
	for mode, level := range map[string]string{"--check": "", "--once": "", "--poll_interval_disabled": "E! "} {
		began := time.Now()
		got, err := runProgram(binary(t), "\n", mode, "--config", file)
		lines := strings.Count(got.stderr, "\n")
		switch {
		case err != nil:
			t.Error(err)
		case got.status != statusUsage || got.stdout != "" || lines < 1 || lines > 3:
			t.Errorf("%s, %s: %s, want status %d, nothing on stdout and 1 to 3 lines on stderr", name, mode, got, statusUsage)
		case !strings.HasPrefix(got.stderr, level+file+":"):
			t.Errorf("%s, %s: %s, want the message to begin with %q", name, mode, got, level+file)
		case level != "" && time.Since(began) < 50*time.Millisecond:
			t.Errorf("%s: it ended after %v: execd loses the last message of who ends at once", name, time.Since(began))
		case want != "" && got.stderr != level+want+"\n":
			t.Errorf("%s, %s: %s, want %q", name, mode, got, level+want)
		}
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plugin.conf")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestOptionOfFileWithServers: the file's options hold for servers on the command line, and so do its
// refusals, also where a flag says the same option.
func TestOptionOfFileWithServers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ option, flags, want string }{
		{"max_instances = 0", "", "max_instances: 0 is out of range: write a number from 1 to 1000000"},
		{`timeout = "0s"`, "--timeout 1s", "timeout: 0s" + outOfRange},
		{`timeout = "0s"`, "--timeout 0s", "timeout: 0s" + outOfRange},
		{`transports = ["TCP"]`, "--tcp", `transports[1]: "TCP" is not one of "udp", "tcp"`},
		{`state_file = "state"`, "", `state_file: "state" is no absolute path: write one like "/var/lib/telegraf/dns_anycast.state"`},
	} {
		file := writeFile(t, withOption(test.option))
		args := append([]string{"--once", "--config", file, "127.0.0.1"}, strings.Fields(test.flags)...)
		got := runCommand(t, "", args...)
		want := file + ":2: " + test.want + "\n"
		if got.status != statusUsage || got.stdout != "" || got.stderr != want {
			t.Errorf("%s: %s, want status %d and %q", test.option, got, statusUsage, want)
		}
	}
}

// TestLeftOut: what the families leave out is one warning, in every mode.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	file := writeFile(t, blockLine+"families = [\"ipv6\"]\n"+
		cloudLine+"name = \"a\"\nservers = [\"127.0.0.1\", \"::1\", \"127.0.0.2\"]\n"+cloudB)
	const want = `left out, since families = "ipv6": 127.0.0.1, 127.0.0.2, 127.0.0.1` + "\n"
	if got := runCommand(t, "", "--check", "--config", file); got.status != statusOK || got.stderr != want {
		t.Errorf("--check: %s, want %q on stderr", got, want)
	}
	if got := runCommand(t, "", "--once", "--config", file); got.stderr != want {
		t.Errorf("--once: %s, want %q on stderr", got, want)
	}
	if got := runCommand(t, "", "--config", file); got.status != statusOK || got.stderr != "W! "+want {
		t.Errorf("execd mode: %s, want %q on stderr", got, "W! "+want)
	}
}

// TestAccepted has what is close to a misuse and is none.
func TestAccepted(t *testing.T) {
	for _, test := range []struct {
		name, conf string
		queries    int
	}{
		{"one server in two clouds", blockLine + cloudA + cloudB, 2},
		{"one address, two ports", withServers(`"127.0.0.1", "127.0.0.1:5353", "localhost", "localhost:5353"`), 4},
		{"one address, two interfaces", withServers(`"fe80::1%lo", "fe80::1%eth9", "fe80::2%lo"`), 3},
		{"names with underscore, digits, final dot", withServers(`"_ns.example.", "1.2.3.example", "a-b.c1"`), 3},
		{"CRLF", strings.ReplaceAll(blockLine+cloudA, "\n", "\r\n"), 1},
		{"byte order mark", "\ufeff" + blockLine + cloudA, 1},
		{"own place without a name", withCloudOption("[[inputs.dns_anycast.cloud.place]]\ncode = \"S1\"\nname = \"\"\nlatitude = 1\nlongitude = 2"), 1},
		{"tags like later fields about the plugin itself", withTag("version = \"9.20\"\ninterval_s = \"10\""), 1},
		{"tags like later fields of its points", withTag("refresh_s = \"3600\"\nsites_announced = \"3\""), 1},
		{"link-local source", withOption(`source_ipv6 = "fe80::1%lo"`), 1},
		{"shortest timeout", withOption(`timeout = "1ms"`), 1},
		{"longest timeout", withOption(`timeout = "60s"`), 1},
		{"group that takes part elsewhere", withCloudOption(`site = "^(?:x([a-z]+)|y([a-z]+))$"`), 1},
	} {
		if plan, err := plan(test.conf); err != nil || len(plan) != test.queries {
			t.Errorf("%s: %d queries, %v, want %d", test.name, len(plan), err, test.queries)
		}
	}
}

// plan is decode and Init.
func plan(conf string) ([]dns_anycast.PlannedQuery, error) {
	d := dns_anycast.New()
	if err := decode(conf, d, environment); err != nil {
		return nil, err
	}
	if err := d.Init(); err != nil {
		return nil, err
	}
	return d.Plan(), nil
}

var commentSign = regexp.MustCompile(`(?m)^( +)# `)

// fullSample is sample.conf with every comment sign of an option removed.
func fullSample() string {
	return commentSign.ReplaceAllString(dns_anycast.New().SampleConfig(), "$1")
}

func TestSampleLoads(t *testing.T) {
	t.Parallel()
	for name, conf := range map[string]string{"as printed": runCommand(t, "", "--sample-config").stdout, "in full": fullSample()} {
		got := runCommand(t, "", "--check", "--config", writeFile(t, conf))
		if got.status != statusOK || got.stderr != "" || !strings.Contains(got.stdout, "127.0.0.1  udp  ipv4") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if fullSample() == dns_anycast.New().SampleConfig() {
		t.Error("nothing was commented")
	}
}

// TestSampleDefaults: a commented value is the default, where there is one, so that a default stands in two places at
// most and in both alike.
func TestSampleDefaults(t *testing.T) {
	var shown dns_anycast.DNSAnycast
	if err := decode(fullSample(), &shown, environment); err != nil {
		t.Fatal(err)
	}
	defaults := reflect.ValueOf(dns_anycast.New().Options)
	for name, i := range optionsOf(defaults.Type()) {
		if defaults.FieldByIndex(i).IsZero() {
			continue
		}
		want, got := defaults.FieldByIndex(i).Interface(), reflect.ValueOf(shown.Options).FieldByIndex(i).Interface()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("sample.conf shows %s = %v, the default is %v", name, got, want)
		}
	}
}

// TestSampleComplete: every option has its line.
func TestSampleComplete(t *testing.T) {
	var file struct {
		Inputs struct {
			Plugin []map[string]any `toml:"dns_anycast"`
		} `toml:"inputs"`
	}
	if _, err := toml.Decode(fullSample(), &file); err != nil {
		t.Fatal(err)
	}
	plugin := file.Inputs.Plugin[0]
	cloud := plugin["cloud"].([]map[string]any)[0]
	for options, shown := range map[reflect.Type]map[string]any{
		reflect.TypeFor[dns_anycast.Options](): plugin,
		reflect.TypeFor[dns_anycast.Cloud]():   cloud,
	} {
		for name, i := range optionsOf(options) {
			overrides := len(i) > 1 && options.Name() == "Cloud"
			if _, ok := shown[name]; !ok && !overrides {
				t.Errorf("sample.conf lacks %s of %s", name, options.Name())
			}
		}
	}
}

func newConsole(out *bytes.Buffer, prefixed bool) *console.Console {
	return console.New(out, telegraf.Info, prefixed)
}
