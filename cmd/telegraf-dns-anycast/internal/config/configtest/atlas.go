package configtest

// withAtlas puts options into the table of RIPE Atlas, which stands before the cloud.
func withAtlas(lines string) string {
	return BlockLine + "[inputs.dns_anycast.atlas]\n" + lines + "\n" + CloudA
}

const aListOfNumbers = "write a list of whole numbers, as in [1, 2]"

var misusedAtlas = []Misuse{
	{"measurements, one number", WithCloudOption(`atlas = 10301`), `: cloud[1] "a".atlas: is a whole number: ` + aListOfNumbers},
	{"measurements, text", WithCloudOption(`atlas = ["10301"]`), `: cloud[1] "a".atlas[1]: is a string: write a whole number, without quotes`},
	{"measurements, zero", WithCloudOption(`atlas = [10301, 0]`), `: cloud[1] "a".atlas[2]: 0 is no id of RIPE Atlas: those begin at 1`},
	{"measurement twice", WithCloudOption(`atlas = [10301, 10301]`), `: cloud[1] "a".atlas[2]: 10301 is listed twice`},
	{"measurement of two clouds", BlockLine + CloudA + "atlas = [10301]\n" + CloudB + "atlas = [11301, 10301]\n", `: cloud[2] "b".atlas[2]: 10301 is a measurement of cloud "a" as well: list it at the one whose address it asks`},
	{"neither servers nor measurements", BlockLine + CloudLine + "name = \"a\"\natlas = []\n", `: cloud[1] "a".servers: is missing: list at least one address or host name`},
	{"RIPE Atlas in double brackets", BlockLine + "[[inputs.dns_anycast.atlas]]\nkey = \"x\"\n" + CloudA, `: atlas: is a list of blocks: write [inputs.dns_anycast.atlas], with single brackets`},
	{"RIPE Atlas as a list in the block", WithOption(`atlas = [10301]`), `: atlas: is a list: write [inputs.dns_anycast.atlas], with single brackets`},
	{"misspelt in RIPE Atlas", withAtlas(`windows = "5m"`), `: atlas.windows: unknown option: did you mean window?`},
	{"option of RIPE Atlas in cloud", WithCloudOption(`watch_probes = [1]`), `: cloud[1] "a".watch_probes: does not belong here: write it in the [inputs.dns_anycast.atlas] table`},
	{"window too short", withAtlas(`window = "9s"`), `: atlas.window: 9s is out of range: write one from "10s" to "24h"`},
	{"window too long", withAtlas(`window = "25h"`), `: atlas.window: 25h0m0s is out of range: write one from "10s" to "24h"`},
	{"grace below zero", withAtlas(`grace = "-1s"`), `: atlas.grace: -1s is out of range: write one from "0s" to "24h"`},
	{"URL without a scheme", withAtlas(`url = "atlas.example/api/v2"`), `: atlas.url: "atlas.example/api/v2" is no URL of http or https: write one like "https://atlas.ripe.net/api/v2"`},
	{"URL of files", withAtlas(`url = "file:///tmp/x"`), `: atlas.url: "file:///tmp/x" is no URL of http or https: write one like "https://atlas.ripe.net/api/v2"`},
	{"URL with a password", withAtlas(`url = "https://a:b@atlas.example/api/v2"`), `: atlas.url: has a user or password: leave it out, key is the place for a key`},
	{"URL with a key", withAtlas(`url = "https://atlas.example/api/v2?key=1"`), `: atlas.url: "https://atlas.example/api/v2?key=1" has more than a path: leave out what begins with ? or #`},
	{"probes, another scheme", withAtlas(`probes = "ftp://atlas.example/x"`), `: atlas.probes: "ftp://atlas.example/x" is no URL of http or https: write one like "https://atlas.ripe.net/api/v2"`},
	{"by what there is not", withAtlas(`by = ["site", "city"]`), `: atlas.by[2]: "city" is not one of "site", "country", "as"`},
	{"by the same twice", withAtlas(`by = ["as", "as"]`), `: atlas.by[2]: "as" is listed twice`},
	{"no AS", withAtlas(`max_ases = 0`), `: atlas.max_ases: 0 is out of range: write a number from 1 to 100000`},
	{"no probe", withAtlas(`min_probes = 0`), `: atlas.min_probes: 0 is out of range: write a number from 1 to 100000`},
	{"probe below one", withAtlas(`watch_probes = [5, -1]`), `: atlas.watch_probes[2]: -1 is no id of RIPE Atlas: those begin at 1`},
	{"empty key", withAtlas(`key = ""`), `: atlas.key: is empty: write a value, or leave the option out`},
}
