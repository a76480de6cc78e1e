package configtest

import (
	"slices"
	"strings"
)

const onlyBlockHere = "does not belong here: the file holds one [[inputs.dns_anycast]] block and nothing else"

var misusedFiles = []Misuse{
	{"empty file", "", ": has no [[inputs.dns_anycast]] block"},
	{"comments alone", "# nothing\n", ": has no [[inputs.dns_anycast]] block"},
	{"binary junk", "\x7fELF\x00\x01\x02", ":1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8"},
	{"no UTF-8", BlockLine + "timeout = \"\xff\"\n", ":2: invalid UTF-8 byte: 0xff in column 12: save the file as UTF-8"},
	{"no TOML", BlockLine + "timeout: 2s\n", ":2: expected '.' or '=', but got ':' instead"},
	{"string not closed", BlockLine + "\ntimeout = \"2s\n" + CloudA, ":3: strings cannot contain newlines"},
	{"list not closed", BlockLine + CloudLine + "name = \"a\"\nservers = [\"127.0.0.1\"\n", ":4: expected a comma (',') or array terminator (']'), but got end of file"},
	{"bracket missing", "[[inputs.dns_anycast]\n", `:1: expected end of table array name delimiter ']', but got '\n' instead`},
	{"key twice", WithOption("timeout = \"2s\"\ntimeout = \"3s\""), ":3: Key 'inputs.dns_anycast.timeout' has already been defined."},
	{"key twice in a cloud", WithCloudOption(`name = "b"`), ":5: Key 'inputs.dns_anycast.cloud.name' has already been defined."},
	{"tags twice", WithTag("a = \"b\"\n[inputs.dns_anycast.cloud.tags]"), ":7: Key 'inputs.dns_anycast.cloud.tags' has already been defined."},
	{"second block", BlockLine + CloudA + BlockLine + CloudB, ": inputs.dns_anycast[2]: the file has 2 [[inputs.dns_anycast]] blocks: write one, with a cloud block for each cloud"},
	{"single brackets", "[inputs.dns_anycast]\n", ": inputs.dns_anycast: write [[inputs.dns_anycast]], with double brackets"},
	{"no outer block", CloudA, ": inputs.dns_anycast: write [[inputs.dns_anycast]], with double brackets"},
	{"another table", "[agent]\n" + BlockLine + CloudA, ": agent: " + onlyBlockHere},
	{"key outside", "timeout = \"2s\"\n" + BlockLine + CloudA, ": timeout: " + onlyBlockHere},
	{"telegraf.conf", "[[inputs.cpu]]\n" + BlockLine + CloudA, ": inputs.cpu: " + onlyBlockHere},
	{"output", BlockLine + CloudA + "[[outputs.file]]\n", ": outputs: " + onlyBlockHere},
	{"block misspelt", "[[inputs.dns_anicast]]\n" + CloudA, ": inputs.dns_anicast: did you mean [[inputs.dns_anycast]]?"},
	{"block in the singular", "[[input.dns_anycast]]\n", ": input: did you mean [[inputs.dns_anycast]]?"},
	{"table with a name in quotes", "[\"a b\"]\n", `: "a b": ` + onlyBlockHere},
	{"execd block", "[[inputs.execd]]\ncommand = [\"x\"]\n", ": inputs.execd: " + onlyBlockHere},
}

var misusedKeys = []Misuse{
	{"unknown option", WithOption(`retries = 3`), ": retries: unknown option: there are as_database, atlas, cloud, confirm, edns, families, far_floor, far_over, floor_factor, floor_over, identity_names, internal, location, max_instances, queries, slow_after, slow_factor, slow_over, source_ipv4, source_ipv6, spread, state_file, timeout, trace, trace_every, trace_hops, transports"},
	{"misspelt option", WithOption(`timout = "2s"`), ": timout: unknown option: did you mean timeout?"},
	{"upper case", WithOption(`Timeout = "2s"`), ": Timeout: unknown option: did you mean timeout?"},
	{"singular", WithOption(`family = ["ipv4"]`), ": family: unknown option: there are as_database, atlas, cloud, confirm, edns, families, far_floor, far_over, floor_factor, floor_over, identity_names, internal, location, max_instances, queries, slow_after, slow_factor, slow_over, source_ipv4, source_ipv6, spread, state_file, timeout, trace, trace_every, trace_hops, transports"},
	{"misspelt cloud", BlockLine + strings.ReplaceAll(CloudA, ".cloud", ".clouds"), ": clouds: unknown option: did you mean cloud?"},
	{"unknown in cloud", WithCloudOption(`retries = 3`), `: cloud[1] "a".retries: unknown option: there are atlas, expect, far_floor, far_over, floor_factor, floor_over, identity_names, name, nameserver, place, places, reference, servers, site, sites, slow_after, slow_factor, slow_over, tags, zone`},
	{"misspelt in cloud", BlockLine + CloudA + CloudLine + "name = \"b\"\nserver = [\"127.0.0.1\"]\n", `: cloud[2] "b".server: unknown option: did you mean servers?`},
	{"misspelt in nameless cloud", BlockLine + CloudLine + "server = [\"127.0.0.1\"]\n", ": cloud[1].server: unknown option: did you mean servers?"},
	{"plugin's option in cloud", WithCloudOption(`timeout = "2s"`), `: cloud[1] "a".timeout: does not belong here: write it in the [[inputs.dns_anycast]] block, above its first cloud`},
	{"cloud's option in the block", WithOption(`servers = ["127.0.0.1"]`), ": servers: does not belong here: write it in an [[inputs.dns_anycast.cloud]] block"},
	{"place's option in cloud", WithCloudOption(`latitude = 1`), `: cloud[1] "a".latitude: does not belong here: write it in an [[inputs.dns_anycast.cloud.place]] block`},
	{"cloud's option below its tags", WithTag(`places = "iata"`), `: cloud[1] "a".tags.places: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags], or choose another name for a tag`},
	{"place is no block, name with a dot", BlockLine + strings.Replace(CloudA, `"a"`, `"a.b \" c"`, 1) + "place = 1\n", `: cloud[1] "a.b \" c".place: is a whole number: write [[inputs.dns_anycast.cloud.place]] blocks, with double brackets`},
	{"regular expression in double quotes", WithCloudOption(`site = "(\d)"`), `:5: invalid escape in string '\d': write regular expressions in single quotes`},
	{"URL", WithServers(`"https://dns.example/"`), `: cloud[1] "a".servers[1]: "https://dns.example/" is a URL: write the address or the host name alone`},
	{"spread without a unit", WithOption(`spread = 1`), `: spread: 1 has no unit: write "1s"`},
	{"spread out of range", WithOption(`spread = "2m"`), `: spread: 2m0s is out of range: write one from "0s" to "1m"`},
	{"of 2017", WithOption(`server = "127.0.0.1"`), ": server: unknown option: did you mean servers, in an [[inputs.dns_anycast.cloud]] block?"},
	{"plugin's option misspelt in cloud", WithCloudOption(`timout = "2s"`), `: cloud[1] "a".timout: unknown option: did you mean timeout, in the [[inputs.dns_anycast]] block, above its first cloud?`},
	{"Telegraf's option in cloud", WithCloudOption(`interval = "10s"`), `: cloud[1] "a".interval: is an option of Telegraf's: write it in the [[inputs.execd]] block`},
	{"Telegraf's option in place", WithCloudOption("[[inputs.dns_anycast.cloud.place]]\nname_override = \"x\""), `: cloud[1] "a".place[1].name_override: is an option of Telegraf's: write it in the [[inputs.execd]] block`},
	{"name server's option in cloud", WithCloudOption(`addresses = ["127.0.0.1"]`), `: cloud[1] "a".addresses: does not belong here: write it in an [[inputs.dns_anycast.cloud.nameserver]] block`},
	{"misspelt in name server", WithNameServer("name = \"ns1\"\nadresses = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] "ns1".adresses: unknown option: did you mean addresses?`},
	{"servers in name server", WithNameServer("name = \"ns1\"\nservers = [\"127.0.0.2\"]"), `: cloud[1] "a".nameserver[1] "ns1".servers: does not belong here: write it in an [[inputs.dns_anycast.cloud]] block`},
	{"misspelt name server", WithCloudOption("[[inputs.dns_anycast.cloud.nameservers]]\nname = \"ns1\""), `: cloud[1] "a".nameservers: unknown option: did you mean nameserver?`},
	{"tags in place", WithCloudOption("[[inputs.dns_anycast.cloud.place]]\ntags = 1"), `: cloud[1] "a".place[1].tags: does not belong here: write it in an [[inputs.dns_anycast.cloud]] block`},
}

// misusedTelegraf has the options that Telegraf reads itself, of any input.
func misusedTelegraf() (rows []Misuse) {
	for _, option := range strings.Fields(`alias always_include_global_tags always_include_local_tags collection_jitter
		collection_offset fielddrop fieldexclude fieldinclude fieldpass interval log_level metricpass name_override
		name_prefix name_suffix namedrop namepass precision startup_error_behavior tagdrop tagexclude taginclude tagpass
		tags time_source namedrop_separator namepass_separator pass drop`) {
		rows = append(rows, Misuse{
			"Telegraf's " + option, WithOption(option + ` = "x"`),
			": " + option + ": is an option of Telegraf's: write it in the [[inputs.execd]] block",
		})
	}
	return rows
}

// misusedTypes has a row for each kind of option and each type it is not.
var misusedTypes = []Misuse{
	{"string for list", WithOption(`transports = "udp"`), ": transports: is a string: " + aListOfStrings},
	{"number for list", WithOption(`transports = 1`), ": transports: is a whole number: " + aListOfStrings},
	{"number in list", WithOption(`identity_names = ["id.server", 1]`), ": identity_names[2]: is a whole number: write a string in quotes"},
	{"list in list", WithOption(`families = [["ipv4"]]`), ": families[1]: is a list: write a string in quotes"},
	{"string for truth value", WithOption(`edns = "true"`), ": edns: is a string: write true or false, without quotes"},
	{"number for truth value", WithOption(`edns = 1`), ": edns: is a whole number: write true or false, without quotes"},
	{"string for number", WithOption(`max_instances = "500"`), ": max_instances: is a string: write a whole number, without quotes"},
	{"fraction for number", WithOption(`max_instances = 1.5`), ": max_instances: is a number: write a whole number, without quotes"},
	{"number beyond 64 bits", WithOption(`max_instances = 99999999999999999999`), ":2: 99999999999999999999 is out of range for int64"},
	{"number for string", WithOption(`source_ipv4 = 127`), ": source_ipv4: is a whole number: write a string in quotes"},
	{"list for string", WithOption(`source_ipv6 = ["::1"]`), ": source_ipv6: is a list: write a string in quotes"},
	{"truth value for time", WithOption(`timeout = true`), ": timeout: is a truth value: write a string in quotes"},
	{"list for time", WithOption(`timeout = ["2s"]`), ": timeout: is a list: write a string in quotes"},
	{"date for time", WithOption(`timeout = 2026-01-01`), ": timeout: is a date: write a string in quotes"},
	{"string for clouds", BlockLine + "cloud = \"a\"\n", ": cloud: is a string: write [[inputs.dns_anycast.cloud]] blocks, with double brackets"},
	{"table for clouds", BlockLine + "[inputs.dns_anycast.cloud]\nname = \"a\"\n", ": cloud: is a table: write [[inputs.dns_anycast.cloud]] blocks, with double brackets"},
	{"number for name", BlockLine + CloudLine + "name = 1\n", ": cloud[1].name: is a whole number: write a string in quotes"},
	{"string for servers", BlockLine + CloudLine + "name = \"a\"\nservers = \"127.0.0.1\"\n", `: cloud[1] "a".servers: is a string: ` + aListOfStrings},
	{"number for site", WithCloudOption(`site = 1`), `: cloud[1] "a".site: is a whole number: write a string in quotes`},
	{"string for names", WithCloudOption(`identity_names = "id.server"`), `: cloud[1] "a".identity_names: is a string: ` + aListOfStrings},
	{"list for tags", WithCloudOption(`tags = ["a"]`), `: cloud[1] "a".tags: is a list: write a table of strings, as in operator = "…"`},
	{"number for tag", WithTag("asn = 64496"), `: cloud[1] "a".tags.asn: is a whole number: write a string in quotes`},
	{"table for tag", WithTag("a.b = \"c\""), `: cloud[1] "a".tags.a: is a table: write a string in quotes`},
}

const variableForms = "write ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?message} or " +
	"${NAME?message}; a literal $ is written $$"

var misusedVariables = []Misuse{
	{"unset in option", WithOption(`timeout = "$DNS_ANYCAST_UNSET"`), ": timeout: " + unsetVariable},
	{"unset in list", WithServers(`"127.0.0.1", "${DNS_ANYCAST_UNSET}"`), `: cloud[1] "a".servers[2]: ` + unsetVariable},
	{"unset in text", WithServers(`"127.0.0.1:$DNS_ANYCAST_UNSET"`), `: cloud[1] "a".servers[1]: ` + unsetVariable},
	{"unset in tag", WithTag(`operator = "x-${DNS_ANYCAST_UNSET}-y"`), `: cloud[1] "a".tags.operator: ` + unsetVariable},
	{"unset, with a message", WithTag(`operator = "${DNS_ANYCAST_UNSET:?name the operator}"`), `: cloud[1] "a".tags.operator: the environment variable DNS_ANYCAST_UNSET is not set: name the operator`},
	{"default that is unset", WithServers(`"${DNS_ANYCAST_UNSET:-$DNS_ANYCAST_UNSET}"`), `: cloud[1] "a".servers[1]: ` + unsetVariable},
	{"other form", WithOption(`timeout = "${HOME:+2s}"`), `: timeout: "${HOME:+2s}" is no variable: ` + variableForms},
	{"no closing brace", WithCloudOption(`site = '^([a-z]{3}${'`), `: cloud[1] "a".site: "${" has no closing brace: ` + variableForms},
	{"variable for a number", WithOption(`max_instances = "$HOME"`), ": max_instances: is a string: write a whole number, without quotes"},
}

// Misuses are all there are.
func Misuses() []Misuse {
	return slices.Concat(misusedFiles, misusedKeys, misusedTelegraf(), misusedTypes, misusedValues, misusedClouds, misusedEmpty(), misusedTags(),
		misusedServers(), misusedTwice(), misusedNameServers, misusedAtlas, misusedVariables)
}
