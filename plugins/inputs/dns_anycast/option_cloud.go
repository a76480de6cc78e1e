package dns_anycast

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// Cloud is one anycast service: a name and the addresses it is announced on.
type Cloud struct {
	Name          string            `toml:"name"`           // the tag cloud
	Servers       []string          `toml:"servers"`        // addresses and host names
	IdentityNames []string          `toml:"identity_names"` // nil: the plugin's
	Tags          map[string]string `toml:"tags"`           // on every point of the cloud

	Site   string `toml:"site"`   // regular expression; its first group is the site; empty: no site
	Expect string `toml:"expect"` // regular expression that all of an identity must match; empty: any

	Zones     Zones    `toml:"zone"`      // zones that the cloud serves, asked for their SOA records
	Reference []string `toml:"reference"` // further addresses to ask for them, such as the primary's

	Places string   `toml:"places"` // "iata": the built-in table; else a CSV file; empty: own places alone
	Place  []Place  `toml:"place"`  // its own places, which win
	Sites  []string `toml:"sites"`  // codes where the cloud is announced; empty: not known

	Thresholds // those that it overrides

	adhoc bool // servers given on the command line: no name, no cloud tag
}

// cloudSettings are the options of one cloud.
type cloudSettings struct {
	name       string         // empty: servers given on the command line
	tags       []telegraf.Tag // its name and its own, sorted by key
	names      []string       // of identity queries, in the order asked
	site       *regexp.Regexp // its first group is the site; nil: none
	expect     *regexp.Regexp // prefers the longest match; nil: any identity is expected
	zones      []string       // in lower case, without the final dot
	locations  judge.Locations
	thresholds judge.Thresholds
	servers    []serverSettings // of the families that are asked over
}

// readClouds reads all clouds into s.
func readClouds(s *settings, clouds []Cloud, configFile string) error {
	files := placeFiles{configFile: configFile, read: map[string]judge.Table{}}
	first := map[string]int{} // the index of each name
	for i := range clouds {
		o := &clouds[i]
		if n, twice := first[o.Name]; twice {
			return inCloud(i, o, At(Step{Key: "name"},
				fmt.Errorf("cloud[%d] has the same name: give each cloud a name of its own", n+1)))
		}
		first[o.Name] = i
		c, leftOut, err := readCloud(o, s, &files)
		if err != nil {
			return inCloud(i, o, err)
		}
		s.clouds, s.leftOut = append(s.clouds, c), append(s.leftOut, leftOut...)
	}
	return nil
}

// inCloud puts the cloud before the path of an error. The command line has none.
func inCloud(i int, o *Cloud, err error) error {
	if o.adhoc {
		return err
	}
	return At(Step{Key: "cloud", Index: i + 1, Name: o.Name}, err)
}

// readCloud reads one cloud; what it leaves out is as the plugin has it. leftOut are its servers
// of families that are not asked over.
func readCloud(o *Cloud, plugin *settings, files *placeFiles) (
	c cloudSettings, leftOut []string, err error,
) {
	if err := cmp.Or(checkName(o), checkServers(o)); err != nil {
		return c, nil, err
	}
	c.name = o.Name
	if c.names, err = readNames(o.IdentityNames, plugin.names); err != nil {
		return c, nil, err
	}
	if err := checkTags(o.Tags); err != nil {
		return c, nil, err
	}
	c.tags = point.CloudTags(o.Name, o.Tags)
	if c.site, err = readSite(o.Site); err != nil {
		return c, nil, At(Step{Key: "site"}, err)
	}
	if c.expect, err = readExpect(o.Expect); err != nil {
		return c, nil, At(Step{Key: "expect"}, err)
	}
	if c.zones, err = readZones(o.Zones); err != nil {
		return c, nil, err
	}
	if c.locations, err = readPlaces(o, files); err != nil {
		return c, nil, err
	}
	if c.thresholds, err = readThresholds(&o.Thresholds, plugin.thresholds); err != nil {
		return c, nil, err
	}
	c.servers, leftOut, err = readServers(o, c.zones, plugin)
	return c, leftOut, err
}

func checkName(o *Cloud) error {
	err := point.CheckText(o.Name)
	bare := strings.TrimSpace(o.Name)
	switch {
	case o.adhoc:
		return nil
	case o.Name == "":
		err = errors.New("is missing: give the cloud a name")
	case err != nil:
	case bare != o.Name:
		err = fmt.Errorf("%q has white space around it: write %q", o.Name, bare)
	case o.Name == referenceCloud:
		err = fmt.Errorf("%q is the cloud of reference addresses: choose another", o.Name)
	}
	return At(Step{Key: "name"}, err)
}

// readNames returns the cloud's own identity names, or the plugin's where it has none.
func readNames(own, plugin []string) ([]string, error) {
	if own == nil {
		return plugin, nil
	}
	return own, checkIdentityNames(own)
}

// readSite compiles the rule that finds the site in an identity.
func readSite(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	rule, err := regexp.Compile(text)
	if err == nil && rule.NumSubexp() == 0 {
		err = fmt.Errorf(`%q has no group: put the site in parentheses, as in '^([a-z]{3})'`, text)
	}
	return rule, err
}

// readExpect compiles the rule that expected identities match.
func readExpect(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	rule, err := regexp.Compile(text)
	if err == nil {
		rule.Longest() // for matchesWhole
	}
	return rule, err
}
